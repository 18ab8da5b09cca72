"""A transform that reads a name which is neither an input port nor a transform of its product."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, Place, did_you_mean
from weft.names import ProductName, TableName, product_of
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.product import Product, Transform
from weft.sql import references
from weft.standards.odps import MANIFEST


def a_transform_reads_an_unknown_name(ground: Ground) -> Iterator[Fault]:
    """Of core data, what it reads is said once, and elsewhere."""
    known = {*ground.sayable}
    for transform in ground.product.transforms:
        if transform.language == "core":
            continue
        for name in transform.reading.names:
            if name not in known and name.partition(".")[0] not in ground.unanswered:
                place = Place(transform.file, _line(transform, name))
                yield Fault(place, _message(transform, name, ground), mend_of(name, ground))


def _message(transform: Transform, name: str, ground: Ground) -> str:
    if transform.language == "python":
        return f"the parameter '{name}' names neither an input port nor a transform of {ground.product.name}"
    return f"'{name}' is neither an input port nor a transform of {ground.product.name}"


def mend_of(name: str, ground: Ground) -> str:
    """What to write instead of a name that a product's SQL may not say."""
    if several := [read for read in ground.reads if read.startswith(f"{name}.")]:
        return f"The port has several tables: say {', '.join(sorted(several))}."
    if found := _promised(name, ground.mesh):
        producer, contract = found
        if producer.name == ground.product.name:
            return f"Say {name.rpartition('.')[2]} alone."
        leaf = name.rpartition(".")[2].partition("@")[0]
        return (
            f"Another product is read through an input port: add `{{name: {leaf}, contractId: {contract.id}, "
            f"version: {contract.version}}}` to inputPorts of {MANIFEST}, and say {leaf}."
        )
    if _product(name, ground.mesh):
        return "What a product does not promise, nobody else can read: ask its domain for an output port."
    return did_you_mean(name, ground.sayable)


def _promised(name: str, mesh: Mesh) -> tuple[Product, Contract] | None:
    """The product and contract behind `domain.product.table`, said in full."""
    line = mesh.newest_stable().get(TableName(name.partition("@")[0]))
    found = mesh.promise(line) if line else None
    product = mesh.products.get(_product_name(name))
    return (product, found[0]) if found and product else None


def _product(name: str, mesh: Mesh) -> bool:
    return name.count(".") >= 2 and _product_name(name) in mesh.products


def _product_name(name: str) -> ProductName:
    return product_of(TableName(name.partition("@")[0]))


def _line(transform: Transform, name: str) -> int:
    if transform.language == "sql":
        return next((found.line for found in references(transform.text) if found.name == name), 0)
    return _python_line(transform.text, name)


def _python_line(text: str, name: str) -> int:
    """Where a Python transform says a name: in `reads`, else as a parameter."""
    nodes = list(ast.walk(ast.parse(text)))
    said = [node.lineno for node in nodes if isinstance(node, ast.Constant) and node.value == name]
    return min(said or [node.lineno for node in nodes if isinstance(node, ast.arg) and node.arg == name], default=0)

"""Circles: a transform, or a product, that reads what is made of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from weft.check.ground import Ground
from weft.errors import Fault, Place
from weft.names import ProductName
from weft.product.core_data import CoreData
from weft.product.mesh import Mesh
from weft.product.order import circle
from weft.product.product import Product, Transform
from weft.sql import references

N = TypeVar("N", bound=str)


def a_transform_reads_itself(ground: Ground) -> Iterator[Fault]:
    """Directly, or through other transforms of its product."""
    for names in _circles(ground.own):
        transform = ground.made[names[0]]
        if len(names) == 2:
            message, mend = f"'{names[0]}' reads itself", "Read an input port, or another transform."
        else:
            message, mend = f"these read each other in a circle: {' -> '.join(names)}", "Take one of them out of it."
        yield Fault(Place(transform.file, _line(transform, names[1], ground.product.core)), message, mend)


def a_product_reads_itself(mesh: Mesh) -> Iterator[tuple[tuple[ProductName, ...], Fault]]:
    """Products that read each other in a circle, with the fault: none of them could be built before the others."""
    for names in _circles({product.name: mesh.upstream(product) for product in mesh.products.values()}):
        message = f"these products read each other in a circle: {' -> '.join(names)}"
        if len(names) == 2:
            message = f"{names[0]} reads what it promises itself"
        mend = "Take one of the input ports out; what two products share belongs into a third."
        yield names, Fault(_place(mesh, mesh.products[names[0]], names[1]), message, mend)


def _circles(reads: Mapping[N, Iterable[N]]) -> Iterator[tuple[N, ...]]:
    """Circles that share nothing, each from its first name on."""
    left = {name: tuple(sources) for name, sources in reads.items()}
    while names := circle(left):
        first = names.index(min(names[:-1]))
        yield (*names[first:-1], *names[:first], names[first])
        left = {name: sources for name, sources in left.items() if name not in names}


def _line(transform: Transform, name: str, core: CoreData | None) -> int:
    if transform.language == "core":
        return next((one.place.line for one in core.sources if one.name == name), 0) if core else 0
    if transform.language != "sql":
        return 0
    return next((found.line for found in references(transform.text) if found.name == name), 0)


def _place(mesh: Mesh, product: Product, upstream: ProductName) -> Place:
    """The input port by which a product reads another."""
    for port in product.input_ports:
        answer = None if product.source(port) else mesh.answers(product, port)
        if answer and answer[0].name == upstream:
            return port.place
    return product.place

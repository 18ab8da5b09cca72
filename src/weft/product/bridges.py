"""Which old lines of a product are bridges: made of a newer line of their own port, so that one pipeline serves both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from weft.names import LineName
from weft.product.product import Product, Transform
from weft.versions import Version


class _Made(NamedTuple):
    """A table of one line of a port."""

    port: str
    version: Version
    line: LineName


def bridges_of(product: Product) -> dict[LineName, LineName]:
    """Each old line that reads a newer one, itself or through other transforms, to the newest that it reads."""
    ports = [port.name for port in product.output_ports]
    if len(set(ports)) == len(ports):
        return {}
    transforms = {transform.key: transform for transform in product.transforms}
    made = _made(product)
    found: dict[LineName, LineName] = {}
    for key, own in made.items():
        newer = [
            other
            for name in reached(key, transforms)
            if (other := made.get(name)) and other.port == own.port and other.version > own.version
        ]
        if newer:
            found[own.line] = max(newer, key=lambda other: (other.version, other.line)).line
    return found


def _made(product: Product) -> dict[str, _Made]:
    """By what the product's SQL calls it."""
    return {
        transform.key: _Made(port.name, contract.semantic_version, product.line(table.name, contract.line))
        for port, contract, table in product.promises
        if (transform := product.transform_of(table.name, contract.line))
    }


def reached(key: str, transforms: Mapping[str, Transform]) -> set[str]:
    """What a transform reads of its own product's, over any number of steps. `transforms` are by key."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        names = {name for name in transforms[waiting.pop()].reading.names if name in transforms} - found
        found |= names
        waiting += names
    return found

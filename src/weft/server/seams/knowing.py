"""What a checkout may know that there is: what whoever asks may, or a product that they build."""

from __future__ import annotations

from dataclasses import replace

from weft.access import Reader
from weft.access.discovering import seen_mesh
from weft.access.reader import names_product
from weft.names import LineName, ProductName, product_of
from weft.product.mesh import Mesh
from weft.product.product import Product
from weft.product.snapshot import Pointer, Recorded
from weft.query.hiding import hidden
from weft.query.seen import known_pointers
from weft.server.seams.desk import Desk


def known(desk: Desk, found: Recorded) -> Recorded:
    """Without what contracts hide from whoever has nothing to do with them."""
    left = known_pointers(desk.library(found.environment), found.pointers)
    missing = found.pointers.keys() - left.keys()
    if not missing:
        return found
    shown = missing & set(_by_products(desk, found))
    pointers: dict[LineName, Pointer] = {n: p for n, p in found.pointers.items() if n in left or n in shown}
    standing = {product_of(line) for line in pointers}
    gone = {product_of(line) for line in missing} - standing
    return replace(
        found, pointers=pointers, digests={name: one for name, one in found.digests.items() if name not in gone}
    )


def _by_products(desk: Desk, found: Recorded) -> list[LineName]:
    """The lines that products of one's own may know of."""
    lines: list[LineName] = []
    for name in _own(desk, found.environment):
        library = replace(desk.library(found.environment), reader=Reader(name))
        lines += known_pointers(library, found.pointers)
    return lines


def _own(desk: Desk, environment: str) -> set[ProductName]:
    """Products that one builds: as applied, and those that an agreement names before they are."""
    agreed = {ProductName(one.reader) for one in desk.registry.agreements.on() if names_product(one.reader)}
    return {name for name in (*desk.shelf.products(environment), *agreed) if desk.is_own(name)}


def known_products(desk: Desk, products: dict[ProductName, Product], environment: str) -> dict[ProductName, Product]:
    """Each without the ports that nobody here may know of; one that a product of one's own knows is whole."""
    library = desk.library(environment)
    what = hidden(library)
    if what is None:
        return products
    ports = dict(what.ports)
    for own in _own(desk, environment):
        theirs = hidden(replace(library, reader=Reader(own)))
        still = dict(theirs.ports) if theirs else {}
        ports = {name: left for name, less in ports.items() if (left := less & still.get(name, frozenset()))}
    return seen_mesh(Mesh("", {}, products), {name: less for name, less in ports.items() if name in products}).products

"""What each promised line is made of, through the internal steps of its product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weft.names import LineName, ProductName
from weft.plan.fingerprint import made_by
from weft.product.mesh import Mesh, Read
from weft.product.product import Product, Transform

OUTSIDE = "source:"
"""How the recorded lineage marks what comes from outside the mesh."""


def source_id(product: ProductName, read: str) -> str:
    """A source as a name of its own: `source:operations.flights.flight_file`."""
    return f"{OUTSIDE}{product}.{read}"


def chain(product: Product, key: str) -> dict[str, Transform]:
    """What makes one table: its transform, and the internal steps behind it; other promised tables are not followed."""
    transforms, promised = made_by(product), product.lines_made
    found: dict[str, Transform] = {}
    waiting = [key]
    while waiting:
        name = waiting.pop()
        if name in found or name not in transforms or (name in promised and name != key):
            continue
        found[name] = transforms[name]
        waiting += transforms[name].reading.names
    return found


def reads_of(product: Product, mesh: Mesh) -> dict[LineName, tuple[str, ...]]:
    """Each promised line to what it is made of, through internal steps: lines, and sources by their ids."""
    reads, promised = mesh.reads(product), product.lines_made
    return {
        line: tuple(dict.fromkeys(_origins(product, chain(product, key).values(), (reads, promised))))
        for key, line in promised.items()
    }


Known = tuple[dict[str, Read], dict[str, LineName]]


def _origins(product: Product, transforms: Iterable[Transform], known: Known) -> Iterator[str]:
    reads, promised = known
    for name in (name for transform in transforms for name in transform.reading.names):
        if name in promised:
            yield promised[name]
        elif read := reads.get(name):
            yield read.line or source_id(product.name, name)

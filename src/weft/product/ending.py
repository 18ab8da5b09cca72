"""How a line comes to its end: that it does, when, who reads it all the same, and which line to move to instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from weft.errors import Fault
from weft.names import LineName, is_preview, label_of, product_of, table_of
from weft.product.contract import DEPRECATED, RETIRED, Contract, ServiceLevel
from weft.product.mesh import Mesh
from weft.product.product import OutputPort, Product

ENDS: Mapping[str, str] = {
    "endofsupport": "supported until",
    "es": "supported until",
    "endoflife": "ends on",
    "el": "ends on",
}
"""Service levels that say when. Source: ODCS 3.2, service-level agreement, properties and their synonyms."""


def ending(port: OutputPort, contract: Contract) -> str:
    """The contract's status, where the port's own `deprecated` counts too."""
    return DEPRECATED if port.deprecated and contract.status != RETIRED else contract.status


def end_levels(contract: Contract) -> tuple[ServiceLevel, ...]:
    """The service levels that say when it ends, `endOfSupport` and `endOfLife`, with a value."""
    said = (level for level in contract.service_levels if level.value not in (None, ""))
    return tuple(level for level in said if _plain(level.property) in ENDS)


def is_date(value: object) -> bool:
    """Whether it begins with a day: `2027-06-30`, `2027-06-30T12:00:00Z`."""
    try:
        date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    return True


def dates(contract: Contract) -> str:
    """`supported until 2027-06-30, ends on 2027-12-31`; empty where nothing is said."""
    return ", ".join(f"{ENDS[_plain(level.property)]} {level.value}" for level in end_levels(contract))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def told(line: LineName, mesh: Mesh) -> tuple[str, str]:
    """What whoever reads a line that comes to its end is told, and what to do."""
    until = dates(mesh.deprecated[line])
    what = f"{line} is deprecated{f': {until}' if until else ''}"
    other = successor(line, mesh)
    return what, f"Move to {other}" if other else "No other line of it is there: ask its domain what takes its place"


def successor(line: LineName, mesh: Mesh) -> LineName | None:
    """The newest stable line of the same table that does not come to its end too."""
    product = mesh.products[product_of(line)]
    lines = (product.line(table.name, contract.line) for _, contract, table in product.promises)
    same = (other for other in lines if table_of(other) == table_of(line) and not is_preview(other))
    found = {int(label_of(other)): other for other in same if other not in mesh.deprecated}
    return found[max(found)] if found else None


def endings_read(product: Product, mesh: Mesh) -> Iterator[Fault]:
    """A warning for each input port whose line comes to its end; of several tables the first stands for all."""
    said: set[str] = set()
    for read in mesh.reads(product).values() if mesh.deprecated else ():
        if read.line in mesh.deprecated and read.port.name not in said:
            said.add(read.port.name)
            what, mend = told(read.line, mesh)
            yield Fault(read.port.place, f"input port '{read.port.name}': {what}", mend, "warning")

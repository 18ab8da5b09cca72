"""How a line comes to its end: that it does, when, and which line to move to instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from weft.names import LineName, table_of
from weft.product.contract import Contract, ServiceLevel
from weft.product.mesh import Mesh
from weft.product.product import OutputPort

ENDS: Mapping[str, str] = {
    "endofsupport": "supported until",
    "es": "supported until",
    "endoflife": "ends on",
    "el": "ends on",
}
"""Service levels that say when. Source: ODCS 3.2, service-level agreement, properties and their synonyms."""
RETIRED, DEPRECATED = "retired", "deprecated"


def ending(port: OutputPort, contract: Contract) -> str:
    """The contract's status, where the port's own `deprecated` counts too."""
    return DEPRECATED if port.deprecated and contract.status != RETIRED else contract.status


def end_levels(contract: Contract) -> tuple[ServiceLevel, ...]:
    """The service levels that say when it ends, `endOfSupport` and `endOfLife`, with a value."""
    said = (level for level in contract.service_levels if level.value not in (None, ""))
    return tuple(level for level in said if _plain(level.property) in ENDS)


def dates(contract: Contract) -> str:
    """`supported until 2027-06-30, ends on 2027-12-31`; empty where nothing is said."""
    return ", ".join(f"{ENDS[_plain(level.property)]} {level.value}" for level in end_levels(contract))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def deprecated_lines(mesh: Mesh) -> dict[LineName, tuple[OutputPort, Contract]]:
    """Every line of the mesh that is deprecated and still made."""
    return {
        product.line(table.name, contract.line): (port, contract)
        for product in mesh.products.values()
        for port, contract, table in product.promises
        if ending(port, contract) == DEPRECATED
    }


def told(line: LineName, contract: Contract, successor: LineName | None) -> tuple[str, str]:
    """What whoever reads a deprecated line is told, and what to do."""
    until = dates(contract)
    what = f"{line} is deprecated{f': {until}' if until else ''}"
    return (
        what,
        f"Move to {successor}." if successor else "No other line of it is there: ask its domain what takes its place.",
    )


def successor(
    line: LineName, lines: Iterator[LineName] | tuple[LineName, ...], ended: set[LineName]
) -> LineName | None:
    """The newest stable line of the same table that does not come to its end too."""
    others = [
        (int(label), other)
        for other in lines
        if table_of(other) == table_of(line) and other not in ended and (label := other.partition("@")[2]).isdigit()
    ]
    return max(others, default=(0, None))[1]

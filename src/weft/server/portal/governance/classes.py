"""Classifications: the set that is in force, what each comes to column by column, and what owners ask to declassify."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.names import domain_of
from weft.query.facts import rows_of
from weft.query.seen import relation
from weft.server.asking import Asker
from weft.server.portal.governance.frame import CLASSES, framed
from weft.server.portal.parts import EACH, Part, linked
from weft.session.declassifying import version_in_force

if TYPE_CHECKING:
    import pyarrow as pa

MASKED = "masked"
"""What the list begins with: what everybody may see would drown it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """`name` is a classification, MASKED or '' for all."""

    name: str = MASKED
    domain: str = ""
    text: str = ""
    number: int = 1

    @property
    def said(self) -> dict[str, str]:
        return {"name": self.name if self.name != MASKED else "", "domain": self.domain, "text": self.text}


def classes(asking: Asker, sought: Sought) -> dict[str, Any]:
    """What `classifications.html` asks for."""
    library = asking.library
    rules = relation(library, "classification_rules").to_pylist()
    levels = [row for row in rules if row["kind"] == "classification"][::-1]
    order = [row["name"] for row in levels]
    found = relation(library, "classifications")
    counted = Counter(found.column("classification").to_pylist())
    chosen = _chosen(found, sought)
    known = {one["id"] for one in relation(library, "declassifications").to_pylist()}
    asked = [one for one in library.registry.declassifications.all() if one.id in known]
    values = {
        "levels": levels,
        "filters": [row for row in rules if row["kind"] != "classification"],
        "counted": counted,
        "sought": sought,
        "masked": MASKED,
        "shown": _part(_ordered(chosen, order), sought),
        "domains": sorted({domain_of(line) for line in _lines(found)}),
        "version": version_in_force(library.registry),
        "asked": [one for one in asked if one.state == "requested"],
        "decided": [one for one in asked if one.state != "requested"][::-1][:EACH],
        "may_decide": asking.may("approve declassification"),
    }
    return framed(asking, CLASSES, values)


def _lines(found: pa.Table) -> list[Any]:
    import pyarrow.compute as pc

    lines: list[Any] = pc.unique(found.column("line_name")).to_pylist()
    return lines


def _chosen(found: pa.Table, sought: Sought) -> pa.Table:
    import pyarrow.compute as pc

    if sought.name == MASKED:
        found = found.filter(pc.not_equal(found.column("mask"), ""))
    elif sought.name:
        found = found.filter(pc.equal(found.column("classification"), sought.name))
    if sought.domain:
        found = found.filter(pc.starts_with(found.column("line_name"), f"{sought.domain}."))
    if sought.text:
        whole = pc.binary_join_element_wise(found.column("line_name"), found.column("column_name"), ".")
        found = found.filter(pc.match_substring(whole, sought.text, ignore_case=True))
    return found


def _ordered(found: pa.Table, order: list[str]) -> pa.Table:
    """The strictest first, then by table and column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # What no classification knows stands before all: nothing of it is shown to anybody.
    place = pc.fill_null(pc.index_in(found.column("classification"), pa.array(order, pa.string())), -1)
    ordered = found.append_column("place", place)
    return ordered.sort_by([("place", "ascending"), ("line_name", "ascending"), ("column_name", "ascending")])


def _part(found: pa.Table, sought: Sought) -> Part[tuple[Any, ...]]:
    most = max(1, -(-found.num_rows // EACH))
    here = min(max(sought.number, 1), most)
    names = ("line_name", "column_name", "classification", "mask", "inherited_from")
    rows = list(rows_of(found.slice((here - 1) * EACH, EACH), *names))
    return Part(rows, found.num_rows, here, most, linked("/governance/classifications", sought.said))

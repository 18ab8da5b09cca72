"""How far something goes along columns: every one that is computed from where it begins, each with the shortest way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from weft.names import LineName, ProductName, product_of
from weft.plan.impact.reached import Cell
from weft.plan.impact.web import Web


@dataclass(frozen=True, slots=True)
class Ways:
    """The columns that were come to, in the order of distance, each with the one before it (None: it begins there)."""

    before: Mapping[Cell, Cell | None]

    def path(self, cell: Cell) -> tuple[Cell, ...]:
        """From the beginning to this one."""
        found: list[Cell] = []
        at: Cell | None = cell
        while at is not None:
            found.append(at)
            at = self.before.get(at)
        return tuple(reversed(found))

    def by_product(self) -> dict[ProductName, list[Cell]]:
        """The columns come to of each product, the nearest first; where it begins is left out."""
        found: dict[ProductName, list[Cell]] = {}
        for cell, before in self.before.items():
            if before is not None and cell.column:
                found.setdefault(product_of(cell.line), []).append(cell)
        return found


def ways(web: Web, begin: Mapping[Cell, Cell | None], after: Iterable[Cell], *, values_only: bool = False) -> Ways:
    """Everything that is computed from the cells `after`, values alone or rows as well; `begin` has each with the one before it."""
    before = dict(begin)
    waiting = list(after)
    for cell in waiting:  # It grows as it is gone through.
        for way in web.onward.get(cell, ()):
            if way.to not in before and (way.flows or not values_only):
                before[way.to] = cell
                waiting.append(way.to)
    return Ways(before)


def into_tables(web: Web, start: Cell, lines: Iterable[LineName]) -> Ways:
    """From a changed column into whole tables and all beyond: columns that come of it first, the others by way of their table."""
    into = tuple(dict.fromkeys(lines))
    begin: dict[Cell, Cell | None] = {start: None}
    for cell in (start,) if start.column else web.cells(start.line):
        begin |= {way.to: start for way in web.onward.get(cell, ()) if way.to.line in into}
    for line in into:
        if others := [cell for cell in web.cells(line) if cell not in begin]:
            begin[Cell(line, "")] = start
            begin |= dict.fromkeys(others, Cell(line, ""))
    return ways(web, begin, [cell for cell in begin if cell.line in into])

"""Who did read what is guarded: of the query log of the last days, whatever they saw of it then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.names import LineName
from weft.query.guarded.guards import Guards
from weft.query.library import Library
from weft.query.seen import relation

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Used:
    """One reader and one line, all days together. `columns` are the guarded ones that they read; `doors` how they came."""

    who: str
    line: LineName
    columns: tuple[str, ...]
    doors: tuple[str, ...]
    times: int
    last_at: datetime


def used(library: Library, guards: Guards, days: int) -> tuple[Used, ...]:
    """As far as whoever asks may know who reads. The newest first."""
    first = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()

    def lately(table: pa.Table) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        lines = pc.is_in(table.column("line_name"), pa.array(sorted(guards.columns), pa.string()))
        return table.filter(pc.and_(pc.greater_equal(table.column("day"), first), lines))

    rows = relation(library, "reads", lately).select(("who", "line_name", "columns", "door", "times", "last_at"))
    return _together(list(zip(*(column.to_pylist() for column in rows.columns), strict=True)), guards)


def _together(rows: Sequence[tuple[str, LineName, list[str], str, int, datetime]], guards: Guards) -> tuple[Used, ...]:
    found: dict[tuple[str, LineName], tuple[set[str], set[str], int, datetime]] = {}
    for who, line, columns, door, times, at in rows:
        guarded = guards.columns[line].keys() & columns
        if guarded:
            before = found.get((who, line), (set(), set(), 0, at))
            found[who, line] = (before[0] | guarded, before[1] | {door}, before[2] + times, max(before[3], at))
    made = (
        Used(who, line, tuple(sorted(columns)), tuple(sorted(doors)), times, at)
        for (who, line), (columns, doors, times, at) in found.items()
    )
    return tuple(sorted(made, key=lambda one: (one.last_at, one.who, one.line), reverse=True))

"""What the mesh's own metadata may repeat of a table's content, kept from whoever may not see that content.

Values that checks measured, messages that quote, counts of rows that a row filter leaves out: each is blanked where the reader
may not read the line, or reads it masked or in part. Which checks there are and whether they hold is told to all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from weft.access import allowed
from weft.access.sight import Sight
from weft.names import LineName, domain_of

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.library import Library

Sights = Mapping[LineName, Sight]
QUOTING = ("failed", "unexpected")
"""Kinds of events whose messages say what was found in the data."""


def told_in_part(name: str, found: pa.Table, library: Library, sights: Callable[[list[LineName]], Sights]) -> pa.Table:
    """A relation with what its reader may be told of each row."""
    if name not in BLANKED:
        return found
    telling, columns = BLANKED[name]
    partial = _in_part(library) if telling is _counted else None
    if partial is not None and not partial:
        return found
    rows = found.select(_looked_at(found)).to_pylist()
    lines = {LineName(row["line_name"]) for row in rows if row.get("line_name")}
    seen = sights(sorted(lines if partial is None else lines & partial))
    hidden = [not telling(row, seen, library) for row in rows]
    return _blanked(found, columns, hidden) if any(hidden) else found


def told_to_all(name: str, found: pa.Table) -> pa.Table:
    """A relation without what is quoted of data: what a policy makes of it, everybody is told."""
    return _blanked(found, BLANKED[name][1], [True] * found.num_rows) if name in QUOTED else found


def _in_part(library: Library) -> frozenset[LineName]:
    """The lines of which somebody may see some rows alone."""
    from weft.query.classified import classified

    return frozenset(map(LineName, classified(library).inherited.rows))


def _looked_at(found: pa.Table) -> list[str]:
    return [one for one in LOOKED_AT if one in found.schema.names]


def _blanked(found: pa.Table, columns: Mapping[str, Any], hidden: list[bool]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = pa.array(hidden, pa.bool_())
    for column, blank in columns.items():
        place = found.schema.get_field_index(column)
        field = found.schema.field(column)
        values = pc.if_else(mask, pa.scalar(blank, field.type), found.column(column))
        found = found.set_column(place, field, values)
    return found


def is_whole(sight: Sight) -> bool:
    """Whether every row is seen."""
    return sight.is_allowed and not sight.row_filters


def sees_measures(sight: Sight, columns: list[str] | None) -> bool:
    """Whether what was measured of some columns (None: nobody knows which) may be told."""
    if not is_whole(sight):
        return False
    masked = {column.lower() for column in sight.masks}
    return not masked or (bool(columns) and not masked & {column.lower() for column in columns or ()})


def _check(row: Mapping[str, Any], seen: Sights, _: Library) -> bool:
    # What SQL of one's own looks at, it alone knows.
    columns = None if row["kind"] == "sql" else row["column_names"]
    return sees_measures(seen[row["line_name"]], columns)


def _step(row: Mapping[str, Any], seen: Sights, _: Library) -> bool:
    return not row["line_name"] or sees_measures(seen[row["line_name"]], None)


def _level(row: Mapping[str, Any], seen: Sights, _: Library) -> bool:
    """The newest or the oldest moment of a column is a value of it."""
    return not row["line_name"] or sees_measures(seen[row["line_name"]], [row["column_name"]])


def _profile(row: Mapping[str, Any], seen: Sights, _: Library) -> bool:
    return sees_measures(seen[row["line_name"]], [row["column_name"]])


def _counted(row: Mapping[str, Any], seen: Sights, _: Library) -> bool:
    # Of a line that is not readable at all, its size is metadata as its columns are.
    sight = seen.get(row["line_name"])
    return sight is None or not sight.is_allowed or not sight.row_filters


def _event(row: Mapping[str, Any], seen: Sights, library: Library) -> bool:
    if row["kind"] not in QUOTING:
        return True
    if row["line_name"]:
        return sees_measures(seen[row["line_name"]], None)
    return allowed(library.reader, "see failures", domain_of(row["product"])).is_allowed


def _run(row: Mapping[str, Any], seen: Sights, library: Library) -> bool:
    """What a run says at its end may quote any of its products."""
    return row["state"] in ("succeeded", "running") or row["who"] == library.reader.name


LOOKED_AT = ("line_name", "product", "column_name", "column_names", "kind", "state", "who")
CHECKED = {"measured": None, "measured_text": None, "rows": None, "message": ""}
BLANKED: dict[str, tuple[Callable[[Mapping[str, Any], Sights, Library], bool], Mapping[str, Any]]] = {
    "checks": (_check, CHECKED),
    "check_history": (_check, CHECKED),
    "steps": (_step, {"message": "", "rows": None, "bytes": None}),
    "events": (_event, {"message": ""}),
    "tables": (_counted, {"rows": None, "bytes": None}),
    "snapshots": (_counted, {"rows": None, "bytes": None, "files": None}),
    "runs": (_run, {"message": ""}),
    "profiles": (_profile, {"minimum": None, "maximum": None, "mean": None, "deviation": None}),
    "service_levels": (_level, {"measured_at": None}),
}
"""By relation: whether a row may be told whole, and what stands in place of what may not."""
QUOTED = ("checks", "check_history", "steps", "events", "runs")

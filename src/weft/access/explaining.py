"""Why a reader sees a column or a row as they do: what it is classified as, from where it has that, and who is cleared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weft.access.classifications import Viewer
from weft.access.inheriting import Marks
from weft.access.obscuring import Classified
from weft.names import LineName


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """`mask` is '' where it is seen clear. `path` leads from the column to the one whose contract says the classification."""

    column: str
    classification: str = ""
    path: tuple[str, ...] = ()
    mask: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """One row filter; `columns` are those that it looks at, `values` what the reader was given. `is_clear`: it leaves nothing out."""

    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    is_clear: bool
    reason: str


def columns_explained(
    line: LineName, columns: tuple[str, ...], viewer: Viewer | None, classified: Classified
) -> tuple[ColumnSeen, ...]:
    """Of each column in order. Without a viewer it is the owner of the workspace who looks."""
    marks = classified.inherited.marks.get(line, {})
    return tuple(_column(line, column, marks.get(column, {}), (viewer, classified)) for column in columns)


def _column(line: LineName, column: str, marks: Marks, known: tuple[Viewer | None, Classified]) -> ColumnSeen:
    viewer, classified = known
    names = classified.rules.in_order(marks)
    if not names:
        return ColumnSeen(column, reason="it is not classified")
    reasons = []
    for name in names:
        level = classified.rules.level(name)
        path = tuple(f"{table}.{one}" for table, one in classified.inherited.path((line, column), name))
        cleared = "the owner of the workspace" if viewer is None else level.clear.admits(viewer)
        if level.mask and not cleared:
            return ColumnSeen(column, name, path, str(level.mask), f"not cleared for {name}")
        reasons.append(f"{name}: {cleared or 'open to all'}" if level.mask else f"{name}: open to all")
    first = tuple(f"{table}.{one}" for table, one in classified.inherited.path((line, column), names[0]))
    return ColumnSeen(column, names[0], first, "", "; ".join(reasons))


def rows_explained(line: LineName, viewer: Viewer | None, classified: Classified) -> Iterator[RowsSeen]:
    """Of each row filter of the line, its own and what it inherits."""
    filters = classified.inherited.rows.get(line, {})
    for rule in classified.rules.row_rules:
        if rule.name not in filters:
            continue
        columns = filters[rule.name]
        given = dict(viewer.attributes).get(rule.attribute, ()) if viewer else ()
        cleared = "the owner of the workspace" if viewer is None else rule.clear.admits(viewer)
        yield RowsSeen(
            rule.name, columns, given, bool(cleared), cleared or _why(rule.column, rule.attribute, columns, given)
        )


def _why(column: str, attribute: str, columns: tuple[str, ...], given: tuple[str, ...]) -> str:
    if not columns:
        return f"no row: what it is made of has {column}, and it has not"
    if not given:
        return f"no row: the reader has no {attribute}"
    return f"{' and '.join(columns)} must be one of the reader's {attribute}"

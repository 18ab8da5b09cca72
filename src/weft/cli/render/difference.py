"""A difference of data as people read it: counts, columns, and a few rows of each kind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint, say, width

if TYPE_CHECKING:
    from weft.query.difference import ColumnChange, Difference, RowChange, Side


def show_difference(found: Difference, *, json: bool) -> None:
    if json:
        import msgspec

        write_json({"is_empty": found.is_empty, **msgspec.to_builtins(found, enc_hook=str, str_keys=True)})
        return
    print("\n".join(_lines(found)))
    if found.note:
        say(found.note, "dim")


def _lines(found: Difference) -> Iterator[str]:
    yield f"{paint(str(found.after.line or found.before.line), 'bold')}  {_side(found.before)} -> {_side(found.after)}"
    if found.is_empty:
        yield "no difference"
        return
    counts = [
        (paint("+", "green"), counted(found.added, "row"), "added"),
        (paint("-", "red"), counted(found.removed, "row"), "removed"),
    ]
    if found.key:
        told = f"changed, by {', '.join(found.key)}"
        counts.append((paint("~", "yellow"), counted(found.changed, "row"), told))
    yield from aligned(counts)
    if found.columns:
        yield "columns"
        yield from aligned([_column(column) for column in found.columns], width(sys.stdout))
    yield from _examples(found)


def _side(side: Side) -> str:
    return (
        f"{side.environment} ({counted(side.rows, 'row')})" if side.snapshot else f"{side.environment} (not published)"
    )


def _column(column: ColumnChange) -> tuple[str, str, str]:
    if column.before is None:
        return column.column, "", f"new, {column.after}"
    if column.after is None:
        return column.column, "", f"gone, was {column.before}"
    types = "" if column.before == column.after else f"{column.before} -> {column.after}"
    return column.column, f"{counted(column.rows, 'row')} changed", types


def _examples(found: Difference) -> Iterator[str]:
    if not (found.first_added or found.first_removed or found.first_changed):
        return
    yield "for example"
    rows = [(paint("+", "green"), _row(row)) for row in found.first_added]
    rows += [(paint("-", "red"), _row(row)) for row in found.first_removed]
    rows += [(paint("~", "yellow"), _changed(change)) for change in found.first_changed]
    yield from aligned(rows, width(sys.stdout))


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in row.items())


def _changed(change: RowChange) -> str:
    columns = (f"{name}: {_value(old)} -> {_value(new)}" for name, (old, new) in change.columns.items())
    return f"{_row(change.key)}  {', '.join(columns)}"


def _value(value: object) -> str:
    return "NULL" if value is None else str(value)

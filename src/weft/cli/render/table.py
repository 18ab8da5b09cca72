"""Rows as a table: whole in a pipe, and on a terminal as wide as that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weft.cli.render.layout import cut, length, padded

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip
NARROWEST = 10
FEW = 3
GAP = "  "
ESCAPES = {ord("\n"): "⏎", ord("\t"): " ", ord("\r"): "␍"} | {
    code: f"\\x{code:02x}" for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))
}
"""A value must not move the cursor, nor colour anything."""


def table_lines(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | None]], width: int) -> list[str]:
    """Header, rule and rows. `columns` are (name, DuckDB type), cells their text; NULL is a dot.

    Where the width ends, the widest cells are cut first, then columns are left out (`hidden` names them); very few rows that do
    not fit are records instead, a line for each column below a rule.
    """
    columns = [(name.translate(ESCAPES), kind) for name, kind in columns]
    cells = [["·" if value is None else value.translate(ESCAPES) for value in row] for row in rows]
    widths = _fitted(_widest(columns, cells), width)
    if len(widths) < len(columns) and 0 < len(rows) <= FEW:
        return _records(columns, cells, width)
    right = [kind.startswith(NUMBERS) and not kind.endswith("]") for _, kind in columns]
    shape = list(zip(range(len(widths)), widths, right, strict=False))
    lines = [_line([name for name, _ in columns], shape), GAP.join("─" * wide for wide in widths)]
    if left_out := len(columns) - len(widths):
        lines[0] += f"{GAP}+{left_out}"
    return lines + [_line(row, shape) for row in cells]


def hidden(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | None]], width: int) -> tuple[str, ...]:
    """The columns for which a table of this width has no room."""
    if len(rows) <= FEW:
        return ()
    cells = [["·" if value is None else value.translate(ESCAPES) for value in row] for row in rows]
    return tuple(name for name, _ in columns[len(_fitted(_widest(columns, cells), width)) :])


def _widest(columns: Sequence[tuple[str, str]], cells: Sequence[Sequence[str]]) -> list[int]:
    return [max([length(name), *(length(row[place]) for row in cells)]) for place, (name, _) in enumerate(columns)]


def _records(columns: Sequence[tuple[str, str]], cells: Sequence[Sequence[str]], width: int) -> list[str]:
    widest = max(length(name) for name, _ in columns)
    room = max(NARROWEST, width - widest - len(GAP))
    lines = ["one row a record, for it is wider than the terminal", "─" * min(width, widest + 20)]
    for number, row in enumerate(cells):
        lines += ["─" * min(width, widest + 20)] if number else []
        lines += [f"{padded(name, widest)}{GAP}{cut(row[place], room)}" for place, (name, _) in enumerate(columns)]
    return lines


def _line(cells: Sequence[str], shape: Sequence[tuple[int, int, bool]]) -> str:
    return GAP.join(padded(cut(cells[place], wide), wide, right=right) for place, wide, right in shape).rstrip()


def _fitted(widest: Sequence[int], room: int) -> list[int]:
    """Widths that fit: the widest are lowered to one height; then columns are left out from the right."""
    shown = len(widest)
    while True:
        free = room - len(GAP) * (shown - 1) - (4 if shown < len(widest) else 0)
        widths = _lowered(list(widest[:shown]), free)
        if sum(widths) <= free or shown <= 1:
            return widths if shown > 1 else [max(1, min(widths[0], free))] if widths else []
        shown -= 1


def _lowered(widths: list[int], free: int) -> list[int]:
    low, high = NARROWEST, max([NARROWEST, *widths])
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(width, middle) for width in widths) <= free:
            low = middle
        else:
            high = middle - 1
    return [min(width, low) for width in widths]


def arrow_lines(columns: Sequence[tuple[str, str]], rows: pa.Table, width: int) -> list[str]:
    """The same for rows that are Arrow: each value as DuckDB writes it, moments in UTC."""
    import duckdb

    from weft.query.forms import texts

    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        cells, _ = texts(connection.from_arrow(rows), 0, connection.interrupt)
    return table_lines(columns, cells, width)

"""Values as tables: HTML for a notebook, text for a terminal. Whatever comes from data is escaped in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

Cell = str | None
"""None is what is not there: NULL in rows of data."""

MOST_ROWS = 200
WIDEST_CELL = 60
"""In characters, in text; HTML shows more of a cell."""
LONGEST_CELL = 400
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
NUMBERS = frozenset((*INTEGERS, *(f"U{kind}" for kind in INTEGERS), "FLOAT", "DOUBLE"))


@dataclass(frozen=True, slots=True)
class Heading:
    name: str
    type: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One table to show: a title above it, a note below; both may be ''."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def grid(title: str, names: str, rows: Iterable[tuple[Cell, ...]], note: str = "") -> Grid:
    """Of column names in one text; `>rows` is a column of numbers. Of too many rows the first ones are kept."""
    iterator = iter(rows)
    kept = tuple(islice(iterator, MOST_ROWS))
    more = sum(1 for _ in iterator)
    notes = (f"and {more:,} more" if more else "", note)
    headings = tuple(Heading(name.lstrip(">"), "", name.startswith(">")) for name in names.split())
    return Grid(title, headings, kept, "; ".join(part for part in notes if part))


def pairs(title: str, said: Iterable[tuple[str, object]]) -> Grid:
    """What is said, one to a row; what is not said is left out."""
    return grid(title, "field value", ((name, str(value)) for name, value in said if value not in ("", None, ())))


def typed(columns: Iterable[tuple[str, str]]) -> tuple[Heading, ...]:
    """Headings of data: names and DuckDB types."""
    return tuple(Heading(name, type, type in NUMBERS or type.startswith("DECIMAL")) for name, type in columns)


class Shown:
    """What a notebook shows as tables, and a terminal as text."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return "\n".join(as_html(grid) for grid in self.grids())

    def __repr__(self) -> str:
        return "\n\n".join(as_text(grid) for grid in self.grids())

    def __str__(self) -> str:
        return repr(self)


def as_html(grid: Grid) -> str:
    return "".join(_html(grid))


def _html(grid: Grid) -> Iterator[str]:
    yield "<div><table>"
    if grid.title:
        yield f"<caption>{escape(grid.title)}</caption>"
    if grid.rows or any(heading.type for heading in grid.headings):
        yield f"<thead><tr>{''.join(_heading(heading) for heading in grid.headings)}</tr></thead>"
    yield "<tbody>"
    for row in grid.rows:
        cells = zip(row, grid.headings, strict=True)
        yield f"<tr>{''.join(f'<td{_aligned(heading)}>{_cell(cell)}</td>' for cell, heading in cells)}</tr>"
    yield "</tbody></table>"
    if grid.note:
        yield f"<p><small>{escape(grid.note)}</small></p>"
    yield "</div>"


def _heading(heading: Heading) -> str:
    type = f"<br><small>{escape(heading.type)}</small>" if heading.type else ""
    return f"<th{_aligned(heading)}>{escape(heading.name)}{type}</th>"


def _aligned(heading: Heading) -> str:
    return f' style="text-align: {"right" if heading.is_number else "left"}"'


def _cell(cell: Cell) -> str:
    return "<i>NULL</i>" if cell is None else escape(_cut(cell, LONGEST_CELL))


def as_text(grid: Grid) -> str:
    return "\n".join(_text(grid))


def _text(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield plain(grid.title)
    if grid.rows or any(heading.type for heading in grid.headings):
        lines = [[plain(heading.name) for heading in grid.headings]]
        if any(heading.type for heading in grid.headings):
            lines.append([plain(heading.type) for heading in grid.headings])
        head = len(lines)
        lines += [["NULL" if cell is None else _cut(plain(cell), WIDEST_CELL) for cell in row] for row in grid.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        lines.insert(head, ["─" * width for width in widths])
        for line in lines:
            yield "  ".join(_padded(*each) for each in zip(line, widths, grid.headings, strict=True)).rstrip()
    if grid.note:
        yield f"({plain(grid.note)})"


def _padded(text: str, width: int, heading: Heading) -> str:
    return text.rjust(width) if heading.is_number else text.ljust(width)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain(text: str) -> str:
    """On one line, and no command to a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)

"""What columns a file has, against what its contract promises."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any

from weft.errors import did_you_mean
from weft.product.contract import Table
from weft.sources.findings import Finding
from weft.sources.options import Options
from weft.sources.prepare import Piece

HEAD = 1 << 18
LONGEST_FIELD = 1 << 30


@dataclass(frozen=True, slots=True)
class Shape:
    """`names` is what the file calls its columns, in order; `positions` is where each promised column is."""

    names: tuple[str, ...]
    positions: dict[str, int]
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    skip: int = 0
    """Records before the first row: what is skipped, blank lines, the header."""


def shape_of_csv(piece: Piece, table: Table, options: Options) -> Shape:
    """By the header, or by position where there is none."""
    first, line, before = _first_record(piece, options)
    if first is None:
        return _without_records(piece, table, options)
    if options.header:
        return replace(shape_of(piece.shown, tuple(first), table, line), skip=options.skip + before + 1)
    return replace(_by_position(piece, len(first), table, line), skip=options.skip)


def shape_of(file: str, names: tuple[str, ...], table: Table, line: int = 0) -> Shape:
    """By name: what is promised and missing is an error, what nobody promised a warning."""
    promised = {column.source_name: column.name for column in table.columns}
    at = (line,) if line else ()
    findings = [
        Finding(
            "columns",
            file,
            f"column '{source}' is missing",
            column,
            at,
            mend=did_you_mean(source, set(names) - set(promised)),
        )
        for source, column in promised.items()
        if source not in names
    ]
    twice = [name for name in promised if names.count(name) > 1]
    findings += [Finding("columns", file, f"column '{name}' is there twice", promised[name], at) for name in twice]
    extra = [name for name in names if name not in promised]
    findings += [
        Finding(
            "columns",
            file,
            f"column '{name}' is in no promise and is left out",
            name,
            at,
            mend="Add it to the contract to read it.",
            severity="warning",
        )
        for name in extra
    ]
    return Shape(names, {promised[n]: names.index(n) for n in promised if n in names}, tuple(findings))


def _by_position(piece: Piece, count: int, table: Table, line: int) -> Shape:
    columns = table.columns
    findings = [
        Finding(
            "columns",
            piece.shown,
            f"column {at + 1} ('{c.name}') is missing: the line has {count} fields",
            c.name,
            (line,),
        )
        for at, c in enumerate(columns)
        if at >= count
    ]
    findings += [
        Finding(
            "columns", piece.shown, f"column {at + 1} is in no promise and is left out", "", (line,), severity="warning"
        )
        for at in range(len(columns), count)
    ]
    names = tuple(
        columns[at].source_name if at < len(columns) else f"column {at + 1}" for at in range(max(count, len(columns)))
    )
    return Shape(names[:count], {c.name: at for at, c in enumerate(columns) if at < count}, tuple(findings))


def _without_records(piece: Piece, table: Table, options: Options) -> Shape:
    names = tuple(column.source_name for column in table.columns)
    positions = {column.name: at for at, column in enumerate(table.columns)}
    if not options.header:
        return Shape(names, positions)
    mend = "Put the whole file there; a file of no rows still has its header."
    return Shape(
        names, positions, (Finding("columns", piece.shown, "the file is empty: it has no header line", mend=mend),)
    )


def _first_record(piece: Piece, options: Options) -> tuple[list[str] | None, int, int]:
    """The first record that is not blank, its line, and how many blank ones come before it."""
    with piece.path.open("rb") as file:
        head = file.read(HEAD).decode("utf-8-sig", errors="replace")
    for blanks, (line, record) in enumerate(records(io.StringIO(head, newline=""), options)):
        if record:
            return record, line, blanks
    return None, 0, 0


def records(text: IO[str], options: Options) -> Iterator[tuple[int, list[str]]]:
    """The records of a text, each with the line that it begins at, from 1; a blank line is an empty one."""
    dialect: dict[str, Any] = {"delimiter": options.delimiter, "doublequote": options.escape == options.quote}
    dialect |= {"quotechar": options.quote} if options.quote else {"quoting": csv.QUOTE_NONE}
    if options.escape and options.escape != options.quote:
        dialect["escapechar"] = options.escape
    # For the whole process: a text of a cell may be as long as it is.
    csv.field_size_limit(LONGEST_FIELD)
    for _ in range(options.skip):
        text.readline()
    return _numbered(csv.reader(text, **dialect), options.skip)


def _numbered(reader: Any, skipped: int) -> Iterator[tuple[int, list[str]]]:
    line = skipped + 1
    for record in reader:
        yield line, record
        line = skipped + reader.line_num + 1

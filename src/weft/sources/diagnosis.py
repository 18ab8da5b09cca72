"""CSV that could not be read as promised in one pass: either read exactly after all, or said what is wrong and where.

All is read as text, with what has too few or too many fields put aside, and each value tried against its promised type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count, islice

from weft.errors import Place, SourceFault
from weft.names import identifier
from weft.product.contract import Column
from weft.sources.findings import SHOWN, Finding, some
from weft.sources.job import Arrived, Job
from weft.sources.prepare import Piece, with_one_line_end
from weft.sources.scan import field, scan
from weft.sources.shape import Shape, records

DISTINCT = 10_000
"""How many distinct values that do not fit are told apart, in each column of each file."""
TABLES = count(1)
UNKNOWN = re.compile(r"[-.?*]*|n\.?/?a\.?n?|null|none|nil|unknown|\\N", re.IGNORECASE)
"""What people write where nothing is known."""
NAMED = {
    "MISSING COLUMNS": "too few fields in {rows} ({expected} are promised)",
    "TOO MANY COLUMNS": "too many fields in {rows} ({expected} are promised)",
    "UNQUOTED VALUE": "a quoted field does not end as it should: the file is cut off, or a quote stands where none may",
    "INVALID ENCODING": "no UTF-8 in {rows}",
    "LINE SIZE OVER MAXIMUM": "more than 2,000,000 bytes in {rows}",
}
MENDS = {
    "MISSING COLUMNS": "Put the whole file there, or check `delimiter` and `quote` in the contract's server.",
    "TOO MANY COLUMNS": "Check `delimiter` and `quote` in the contract's server.",
    "UNQUOTED VALUE": "Put the whole file there, or check `quote` and `escape` in the contract's server.",
    "INVALID ENCODING": "Say the right `encoding` in the contract's server.",
}


def closely(pieces: Sequence[Piece], shapes: Sequence[Shape], job: Job) -> Arrived:
    """Reads exactly what is right after all; else says for each file what is wrong with it."""
    readable, findings = [], []
    for piece, shape in zip(pieces, shapes, strict=True):
        piece, found = _looked_at(piece, shape, job)
        readable.append(piece)
        findings += found
    if findings:
        return Arrived(0, tuple(findings))
    queries = (_exact(piece, shape, job) for piece, shape in zip(readable, shapes, strict=True))
    try:
        return Arrived(job.write(" UNION ALL ".join(queries)), ())
    except _duckdb_error() as error:
        raise SourceFault(f"it cannot be read ({_first_line(error)})", place=Place(pieces[0].shown)) from error


def _looked_at(piece: Piece, shape: Shape, job: Job) -> tuple[Piece, list[Finding]]:
    try:
        return piece, _findings(piece, shape, job)
    except _duckdb_error() as error:
        # A file that mixes line ends is refused as a whole.
        even = with_one_line_end(piece, job.options, job.scratch)
        if even is None:
            raise SourceFault(
                f"it is no CSV as promised ({_first_line(error)})",
                mend=MENDS["UNQUOTED VALUE"],
                place=Place(piece.shown),
            ) from error
        try:
            return even, _findings(even, shape, job)
        except _duckdb_error() as again:
            raise SourceFault(
                f"it is no CSV as promised ({_first_line(again)})",
                mend=MENDS["UNQUOTED VALUE"],
                place=Place(piece.shown),
            ) from again


def _findings(piece: Piece, shape: Shape, job: Job) -> list[Finding]:
    rejects = f"weft_rejects_{next(TABLES)}"
    more = f", store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan', rejects_limit = 0"
    casts, run = job.casts, job.connection.execute
    wrong = {c: casts[c.name].unfitting(field(shape.positions[c.name])) for c in job.table.columns}
    # Counting a text's values makes the reader look at it, so that bytes that are no UTF-8 are found.
    seen = [f"count({field(at)})" for at in shape.positions.values()]
    counted = ", ".join([*(f"count(*) FILTER ({condition})" for condition in wrong.values()), *seen])
    try:
        counts = run(f"SELECT {counted} FROM {scan([piece], shape, {}, job.options, more)}").fetchall()[0]
        found = _of_rows(
            piece,
            shape,
            run(
                f"SELECT error_type, count(*), list(line_byte_position ORDER BY line_byte_position)[:{SHOWN}], list(csv_line ORDER BY line_byte_position)[:{SHOWN}] FROM {rejects} GROUP BY ALL ORDER BY min(line_byte_position)"
            ).fetchall(),
        )
    finally:
        run(f"DROP TABLE IF EXISTS {rejects}; DROP TABLE IF EXISTS {rejects}_scan")
    bad = [column for column, number in zip(wrong, counts, strict=False) if number]
    return found + [_of_values(piece, shape, job, column) for column in bad]


def _of_rows(piece: Piece, shape: Shape, rejected: list[tuple[str, int, list[int], list[str]]]) -> list[Finding]:
    found = []
    for kind, number, positions, texts in rejected:
        # A blank line before a record counts as its beginning.
        lines = [line + _leading_line_ends(text) for line, text in zip(_lines_at(piece, positions), texts, strict=True)]
        rows = f"{number:,} rows" if number > 1 else "a row"
        message = NAMED.get(kind, f"{{rows}}: {kind.lower()}").format(rows=rows, expected=len(shape.names))
        found.append(Finding("rows", piece.shown, message, "", tuple(lines), number, MENDS.get(kind, "")))
    return found


def _leading_line_ends(text: str) -> int:
    leading = text[: len(text) - len(text.lstrip("\r\n"))]
    return leading.count("\n") + leading.count("\r") - leading.count("\r\n")


def _lines_at(piece: Piece, positions: Sequence[int]) -> list[int]:
    """The line, from 1, of each byte position, from 1, in order."""
    lines, line, at, carriage = [], 1, 0, False
    with piece.path.open("rb") as file:
        for position in positions:
            while at < position - 1 and (chunk := file.read(min(1 << 20, position - 1 - at))):
                line += (
                    chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n") - (carriage and chunk[:1] == b"\n")
                )
                at, carriage = at + len(chunk), chunk[-1:] == b"\r"
            lines.append(line)
    return lines


def _of_values(piece: Piece, shape: Shape, job: Job, column: Column) -> Finding:
    at = shape.positions[column.name]
    relation = scan([piece], shape, {}, job.options, ", ignore_errors = true")
    bad = f"FROM {relation} WHERE {job.casts[column.name].unfitting(field(at))}"
    query = f"SELECT count(*), list(DISTINCT {field(at)})[:{DISTINCT}] {bad}"
    number, told = job.connection.execute(query).fetchall()[0]
    values = set(told or ())
    lines, shown = _first(piece, at, values.__contains__, job)
    plural = "values are" if number > 1 else "value is"
    message = f"column '{column.name}': {number:,} {plural} no {column.type} ({some(shown)})"
    mend = "Correct the data, or promise VARCHAR."
    if len(values) == 1 and (number > 1 or UNKNOWN.fullmatch(min(values))):
        mend = f"If it means that nothing is known, add {some(sorted(values))} to `nullValues` in the contract's server; else correct the data, or promise VARCHAR."
    return Finding("values", piece.shown, message, column.name, tuple(lines), number, mend)


def _first(piece: Piece, at: int, wanted: Callable[[str], bool], job: Job) -> tuple[list[int], list[str]]:
    """The lines of the first few records whose field is wanted, and these fields."""
    lines, values = [], []
    text = piece.path.open(encoding="utf-8-sig", errors="replace", newline="")
    with text:
        rows = (pair for pair in records(text, job.options) if pair[1])
        for line, record in islice(rows, int(job.options.header), None):
            if at < len(record) and wanted(record[at]):
                lines.append(line)
                values.append(record[at])
            if len(lines) == SHOWN:
                break
    return lines, list(dict.fromkeys(values))


def _exact(piece: Piece, shape: Shape, job: Job) -> str:
    casts = job.casts
    selected = (
        f"{casts[c.name].exact.replace('{}', field(shape.positions[c.name]))} AS {identifier(c.name)}"
        for c in job.table.columns
    )
    return f"SELECT {', '.join(selected)} FROM {scan([piece], shape, {}, job.options)}"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error

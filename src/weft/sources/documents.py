"""JSON into Parquet: arrays of objects, and objects one after another; nested as promised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from weft.errors import Place, SourceFault, closest
from weft.names import identifier
from weft.product.contract import Column
from weft.sources.casting import cast_of, literal
from weft.sources.findings import SHOWN, Finding, some
from weft.sources.job import Arrived, Job
from weft.sources.prepare import WHOLE, Piece, all_prepared

LARGEST_RECORD = 64 * 1024**2
SAMPLE = 20_480
DISTINCT = 10_000
BLANK = " \t\r\n\ufeff"


def arrive_json(pieces: Sequence[Piece], format_: str, job: Job) -> Arrived:
    """Reads files in order. A key that a record lacks is NULL; a column that is in no record of a file is said."""
    import duckdb

    pieces, findings = all_prepared(pieces, job.options, job.scratch)
    try:
        for piece in pieces:
            findings += _columns(piece, format_, job)
        if any(finding.severity == "error" for finding in findings):
            return Arrived(0, tuple(findings))
        return Arrived(
            job.write(" UNION ALL ".join(_reading(piece, format_, job) for piece in pieces)), tuple(findings)
        )
    except duckdb.Error as error:
        for piece in pieces:
            findings += _wrong(piece, format_, job)
        if not any(finding.severity == "error" for finding in findings):
            what = str(error).strip().split("\n", 1)[0]
            raise SourceFault(
                f"it cannot be read as JSON ({what})", mend=WHOLE, place=Place(pieces[0].shown)
            ) from error
        return Arrived(0, tuple(findings))


def _kind(piece: Piece, format_: str) -> str:
    return "newline_delimited" if format_ == "ndjson" else "array" if _head(piece)[:1] == "[" else "unstructured"


def _head(piece: Piece) -> str:
    try:
        with piece.path.open(encoding="utf-8", errors="replace") as file:
            return file.read(4096).lstrip(BLANK)
    except OSError as error:
        raise SourceFault(f"it cannot be read ({error.strerror})", mend=WHOLE, place=Place(piece.shown)) from error


def _scan(piece: Piece, format_: str, what: str) -> str:
    said = f"format = '{_kind(piece, format_)}', maximum_object_size = {LARGEST_RECORD}, compression = 'uncompressed'"
    return f"{what}([{literal(str(piece.path))}], {said}"


def _as_text(piece: Piece, format_: str, job: Job) -> str:
    columns = ", ".join(f"{literal(column.source_name)}: 'VARCHAR'" for column in job.table.columns)
    return f"{_scan(piece, format_, 'read_json')}, columns = {{{columns}}}, records = 'true')"


def _columns(piece: Piece, format_: str, job: Job) -> list[Finding]:
    if not _head(piece):
        return [] if format_ == "ndjson" else [Finding("columns", piece.shown, "the file is empty", mend=WHOLE)]
    sample = f"(SELECT json FROM {_scan(piece, format_, 'read_json_objects')}) LIMIT {SAMPLE})"
    query = f"SELECT count(*), list_distinct(flatten(list(json_keys(json)))) FROM {sample}"
    count, keys = job.connection.execute(query).fetchall()[0]
    promised = {column.source_name: column for column in job.table.columns}
    extra = sorted(key for key in keys or () if key not in promised)
    missing = [column for key, column in promised.items() if count and key not in keys]
    left_out = [
        Finding(
            "columns",
            piece.shown,
            f"key '{key}' is in no promise and is left out",
            key,
            mend="Add it to the contract to read it.",
            severity="warning",
        )
        for key in extra
    ]
    return [_missing(piece, column, extra, count) for column in missing] + left_out


def _missing(piece: Piece, column: Column, extra: Sequence[str], count: int) -> Finding:
    near = closest(column.source_name, extra)
    where = f"the first {count:,} records" if count == SAMPLE else "all records"
    message = f"column '{column.source_name}' is missing from {where}"
    mend = f"Did you mean '{near}'?" if near else ""
    return Finding(
        "columns",
        piece.shown,
        message,
        column.name,
        mend=mend,
        severity="error" if near or column.required else "warning",
    )


def _reading(piece: Piece, format_: str, job: Job) -> str:
    chosen = []
    for column in job.table.columns:
        cast, source = cast_of(column, job.options), identifier(column.source_name)
        exact, unfitting = cast.exact.replace("{}", source), cast.unfitting(source)
        value = exact if cast.exact == "{}" else f"CASE WHEN {unfitting} THEN error('') ELSE {exact} END"
        chosen.append(f"{value} AS {identifier(column.name)}")
    return f"SELECT {', '.join(chosen)} FROM {_as_text(piece, format_, job)}"


def _wrong(piece: Piece, format_: str, job: Job) -> list[Finding]:
    """What stands in the way of reading a file: the first place where it is no JSON, else the values that do not fit."""
    try:
        for _, record in _records(piece):
            if not isinstance(record, dict):
                raise json.JSONDecodeError("a record is an object", "", 0)
    except json.JSONDecodeError as error:
        return [Finding("rows", piece.shown, f"it is no JSON here ({error.msg})", "", (error.lineno,), mend=WHOLE)]
    found = (_of_values(piece, format_, job, column) for column in job.table.columns)
    return [finding for finding in found if finding]


def _of_values(piece: Piece, format_: str, job: Job, column: Column) -> Finding | None:
    cast, source = cast_of(column, job.options), identifier(column.source_name)
    bad = f"FROM {_as_text(piece, format_, job)} WHERE {cast.unfitting(source)}"
    query = f"SELECT count(*), list(DISTINCT {source})[:{DISTINCT}] {bad}"
    number, values = job.connection.execute(query).fetchall()[0]
    if not number:
        return None
    lines, shown = _first(piece, column.source_name, _among(values))
    what = "values are" if number > 1 else "value is"
    message = f"column '{column.name}': {number:,} {what} no {column.type} ({some(shown or values)})"
    return Finding(
        "values", piece.shown, message, column.name, tuple(lines), number, "Correct the data, or promise another type."
    )


def _among(values: Sequence[str]) -> Callable[[object], bool]:
    texts = set(values)
    nested = [json.loads(value) for value in texts if value[:1] in ("{", "[")]
    return lambda value: value in nested if isinstance(value, dict | list) else _said(value) in texts


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _first(piece: Piece, key: str, wanted: Callable[[object], bool]) -> tuple[list[int], list[str]]:
    lines, values = [], []
    for line, record in _records(piece):
        value = record.get(key)
        if value is not None and wanted(value):
            lines.append(line)
            values.append(_said(value))
        if len(lines) == SHOWN:
            break
    return lines, list(dict.fromkeys(values))


def _records(piece: Piece) -> Iterator[tuple[int, Any]]:
    """Each record with its line. Raises: JSONDecodeError, whose line is the file's."""
    text = piece.path.read_text(encoding="utf-8-sig", errors="replace")
    decoder, at, line, counted = json.JSONDecoder(), 0, 1, 0
    is_array, size = text.lstrip(BLANK)[:1] == "[", len(text)
    at = text.index("[") + 1 if is_array else 0
    while (at := _past(text, at, BLANK + "," if is_array else BLANK)) < size and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        record, at = decoder.raw_decode(text, at)
        yield line, record
    if is_array and at >= size:
        raise json.JSONDecodeError("the array does not end: the file is cut off", text, size)


def _past(text: str, at: int, skipped: str) -> int:
    while at < len(text) and text[at] in skipped:
        at += 1
    return at

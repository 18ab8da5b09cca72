"""A first sight of files that no contract describes yet: how they are written, what columns they have, what may be promised."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.errors import Place, SourceFault
from weft.names import identifier
from weft.product.contract import Scalar, Table
from weft.sources import local
from weft.sources.casting import literal
from weft.sources.connection import cursor
from weft.sources.guessing import NULL_WORDS, Guess, candidates, guess, safe_name
from weft.sources.location import FORMATS, PACKED, Location
from weft.sources.options import UTF8, Options
from weft.sources.prepare import Piece, prepared, with_one_line_end
from weft.sources.scan import field as csv_field
from weft.sources.scan import scan
from weft.sources.shape import Shape, shape_of_csv

if TYPE_CHECKING:
    import duckdb

SAMPLE_ROWS = 20_000
GUESSED_ROWS = 2_000
"""What is guessed from so many is made sure of in all."""
HELD_BYTES = 256 * 1024**2
SAMPLE_BYTES = 4 * 1024**2
EXAMPLES = 3
KEYS = ("BIGINT", "VARCHAR", "UUID", "INTEGER")
"""Types that a key has: of other types, values are unique by chance."""


@dataclass(frozen=True, slots=True)
class SniffedColumn:
    """`physical_name` is what the source calls it. `unique` is said where no two rows are alike in it, and none is empty."""

    name: str
    physical_name: str
    type: str
    required: bool
    unique: bool
    nulls: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`server` are fields of an ODCS server of type local, `options` its customProperties of vendor weft; only what is not the default.

    `key` is the first column that could be a primary key, or empty. `notes` is what a person should know.
    """

    files: tuple[Path, ...]
    format: str
    columns: tuple[SniffedColumn, ...]
    rows: int
    server: dict[str, Scalar]
    options: dict[str, Scalar] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def sniff(target: str | Path) -> Sniffed:
    """What a file, a glob or a folder holds: every row is looked at. Raises: SourceFault."""
    where, pieces, notes = found_at(target)
    with tempfile.TemporaryDirectory(prefix="weft-sniff-") as scratch, cursor() as connection:
        if where.format == "csv":
            found = _csv(where, pieces, Path(scratch), connection)
        else:
            found = _described(where, pieces, Path(scratch), connection)
    return replace(found, notes=(*notes, *found.notes))


def found_at(target: str | Path) -> tuple[Location, list[Piece], list[str]]:
    """The files that a path, a glob or a folder stands for, of one format, and what is left out. Raises: SourceFault."""
    path = os.path.abspath(target)  # noqa: PTH100
    where = Location("files", path, _format_by_name(path), Place(str(target)), "")
    files = local.files(where)
    where = replace(
        where, format=where.format or _format_by_name(next(iter(files))) or _format_by_bytes(Path(next(iter(files))))
    )
    chosen = local.files(where)
    notes = [f"{Path(file).name} is not {where.format}, and is left out" for file in files if file not in chosen]
    return where, [Piece(Path(file), file) for file in chosen], notes


def _format_by_name(path: str) -> str:
    endings = [ending for ending in Path(path).name.lower().split(".")[1:] if ending not in PACKED]
    return FORMATS.get(endings[-1], "") if endings else ""


def _format_by_bytes(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return "parquet"
    return "json" if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") else "csv"


@dataclass(frozen=True, slots=True)
class Written:
    """How CSV files of one shape are written. `texts` is a relation of their fields as texts; `columns` are by field: the source's name, and the type."""

    pieces: tuple[Piece, ...]
    shape: Shape
    texts: str
    options: Options
    columns: dict[str, tuple[str, str]]
    encoding: str
    notes: tuple[str, ...]


def as_written(pieces: list[Piece], scratch: Path, connection: duckdb.DuckDBPyConnection) -> Written:
    """How CSV files are written, and the types that all their values have. Raises: SourceFault."""
    pieces, encoding = _as_utf8(pieces, scratch)
    pieces = [with_one_line_end(piece, Options(), scratch) or piece for piece in pieces]
    dialect = _dialect(pieces[0], connection)
    nothing = Table("", ())
    shapes = [shape_of_csv(piece, nothing, dialect) for piece in pieces]
    alike = [piece for piece, shape in zip(pieces, shapes, strict=True) if shape.names == shapes[0].names]
    notes = [f"{piece.shown} has other columns" for piece in pieces if piece not in alike]
    notes += _left_out(_physical(shapes[0], dialect))
    relation = _held(scan(alike, shapes[0], {}, replace(dialect, null_values=())), alike, connection)
    texts = {csv_field(at): physical for at, physical in enumerate(_physical(shapes[0], dialect))}
    words = _null_words(relation, texts, connection)
    chosen = replace(dialect, null_values=words)
    guesses = _guesses(relation, texts, chosen, connection)
    typed = [c for c, g in guesses.items() if g.type != "VARCHAR"]
    used = tuple(word for word in words if _is_used(relation, word, typed, connection))
    formats = {g.date_format for g in guesses.values() if g.date_format}
    if len(formats) > 1:
        notes.append(f"dates are written in several ways: {', '.join(sorted(formats))}")
        guesses = {c: Guess("VARCHAR") if g.date_format else g for c, g in guesses.items()}
    final = replace(chosen, null_values=used, date_format=formats.pop() if len(formats) == 1 else "")
    if final.date_format == "%m/%d/%Y":
        notes.append("dates are read as month/day/year: make sure")
    columns = {c: (texts[c], guesses[c].type) for c in texts}
    return Written(tuple(alike), shapes[0], relation, final, columns, encoding, tuple(notes))


def _held(relation: str, pieces: Sequence[Piece], connection: duckdb.DuckDBPyConnection) -> str:
    """The fields in memory, where they are not too many: they are read five times."""
    if sum(piece.path.stat().st_size for piece in pieces) > HELD_BYTES:
        return relation
    connection.execute(f"CREATE OR REPLACE TEMP TABLE held AS SELECT * FROM {relation}")
    return "held"


def _csv(where: Location, pieces: list[Piece], scratch: Path, connection: duckdb.DuckDBPyConnection) -> Sniffed:
    written = as_written(pieces, scratch, connection)
    relation = scan(written.pieces, written.shape, {}, written.options)
    columns, rows = _columns(relation, written.columns, connection)
    files = tuple(Path(piece.shown) for piece in pieces)
    server, said = _server(where, written.encoding), _said(written.options)
    return Sniffed(files, where.format, columns, rows, server, said, _key(columns), written.notes)


def _as_utf8(pieces: Sequence[Piece], scratch: Path) -> tuple[list[Piece], str]:
    plain = [prepared(piece, Options(), scratch) for piece in pieces]
    encoding = next((found for piece in plain if (found := _encoding(piece)) != UTF8), UTF8)
    if encoding == UTF8:
        return plain, UTF8
    return [
        replace(prepared(piece, Options(encoding=encoding, compression="none"), scratch), shown=piece.shown)
        for piece in plain
    ], encoding


def _encoding(piece: Piece) -> str:
    decoder, seen = codecs.getincrementaldecoder(UTF8)(), b""
    with piece.path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            for chunk in _chunks(file):
                seen = chunk
                decoder.decode(chunk)
        except UnicodeDecodeError:
            # Windows puts letters where Latin-1 has controls.
            return "cp1252" if any(0x80 <= byte <= 0x9F for byte in seen) else "iso8859-1"
    return UTF8


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(1 << 20):
        yield chunk


def _dialect(piece: Piece, connection: duckdb.DuckDBPyConnection) -> Options:
    import duckdb

    query = f'SELECT Delimiter, Quote, "Escape", SkipRows, HasHeader FROM sniff_csv({literal(str(piece.path))}, sample_size = {SAMPLE_ROWS})'
    if not piece.path.stat().st_size:
        raise SourceFault("the file is empty", place=Place(piece.shown))
    try:
        delimiter, quote, escape, skip, header = connection.execute(query).fetchall()[0]
    except duckdb.Error as error:
        what = str(error).strip().split("\n", 1)[0]
        raise SourceFault(f"it does not look like CSV ({what})", place=Place(piece.shown)) from error
    quote = '"' if quote in ("(empty)", "", None) else quote
    escape = quote if escape in ("(empty)", "", None) else escape
    return Options(delimiter=delimiter, quote=quote, escape=escape, skip=int(skip), header=bool(header))


def _physical(shape: Shape, dialect: Options) -> tuple[str, ...]:
    return shape.names if dialect.header else tuple(f"column{at + 1}" for at in range(len(shape.names)))


def _left_out(physical: Sequence[str]) -> list[str]:
    """The columns that no contract can speak of: they have no name, or another has the same."""
    twice = sorted({name for name in physical if name.strip() and physical.count(name) > 1})
    found = [f"several columns are called '{name}': they are left out, name them apart" for name in twice]
    if unnamed := sum(1 for name in physical if not name.strip()):
        found.append(f"{unnamed} of the columns {'has' if unnamed == 1 else 'have'} no name: left out")
    return found


def _null_words(relation: str, texts: dict[str, str], connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    words = ", ".join(literal(word) for word in NULL_WORDS)
    found = ", ".join(f"list(DISTINCT {column}) FILTER ({column} IN ({words}))" for column in texts)
    row = connection.execute(f"SELECT {found} FROM {relation}").fetchall()[0]
    present = {word for words_ in row for word in words_ or ()}
    return tuple(word for word in NULL_WORDS if word in present)


def _guesses(
    relation: str, texts: dict[str, str], options: Options, connection: duckdb.DuckDBPyConnection
) -> dict[str, Guess]:
    """By a few rows first; what holds there is tried on all rows, and guessed again from all rows where it fails, or nothing stood there."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE sample AS SELECT * FROM {relation} LIMIT {GUESSED_ROWS}")
    words = _wordy("sample", texts, options, connection)
    first = {c: Guess("VARCHAR") if c in words else guess(_fitting("sample", c, options, connection)) for c in texts}
    known = connection.execute(f"SELECT {', '.join(f'count({c})' for c in texts)} FROM sample").fetchall()[0]
    bare = [column for column, values in zip(texts, known, strict=True) if not values]
    doubtful = {column: one for column, one in first.items() if one.type != "VARCHAR"}
    tests = [dict(candidates(column, options))[one] for column, one in doubtful.items()]
    held = connection.execute(f"SELECT {', '.join(tests)} FROM {relation}").fetchall()[0] if tests else ()
    broken = [column for column, holds in zip(doubtful, held, strict=True) if not holds]
    return first | {c: guess(_fitting(relation, c, options, connection)) for c in (*bare, *broken)}


def _wordy(
    relation: str, texts: dict[str, str], options: Options, connection: duckdb.DuckDBPyConnection
) -> frozenset[str]:
    """The columns of which a value has no digit, and is none of the words that another type has: they are text, whatever else is tried."""
    nulls = ", ".join(literal(word) for word in options.nulls)
    worded = f"NOT IN ({nulls}) AND NOT regexp_matches({{c}}, '[0-9]|(?i)true|false|inf|epoch')"
    asked = ", ".join(f"bool_or({c} {worded.format(c=c)})" for c in texts)
    found = connection.execute(f"SELECT {asked} FROM {relation}").fetchall()[0]
    return frozenset(column for column, holds in zip(texts, found, strict=True) if holds)


def _fitting(
    relation: str, column: str, options: Options, connection: duckdb.DuckDBPyConnection
) -> list[tuple[Guess, bool]]:
    tried = candidates(column, options)
    row = connection.execute(f"SELECT {', '.join(test for _, test in tried)} FROM {relation}").fetchall()[0]
    return [(one, bool(holds)) for (one, _), holds in zip(tried, row, strict=True)]


def _is_used(relation: str, word: str, columns: Sequence[str], connection: duckdb.DuckDBPyConnection) -> bool:
    condition = " OR ".join(f"{column} = {literal(word)}" for column in columns) or "false"
    return bool(connection.execute(f"SELECT count(*) FROM {relation} WHERE {condition}").fetchall()[0][0])


def _described(where: Location, pieces: list[Piece], scratch: Path, connection: duckdb.DuckDBPyConnection) -> Sniffed:
    import duckdb

    if where.format != "parquet":
        pieces = [replace(prepared(piece, Options(), scratch), shown=piece.shown) for piece in pieces]
    paths = ", ".join(literal(str(piece.path)) for piece in pieces)
    reader = "read_parquet" if where.format == "parquet" else "read_json_auto"
    more = "" if where.format == "parquet" else ", sample_size = -1, map_inference_threshold = -1"
    relation = f"{reader}([{paths}], union_by_name = true{more})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        columns = {identifier(row[0]): (str(row[0]), str(row[1]).replace("JSON", "VARCHAR")) for row in described}
        found, rows = _columns(relation, columns, connection)
    except duckdb.Error as error:
        what = str(error).strip().split("\n", 1)[0]
        raise SourceFault(f"it cannot be read as {where.format} ({what})", place=Place(pieces[0].shown)) from error
    files = tuple(Path(piece.shown) for piece in pieces)
    return Sniffed(files, where.format, found, rows, _server(where, UTF8), key=_key(found))


def _columns(
    relation: str, described: dict[str, tuple[str, str]], connection: duckdb.DuckDBPyConnection
) -> tuple[tuple[SniffedColumn, ...], int]:
    """Columns with what was counted of them; `described` is by expression: the source's name, and the type."""
    counted = [
        f"count({c}), approx_count_distinct({c}), min({c}::VARCHAR), max({c}::VARCHAR), any_value({c}::VARCHAR)"
        for c in described
    ]
    rows, *facts = connection.execute(f"SELECT count(*), {', '.join(counted)} FROM {relation}").fetchall()[0]
    by_column = {column: facts[at * 5 : at * 5 + 5] for at, column in enumerate(described)}
    likely = [c for c, (count, distinct, *_) in by_column.items() if rows and count == rows and distinct > 0.9 * rows]
    exact = connection.execute(
        f"SELECT {', '.join(f'count(DISTINCT {c})' for c in likely) or 'count(*)'} FROM {relation}"
    ).fetchall()[0]
    unique = {column for column, distinct in zip(likely, exact, strict=False) if distinct == rows}
    found: list[SniffedColumn] = []
    names = [physical for physical, _ in described.values()]
    for column, (physical, type_) in described.items():
        if not physical.strip() or names.count(physical) > 1:
            continue
        count, _, *examples = by_column[column]
        chosen = safe_name(physical, {one.name for one in found})
        shown = tuple(dict.fromkeys(str(example) for example in examples if example is not None))[:EXAMPLES]
        found.append(
            SniffedColumn(chosen, physical, type_, rows > 0 and count == rows, column in unique, rows - count, shown)
        )
    return tuple(found), int(rows)


def _key(columns: Sequence[SniffedColumn]) -> tuple[str, ...]:
    return next(((column.name,) for column in columns if column.unique and column.type in KEYS), ())


def _server(where: Location, encoding: str) -> dict[str, Scalar]:
    server: dict[str, Scalar] = {"path": where.target, "format": where.format}
    return server if encoding == UTF8 else server | {"encoding": encoding}


def _said(options: Options) -> dict[str, Scalar]:
    """The options that are not as usual, as a contract spells them."""
    said: dict[str, tuple[Scalar, Scalar]] = {
        "delimiter": (options.delimiter.replace("\t", "\\t"), ","),
        "quote": (options.quote, '"'),
        "escape": (options.escape, options.quote),
        "header": (options.header, True),
        "skip": (options.skip, 0),
        "dateFormat": (options.date_format, ""),
        "nullValues": (", ".join(options.null_values), ""),
    }
    return {option: value for option, (value, usual) in said.items() if value != usual}

"""Files that no contract describes, laid out as Parquet with the types that all their values have: to be looked at closely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Place, SourceFault
from weft.names import identifier
from weft.product.contract import Column
from weft.sources.casting import cast_of, literal
from weft.sources.connection import cursor
from weft.sources.options import Options
from weft.sources.prepare import Piece, prepared
from weft.sources.sniffing import Written, as_written, found_at

if TYPE_CHECKING:
    import duckdb

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """`columns` are by the source's own names, with DuckDB's types. `notes` is what a person should know."""

    files: tuple[Path, ...]
    columns: Columns
    notes: tuple[str, ...] = ()


def laid_out(target: str | Path, into: Path) -> LaidOut:
    """A file, a glob or a folder, of any dialect. Parquet files that are alike stay where they are. Raises: SourceFault."""
    import duckdb

    where, pieces, notes = found_at(target)
    into.mkdir(parents=True, exist_ok=True)
    with cursor() as connection:
        try:
            if where.format == "csv":
                found = _of_csv(as_written(pieces, into, connection), into, connection)
            elif where.format == "parquet" and _are_alike(pieces, connection):
                found = _in_place(pieces, connection)
            else:
                found = _of_others(where.format, pieces, into, connection)
        except duckdb.Error as error:
            what = str(error).strip().split("\n", 1)[0]
            raise SourceFault(f"it cannot be read as {where.format} ({what})", place=Place(pieces[0].shown)) from error
    return LaidOut(found.files, found.columns, (*notes, *found.notes))


def _of_csv(written: Written, into: Path, connection: duckdb.DuckDBPyConnection) -> LaidOut:
    """Columns without a name, or with another's, are left out: the notes say so."""
    chosen = list(_named(written))
    selected = ", ".join(
        f"{cast_of(Column('x', type_), written.options).exact.replace('{}', field)} AS {identifier(name)}"
        for field, name, type_ in chosen
    )
    path = into / "laid-out.parquet"
    connection.execute(f"COPY (SELECT {selected} FROM {written.texts}) TO {literal(str(path))} (FORMAT parquet)")
    words = ", ".join(f"'{word}'" for word in written.options.null_values)
    notes = (*written.notes, f"{words} {'is' if len(written.options.null_values) == 1 else 'are'} read as nothing in numbers and dates") if words else written.notes  # fmt: skip
    return LaidOut((path,), tuple((name, type_) for _, name, type_ in chosen), notes)


def _named(written: Written) -> Iterator[tuple[str, str, str]]:
    names = [name.lower() for name, _ in written.columns.values()]
    for field, (name, type_) in written.columns.items():
        if name.strip() and names.count(name.lower()) == 1:
            yield field, name, type_


def _described(relation: str, connection: duckdb.DuckDBPyConnection) -> Columns:
    return tuple((row[0], row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall())


def _scan(piece: Piece) -> str:
    return f"read_parquet({literal(str(piece.path))}, hive_partitioning = false)"


def _are_alike(pieces: Sequence[Piece], connection: duckdb.DuckDBPyConnection) -> bool:
    return len({_described(_scan(piece), connection) for piece in pieces}) == 1


def _in_place(pieces: Sequence[Piece], connection: duckdb.DuckDBPyConnection) -> LaidOut:
    return LaidOut(tuple(piece.path.resolve() for piece in pieces), _described(_scan(pieces[0]), connection))


def _of_others(format_: str, pieces: Sequence[Piece], into: Path, connection: duckdb.DuckDBPyConnection) -> LaidOut:
    ready = pieces if format_ == "parquet" else [prepared(piece, Options(), into) for piece in pieces]
    paths = ", ".join(literal(str(piece.path)) for piece in ready)
    reader = "read_parquet" if format_ == "parquet" else "read_json_auto"
    more = "" if format_ == "parquet" else ", sample_size = -1, map_inference_threshold = -1"
    path = into / "laid-out.parquet"
    connection.execute(
        f"COPY (SELECT * FROM {reader}([{paths}], union_by_name = true{more})) TO {literal(str(path))} (FORMAT parquet)"
    )
    return LaidOut((path,), _described(f"read_parquet({literal(str(path))})", connection))

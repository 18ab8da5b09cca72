"""Parquet files of a source: offered as they are where they match the promise, else read with names and types as promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weft.errors import Place, SourceFault
from weft.names import identifier
from weft.sources.casting import literal
from weft.sources.findings import Finding, some
from weft.sources.job import Arrived, Job
from weft.sources.prepare import WHOLE, Piece
from weft.sources.shape import Shape, shape_of

if TYPE_CHECKING:
    import duckdb

Described = tuple[tuple[str, str], ...]
_SPELLED: dict[str, str] = {}


def matching(pieces: Sequence[Piece], job: Job) -> int | None:
    """How many rows the files hold where their names and types are as promised; None where one differs."""
    wanted = tuple((column.name, _canonical(column.type, job)) for column in job.table.columns)
    if any(_described(piece, job) != wanted for piece in pieces):
        return None
    paths = ", ".join(literal(str(piece.path)) for piece in pieces)
    counted = job.connection.execute(f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata([{paths}])").fetchone()
    return int(counted[0]) if counted and counted[0] is not None else 0


def _canonical(type_: str, job: Job) -> str:
    """A type as DuckDB spells it; asked once in a process."""
    if type_ not in _SPELLED:
        row = job.connection.execute(f"SELECT typeof(NULL::{type_})").fetchone()
        _SPELLED[type_] = str(row[0]) if row else type_
    return _SPELLED[type_]


def _described(piece: Piece, job: Job) -> Described:
    import duckdb

    try:
        found = job.connection.execute(f"DESCRIBE SELECT * FROM {_scan(piece)}").fetchall()
    except duckdb.Error as error:
        raise _broken(piece, error) from error
    return tuple((str(row[0]), str(row[1])) for row in found)


def _scan(piece: Piece) -> str:
    return f"read_parquet({literal(str(piece.path))}, hive_partitioning = false)"


def _broken(piece: Piece, error: duckdb.Error) -> SourceFault:
    what = str(error).strip().split("\n", 1)[0]
    return SourceFault(f"it cannot be read as Parquet ({what})", mend=WHOLE, place=Place(piece.shown))


def arrive_parquet(pieces: Sequence[Piece], job: Job) -> Arrived:
    """Reads files in order, cast without loss."""
    import duckdb

    described = [_described(piece, job) for piece in pieces]
    shapes = [
        shape_of(p.shown, tuple(column for column, _ in d), job.table) for p, d in zip(pieces, described, strict=True)
    ]
    findings = [finding for shape in shapes for finding in shape.findings]
    if any(finding.severity == "error" for finding in findings):
        return Arrived(0, tuple(findings))
    plans = [_selected(shape, types, job) for shape, types in zip(shapes, described, strict=True)]
    queries = [f"SELECT {', '.join(plan.values())} FROM {_scan(p)}" for plan, p in zip(plans, pieces, strict=True)]
    try:
        return Arrived(job.write(" UNION ALL ".join(queries)), tuple(findings))
    except duckdb.Error as error:
        for piece, shape, types in zip(pieces, shapes, described, strict=True):
            findings += _unfitting(piece, shape, types, job)
        if not any(finding.severity == "error" for finding in findings):
            raise _broken(pieces[0], error) from error
        return Arrived(0, tuple(findings))


def _selected(shape: Shape, types: Described, job: Job) -> dict[str, str]:
    chosen = {}
    for column in job.table.columns:
        source, given = identifier(shape.names[shape.positions[column.name]]), types[shape.positions[column.name]][1]
        if given == _canonical(column.type, job):
            chosen[column.name] = f"{source} AS {identifier(column.name)}"
        else:
            cast = f"CAST({source} AS {column.type})"
            chosen[column.name] = (
                f"CASE WHEN {_lossy(source, given, column.type)} THEN error('lossy') ELSE {cast} END AS {identifier(column.name)}"
            )
    return chosen


def _lossy(source: str, given: str, promised: str) -> str:
    """What is not the same after the way there and back."""
    return f"{source} IS NOT NULL AND TRY_CAST(TRY_CAST({source} AS {promised}) AS {given}) IS DISTINCT FROM {source}"


def _unfitting(piece: Piece, shape: Shape, types: Described, job: Job) -> list[Finding]:
    import duckdb

    found = []
    for column in job.table.columns:
        at = shape.positions[column.name]
        source, given = identifier(shape.names[at]), types[at][1]
        if given == _canonical(column.type, job):
            continue
        condition = _lossy(source, given, column.type)
        query = f"SELECT count(*), list(DISTINCT {source}::VARCHAR ORDER BY {source}::VARCHAR)[:5] FROM {_scan(piece)} WHERE {condition}"
        try:
            number, values = job.connection.execute(query).fetchone() or (0, [])
        except duckdb.Error as error:
            raise _broken(piece, error) from error
        if number:
            message = f"column '{column.name}': {number:,} values of type {given} are no {column.type} ({some(values)})"
            mend = f"Promise {given}, or correct the data."
            found.append(Finding("values", piece.shown, message, column.name, (), number, mend))
    return found

"""CSV into Parquet: read with the promised types in one pass; looked at closely only where that fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import EngineFault
from weft.product.contract import Table
from weft.sources.casting import Cast, cast_of, literal, name
from weft.sources.findings import Finding
from weft.sources.options import Options
from weft.sources.prepare import Piece, prepared
from weft.sources.shape import Shape, shape_of_csv

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Job:
    """What an arrival is made with: where to write, where to work, and a DuckDB cursor that may read and write there, in UTC."""

    table: Table
    options: Options
    into: Path
    scratch: Path
    connection: duckdb.DuckDBPyConnection

    def write(self, query: str) -> int:
        """Writes a query's rows as the Parquet file, in order, and returns how many. Raises: duckdb.Error, OSError (a full disk), EngineFault."""
        import duckdb

        try:
            done = self.connection.execute(f"COPY ({query}) TO {literal(str(self.into))} (FORMAT parquet)").fetchone()
        except duckdb.IOException as error:
            if os.strerror(errno.ENOSPC) in str(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.into)) from error
            raise
        except duckdb.OutOfMemoryException as error:
            mend = "Give DuckDB more: engine.memory in mesh.yaml."
            raise EngineFault(
                f"the memory given to DuckDB is not enough to read {self.table.name}", mend=mend
            ) from error
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        return int(done[0]) if done else 0

    @property
    def casts(self) -> dict[str, Cast]:
        return {column.name: cast_of(column, self.options) for column in self.table.columns}


@dataclass(frozen=True, slots=True)
class Arrived:
    rows: int
    findings: tuple[Finding, ...]


def arrive_csv(pieces: Sequence[Piece], job: Job) -> Arrived:
    """Reads files of one source in order. Where a finding is an error, what was written is to be thrown away."""
    import duckdb

    pieces = [prepared(piece, job.options, job.scratch) for piece in pieces]
    shapes = [shape_of_csv(piece, job.table, job.options) for piece in pieces]
    findings = tuple(finding for shape in shapes for finding in shape.findings)
    if any(finding.severity == "error" for finding in findings):
        return Arrived(0, findings)
    try:
        rows = job.write(reading(pieces, shapes, job))
    except duckdb.Error:
        from weft.sources.diagnosis import closely

        found = closely(pieces, shapes, job)
        return replace(found, findings=findings + found.findings)
    return Arrived(rows, findings)


def reading(pieces: Sequence[Piece], shapes: Sequence[Shape], job: Job) -> str:
    """A query that gives the promised columns or fails. Files of one shape in a row are read together."""
    casts = job.casts
    queries = []
    for shape, group in groupby(zip(pieces, shapes, strict=True), key=lambda pair: pair[1]):
        types = {at: casts[column].read_as for column, at in shape.positions.items()}
        selected = [
            f"{casts[c.name].fast.replace('{}', field(shape.positions[c.name]))} AS {name(c.name)}"
            for c in job.table.columns
        ]
        source = scan([piece for piece, _ in group], shape, types, job.options)
        queries.append(f"SELECT {', '.join(selected)} FROM {source}")
    return " UNION ALL ".join(queries)


def field(position: int) -> str:
    return f"c{position}"


def scan(pieces: Sequence[Piece], shape: Shape, types: dict[int, str], options: Options, more: str = "") -> str:
    """`read_csv` over files of one shape, their columns called `c0`, `c1`, ...; text where `types` says nothing."""
    paths = ", ".join(literal(str(piece.path)) for piece in pieces)
    columns = ", ".join(f"'{field(at)}': {literal(types.get(at, 'VARCHAR'))}" for at in range(len(shape.names)))
    nulls = ", ".join(literal(value) for value in options.nulls)
    said = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(shape.skip),
        "delim": literal(options.delimiter),
        "quote": literal(options.quote),
        "escape": literal(options.escape),
        "decimal_separator": literal(options.decimal),
        "nullstr": f"[{nulls}]",
        "allow_quoted_nulls": "false",
    }
    return f"read_csv([{paths}], columns = {{{columns}}}, {', '.join(f'{k} = {v}' for k, v in said.items())}{more})"

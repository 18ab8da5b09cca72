"""What an arrival is made with, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import EngineFault
from weft.product.contract import Table
from weft.sources.casting import Cast, cast_of, literal
from weft.sources.findings import Finding
from weft.sources.full import no_room
from weft.sources.options import Options

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
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            if full := no_room(error, str(self.into)):
                raise full from error
            if isinstance(error, duckdb.IOException):
                raise
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

"""A question's own DuckDB: locked, in memory, and able to read the files that the question may see and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb

from weft.engine.clock import TELLS_TIME, clock_macros
from weft.engine.connection import locked_connection, reaching_files
from weft.engine.faults import plain, run_fault
from weft.engine.interruptible import interruptibly
from weft.engine.masking import Projection, behind
from weft.engine.seam import Columns
from weft.engine.signatures import Typed
from weft.engine.stage import Given, Stage
from weft.engine.text import embeddable, rows_of
from weft.errors import EngineFault, WeftError
from weft.settings import EngineSettings

if TYPE_CHECKING:
    import pyarrow as pa

QUERY = "query"
"""What a fault calls the text that was asked."""
BATCH_ROWS = 122_880
KEEPING = ("LOAD parquet", "SET parquet_metadata_cache = true", "SET async_threads = 1")
"""What is read of a file's footer is kept for the next question: a third of what a lookup takes. Local files need no threads that wait."""


@dataclass(frozen=True, slots=True)
class Files:
    """What stands behind a name: Parquet files of one snapshot, with the columns that they promise.

    `projections` stand in place of columns that are masked; `filters` are conditions on its rows, all of which must hold.
    """

    files: Sequence[Path]
    columns: Columns
    projections: tuple[Projection, ...] = ()
    filters: tuple[str, ...] = ()

    @property
    def shown(self) -> Columns:
        """Its columns as they are seen: a mask may have a type of its own."""
        masked = {one.column: one.type for one in self.projections}
        return tuple((name, masked.get(name, type_)) for name, type_ in self.columns)

    @property
    def sql(self) -> str:
        rows = rows_of(self.files, self.columns)
        return behind(rows, self.columns, self.projections, self.filters) if self.projections or self.filters else rows


class Reading:
    """Names and what they hold, to ask SELECTs of. Arrow tables may stand behind names too: the mesh's own metadata.

    Opening costs 15 ms, a name 0.4 ms. For one thread; `interrupt` is for another. Nothing is written, and nothing spilt
    unless there is a folder for it. What comes as SQL has passed the guard; that it is one SELECT is seen to here again.
    The time is `as_of`, or else that of each question. `lasts` is for one that answers many.
    """

    def __init__(
        self,
        names: Mapping[str, Files | pa.Table],
        settings: EngineSettings,
        as_of: datetime | None = None,
        spill: Path | None = None,
        *,
        lasts: bool = False,
    ) -> None:
        offered = [name for name in names.values() if isinstance(name, Files)]
        reachable = [file for one in offered for file in one.files]
        locks = (*(KEEPING if lasts else ()), *reaching_files(reachable))
        self._connection = locked_connection(settings, locks, spill)
        self._stage = Stage(self._connection)
        self._as_of = as_of
        for name, there in names.items():
            self._offer(name, there)

    def _offer(self, name: str, there: Files | pa.Table) -> None:
        try:
            if isinstance(there, Files):
                self._stage.view(name, there.sql, there.shown)
            else:
                self._stage.cursor.register(name, there)
                self._stage.known[name] = tuple((column, "") for column in there.schema.names)
        except duckdb.Error as error:
            raise run_fault(error, f"'{name}'") from error

    def columns(self, sql: str) -> Columns:
        """What the query returns, found without running it. Raises: EngineFault."""
        return tuple((name, str(type_)) for name, type_ in self._typed(sql))

    def relation(self, sql: str) -> duckdb.DuckDBPyRelation:
        """The query as DuckDB's own relation, which lives as long as this does. Raises: EngineFault."""
        self._typed(sql)
        return self._stage.cursor.sql(embeddable(sql))

    def asked(self, sql: str, given: Given) -> duckdb.DuckDBPyRelation:
        """The query with values for its parameters, bound once. Raises: EngineFault."""
        return self._stage.relation(sql, QUERY, given)

    def read(self, sql: str) -> pa.RecordBatchReader:
        """The query's rows, as they come; read them before the next question.

        Raises: EngineFault, at once where the query does not bind, while it is read where it fails on data.
        """
        import pyarrow as pa

        found = self.relation(sql)
        try:
            stream = interruptibly(lambda: found.to_arrow_reader(BATCH_ROWS), self.interrupt)
        except duckdb.Error as error:
            raise _fault(error) from error
        return pa.RecordBatchReader.from_batches(stream.schema, self._batches(stream))

    def _batches(self, stream: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        try:
            while batch := interruptibly(lambda: next(stream, None), self.interrupt):
                yield batch
        except (duckdb.Error, OSError, ValueError, RuntimeError) as error:
            raise _fault(error) from error

    def _typed(self, sql: str) -> Typed:
        if self._as_of and not self._stage.macros and TELLS_TIME.search(sql):
            self._stage.define(clock_macros(self._as_of))
        return self._stage.typed(sql, QUERY)

    def interrupt(self) -> None:
        """Stops what is being computed, from another thread."""
        self._stage.cursor.interrupt()

    def close(self) -> None:
        self._stage.close()
        self._connection.close()

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _fault(error: Exception) -> WeftError:
    """A query that fails on data is nobody's transform."""
    fault = run_fault(error, QUERY)
    return fault if isinstance(fault, EngineFault) else EngineFault(plain(error), mend=fault.mend)

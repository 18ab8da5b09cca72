"""A place to build one product on DuckDB: names of its own, one file a table, and its checks."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from weft.engine.checks import Proof, failing_rows, prove
from weft.engine.clock import TELLS_TIME, clock_macros
from weft.engine.faults import is_full_disk, line_of, run_fault
from weft.engine.interruptible import interruptibly
from weft.engine.seam import Build, Built, BuiltFile, Columns
from weft.engine.signatures import Typed
from weft.engine.stage import Stage
from weft.engine.statistics import column_statistics
from weft.engine.text import embeddable, listed, literal, rows_of
from weft.engine.writing import Written, broken_cast, written_columns
from weft.errors import EngineFault, Place, WeftError
from weft.names import identifier
from weft.product.checks import CheckResult, Suite
from weft.sql.remembered import Remembered

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb.sqltypes import DuckDBPyType

BATCH_ROWS = 122_880
UNCOUNTED = sys.maxsize
"""Rows, where nobody counted them: more than any statistic could settle."""
COPY_OPTIONS = "(FORMAT parquet, COMPRESSION zstd, RETURN_STATS)"
Copied = tuple[str, int, int, int, dict[str, dict[str, str]], dict[str, str | None], object]
"""Path, rows, bytes, bytes of the footer, statistics by column, the values that part it, and what else the writer says."""


class DuckDbBench:
    """Implements `Bench`, for one thread."""

    def __init__(
        self, stage: Stage, types: Callable[[str], DuckDBPyType], as_of: datetime, remembered: Remembered | None = None
    ) -> None:
        self._stage = stage
        self._remembered = remembered or Remembered()
        self._types = types
        self._as_of = as_of
        self._readers: list[Stage] = []
        self.closed = False

    def offer(self, name: str, files: Sequence[Path], columns: Columns) -> None:
        self._stage.offer(name, rows_of(files, columns), columns)

    def offer_arrow(self, name: str, reader: pa.RecordBatchReader) -> None:
        handed = "handed over"
        try:
            self._stage.cursor.register(handed, reader)
            # A reader can be read once, a name as often as one likes.
            self._stage.table(name, f"FROM {identifier(handed)}", tuple((field.name, "") for field in reader.schema))
        except duckdb.Error as error:
            raise run_fault(error, f"'{name}'") from error
        finally:
            self._stage.cursor.unregister(handed)

    def step(self, name: str, sql: str, *, stored: bool) -> None:
        interruptibly(lambda: self._step(name, sql, stored), self.interrupt)

    def _step(self, name: str, sql: str, stored: bool) -> None:
        columns = tuple((column, str(type_)) for column, type_ in self._typed(sql, name))
        make = self._stage.table if stored else self._stage.view
        text, before = self._stage.ready(sql)
        try:
            make(name, text, columns)
        except duckdb.Error as error:
            raise run_fault(error, f"step '{name}'", Place(name, max(line_of(error) - before - 1, 0))) from error

    def arrow(self, sql: str) -> pa.RecordBatchReader:
        return interruptibly(lambda: self._arrow(sql), self.interrupt)

    def _arrow(self, sql: str) -> pa.RecordBatchReader:
        self._typed(sql, "SQL")
        stage = self._stage.twin()
        text, before = (stage or self._stage).ready(sql)
        try:
            # A cursor streams one result at a time: a twin's is this reader's own, stored names have only the bench's.
            if stage is None:
                table: pa.Table = self._stage.cursor.sql(text).to_arrow_table()
                return table.to_reader(BATCH_ROWS)
            self._readers.append(stage)
            return stage.cursor.sql(text).to_arrow_reader(BATCH_ROWS)
        except duckdb.Error as error:
            raise run_fault(error, "SQL", Place("SQL", max(line_of(error) - before, 0))) from error

    def texts(self, sql: str) -> list[tuple[str | None, ...]]:
        try:
            cursor = self._stage.cursor
            return interruptibly(lambda: cursor.execute(self._stage.ready(sql).sql).fetchall(), self.interrupt)
        except duckdb.Error as error:
            raise run_fault(error, "SQL") from error

    def build(self, build: Build) -> Built:
        return interruptibly(lambda: self._build(build), self.interrupt)

    def _build(self, build: Build) -> Built:
        started = time.perf_counter()
        given = self._returned(build)
        if build.among:
            build = replace(build, sql=f"SELECT * FROM ({embeddable(build.sql)}) AS made WHERE {build.among}")
        written = written_columns(given, build, self._types)
        rows = self._copied(build, written)
        types = {name: str(type_) for name, _, type_ in written.casts}
        if build.parts:
            files = tuple(_built_file(row, build, types) for row in rows)
            return Built(sum(file.rows for file in files), {}, time.perf_counter() - started, files)
        return Built(rows[0][1], column_statistics(rows[0][4], types, rows[0][1]), time.perf_counter() - started)

    def _returned(self, build: Build) -> Typed:
        """What the text returns. Of a table in parts it is remembered: binding the text costs as much as making a small part."""
        asked = self._stage.asked(build.sql) if build.parts and not TELLS_TIME.search(build.sql) else None
        if asked is None:
            return self._typed(build.sql, build.line)
        key = "\0".join((duckdb.__version__, asked.sql, repr(asked.reads)))
        known = self._remembered.returned(key)
        if known is None:
            found = self._typed(build.sql, build.line)
            self._remembered.returns(key, tuple((name, str(type_)) for name, type_ in found))
            return found
        return tuple((name, self._types(type_)) for name, type_ in known)

    def _typed(self, sql: str, where: str) -> tuple[tuple[str, DuckDBPyType], ...]:
        if not self._stage.macros and TELLS_TIME.search(sql):
            self._stage.define(clock_macros(self._as_of))
        return self._stage.typed(sql, where)

    def _copied(self, build: Build, written: Written) -> list[Copied]:
        """The writer's own account of each file; of a build in parts there is none where there are no rows."""
        text, before = self._stage.ready(build.sql, written.chosen)
        options = COPY_OPTIONS if not build.parts else f"{COPY_OPTIONS[:-1]}, {_parted(build.parts)})"
        try:
            done = self._stage.cursor.execute(f"COPY (\n{text}) TO {literal(str(build.path))} {options}").fetchall()
        except (duckdb.Error, OSError) as error:
            shutil.rmtree(build.path, ignore_errors=True) if build.parts else build.path.unlink(missing_ok=True)
            line = line_of(error) - before - 1 if isinstance(error, duckdb.Error) else 0
            raise self._explained(error, build, written, max(line, 0)) from error
        if not done and not build.parts:
            raise EngineFault(f"{build.line}: DuckDB did not say what it wrote to {build.path}")
        return done

    def _explained(self, error: Exception, build: Build, written: Written, line: int) -> WeftError:
        if isinstance(error, (duckdb.ConversionException, duckdb.InvalidInputException)) and not is_full_disk(error):
            fault = broken_cast(self._stage, build, written)
            if fault:
                return fault
        return run_fault(error, build.line, Place(build.line, line), build.path)

    def check(
        self, suite: Suite, files: Sequence[Path], built: Built, references: Mapping[str, Sequence[Path]]
    ) -> tuple[CheckResult, ...]:
        try:
            proof = self._proof(suite, files, built, references)
            return interruptibly(lambda: prove(self._stage, proof), self.interrupt)
        except duckdb.Error as error:
            raise run_fault(error, f"checking {suite.line}") from error

    def failing(
        self, suite: Suite, check: str, files: Sequence[Path], references: Mapping[str, Sequence[Path]]
    ) -> pa.Table:
        try:
            proof = self._proof(suite, files, Built(UNCOUNTED), references)
            return interruptibly(lambda: failing_rows(self._stage, proof, check), self.interrupt)
        except duckdb.Error as error:
            raise run_fault(error, f"check '{check}' of {suite.line}") from error

    def _proof(
        self, suite: Suite, files: Sequence[Path], built: Built, references: Mapping[str, Sequence[Path]]
    ) -> Proof:
        return Proof(suite, files, built, references, clock_macros(self._as_of), self._remembered)

    def interrupt(self) -> None:
        if not self.closed:
            for stage in (*self._readers, self._stage):
                with suppress(duckdb.ConnectionException):
                    stage.cursor.interrupt()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            for stage in (*self._readers, self._stage):
                stage.close()


def _parted(columns: Sequence[str]) -> str:
    return f"PARTITION_BY ({listed(columns)}), WRITE_PARTITION_COLUMNS true"


def _built_file(row: Copied, build: Build, types: Mapping[str, str]) -> BuiltFile:
    return BuiltFile(
        Path(row[0]),
        row[1],
        tuple(row[5].get(column) for column in build.parts),
        column_statistics(row[4], types, row[1]),
    )

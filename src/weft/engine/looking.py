"""A DuckDB of its own to look closely at files with: locked, within bounds of memory, and able to read those files alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from weft.engine.connection import locked_connection, reaching_files, reaching_folders
from weft.engine.faults import run_fault
from weft.engine.interruptible import interruptibly
from weft.engine.seam import Columns
from weft.engine.text import KEPT, no_rows, parquet
from weft.names import identifier
from weft.settings import EngineSettings

MEMORY = "900MB"
"""What is kept of memory at most: beyond it, DuckDB spills."""
VIRTUAL = ("file_index", "file_row_number")
FILE_ROWS = 1 << 40
"""More rows than one file has: a row's number is its file's times this, and its own."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Parquet files of one table, in order, and the columns that they hold."""

    files: Sequence[Path]
    columns: Columns


class Looking:
    """Tables `t0`, `t1`, ..., their columns called `c0`, `c1`, ... whatever they are called, and `nth`, a row's number; more may be made.

    No name of a file's ever stands in a query. For one thread; `interrupt` is for another. Raises: EngineFault, StoreFault.
    """

    def __init__(self, tables: Sequence[Offered], settings: EngineSettings, spill: Path | None = None) -> None:
        files = [file for table in tables for file in table.files]
        locks = reaching_folders([spill]) if spill and not files else reaching_files(files)
        self._connection = locked_connection(replace(settings, memory=MEMORY), locks, spill)
        for number, table in enumerate(tables):
            self.make(f"t{number}", f"VIEW t{number} AS {_numbered(table)}")

    def make(self, name: str, sql: str) -> None:
        """`sql` is what follows CREATE OR REPLACE TEMP."""
        self._run(f"CREATE OR REPLACE TEMP {sql}", name)

    def drop(self, name: str) -> None:
        self._run(f"DROP TABLE IF EXISTS {name}", name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._run(sql, "a profile").fetchall()

    def _run(self, sql: str, what: str) -> duckdb.DuckDBPyConnection:
        try:
            return interruptibly(lambda: self._connection.execute(sql), self.interrupt)
        except (duckdb.Error, OSError) as error:
            raise run_fault(error, what) from error

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Looking:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _numbered(table: Offered) -> str:
    if not table.files:
        named = tuple((f"c{at}", type_) for at, (_, type_) in enumerate(table.columns))
        return no_rows((*named, ("nth", "BIGINT")))
    chosen = ", ".join(_column(at, *column) for at, column in enumerate(table.columns))
    return f"SELECT {chosen}, {_row_number(table)} AS nth FROM {parquet(table.files)}"


def _column(at: int, name: str, type_: str) -> str:
    column = identifier(name)
    return f"{column} AS c{at}" if KEPT.fullmatch(type_) else f"CAST({column} AS {type_}) AS c{at}"


def _row_number(table: Offered) -> str:
    """DuckDB's own columns, unless the file has one of their names."""
    if {name.lower() for name, _ in table.columns} & set(VIRTUAL):
        return "row_number() OVER ()"
    return f"(file_index::BIGINT * {FILE_ROWS} + file_row_number)"

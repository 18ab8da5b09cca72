"""DuckDB as an engine: two instances in memory, which all benches share: one of all threads, and a light one of a single thread.

DuckDB's threads help a small query not at all and wait for each other when two are asked at once (measured: 40 % more time).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import duckdb

from weft.engine.casts import Cast, cast_of
from weft.engine.connection import locked_connection, reaching_folders
from weft.engine.duckdb_bench import DuckDbBench
from weft.engine.faults import plain
from weft.engine.seam import Bench, Columns
from weft.engine.signatures import Signatures
from weft.engine.stage import Stage
from weft.engine.text import no_rows
from weft.errors import EngineFault
from weft.settings import EngineSettings
from weft.sql.remembered import Remembered

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

CLOSE_SECONDS = 30.0
MOST_EMPTY = 2000
NUMBERS = count(1)
QUERY = "SQL"
"""What a fault calls the file of a text that it was handed: whoever knows the file puts it in place."""


class DuckDbEngine:
    """Implements `Engine`. Safe for many threads, each with benches of its own."""

    def __init__(self, settings: EngineSettings, allowed: Sequence[Path], remembered: Remembered | None = None) -> None:
        self._remembered = remembered or Remembered()
        self._folders = [folder.resolve() for folder in allowed]
        self._settings = settings
        self._light = self._open(replace(settings, threads=min(settings.threads or 1, 1)))
        self._full: duckdb.DuckDBPyConnection | None = self._light if settings.threads == 1 else None
        self._types = lru_cache(maxsize=4096)(self._read_type)
        self._signatures = Signatures()
        self._empty: dict[Columns, str] = {}
        self._benches: list[DuckDbBench] = []
        self._lock = Lock()

    def _open(self, settings: EngineSettings) -> duckdb.DuckDBPyConnection:
        spill = self._folders[-1] / "spill" if self._folders else None
        return locked_connection(settings, reaching_folders(self._folders), spill)

    def bind(self, sql: str, reads: Mapping[str, Columns]) -> Columns:
        stage = self._stage(light=True)
        try:
            for name, columns in reads.items():
                stage.offer(name, self._no_rows(stage, columns), columns)
            return tuple((name, str(type_)) for name, type_ in stage.typed(sql, QUERY))
        finally:
            stage.close()

    def _no_rows(self, stage: Stage, columns: Columns) -> str:
        """A query of no rows. Columns that are read a second time get an empty table, which is bound in half the time."""
        table = self._empty.get(columns)
        if table is None and len(self._empty) < MOST_EMPTY:
            self._empty[columns] = ""
        elif table == "":
            name = f'memory.main."no rows {next(NUMBERS)}"'
            with suppress(duckdb.Error):
                stage.cursor.execute(f"CREATE TABLE {name} AS {no_rows(columns)}")
                table = self._empty[columns] = name
        return f"FROM {table}" if table else no_rows(columns)

    def assignable(self, given: str, promised: str) -> bool:
        return cast_of(self._types(given), self._types(promised)) is not Cast.NEVER

    def bench(self, as_of: datetime, *, light: bool = False) -> Bench:
        bench = DuckDbBench(self._stage(light=light), self._types, as_of, self._remembered)
        with self._lock:
            self._benches = [*(other for other in self._benches if not other.closed), bench]
        return bench

    def interrupt(self) -> None:
        for bench in self._benches:
            bench.interrupt()

    def close(self) -> None:
        """Ends what still runs on any bench, in whatever thread."""
        deadline = time.monotonic() + CLOSE_SECONDS
        while True:
            self.interrupt()
            self._benches = [bench for bench in self._benches if not bench.closed]
            try:
                self._close_instances()
                return
            except duckdb.ResourceInUseException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def _close_instances(self) -> None:
        with self._lock:
            self._light.close()
            if self._full:
                self._full.close()

    def _stage(self, *, light: bool) -> Stage:
        # A connection refuses a second thread rather than letting it wait.
        with self._lock:
            if not light and self._full is None:
                self._full = self._open(self._settings)
            return Stage(self._light if light or self._full is None else self._full, self._signatures)

    def _read_type(self, text: str) -> DuckDBPyType:
        try:
            with self._lock:
                return self._light.sqltype(text)
        except duckdb.Error as error:
            raise EngineFault(f"there is no type '{text}': {plain(error)}", mend="Use a type of DuckDB's.") from error

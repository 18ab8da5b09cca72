"""DuckDB as an engine: one instance in memory, which every bench and every bind shares."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
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

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

CLOSE_SECONDS = 30.0
QUERY = "SQL"
"""What a fault calls the file of a text that it was handed: whoever knows the file puts it in place."""


class DuckDbEngine:
    """Implements `Engine`. Safe for many threads, each with benches of its own."""

    def __init__(self, settings: EngineSettings, allowed: Sequence[Path]) -> None:
        folders = [folder.resolve() for folder in allowed]
        spill = folders[-1] / "spill" if folders else None
        self._connection = locked_connection(settings, reaching_folders(folders), spill)
        self._types = lru_cache(maxsize=4096)(self._read_type)
        self._signatures = Signatures()
        self._benches: list[DuckDbBench] = []
        self._lock = Lock()

    def bind(self, sql: str, reads: Mapping[str, Columns]) -> Columns:
        stage = self._stage()
        try:
            for name, columns in reads.items():
                stage.offer(name, no_rows(columns), columns)
            return tuple((name, str(type_)) for name, type_ in stage.typed(sql, QUERY))
        finally:
            stage.close()

    def assignable(self, given: str, promised: str) -> bool:
        return cast_of(self._types(given), self._types(promised)) is not Cast.NEVER

    def bench(self, as_of: datetime) -> Bench:
        bench = DuckDbBench(self._stage(), self._types, as_of)
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
                with self._lock:
                    self._connection.close()
                return
            except duckdb.ResourceInUseException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def _stage(self) -> Stage:
        # A connection refuses a second thread rather than letting it wait.
        with self._lock:
            return Stage(self._connection, self._signatures)

    def _read_type(self, text: str) -> DuckDBPyType:
        try:
            with self._lock:
                return self._connection.sqltype(text)
        except duckdb.Error as error:
            raise EngineFault(f"there is no type '{text}': {plain(error)}", mend="Use a type of DuckDB's.") from error

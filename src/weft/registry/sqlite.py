"""A registry in one SQLite file: write-ahead log, one writer at a time, readers never wait."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from weft.errors import RegistryBusy, RegistryFault
from weft.registry import read_only
from weft.registry.connections import PerThread
from weft.registry.database import Nothing, Row, T, Transaction, Value
from weft.registry.schema import State, created, settled

MEND = {
    sqlite3.SQLITE_FULL: "Free some space and run again: nothing was half done.",
    sqlite3.SQLITE_IOERR: "See that the disk has space and answers; nothing was half done.",
    sqlite3.SQLITE_READONLY: "See that you may write the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "See that the folder exists and that you may write in it.",
    sqlite3.SQLITE_CORRUPT: "Restore the file from a copy; snapshots in the store are not harmed.",
    sqlite3.SQLITE_NOTADB: "Name another file in mesh.yaml (registry:), or move this one away.",
}
PRIMARY = 0xFF
"""SQLite's extended error codes carry the primary one in their lowest byte."""
SLICE_SECONDS = 0.25
"""SQLite waits where Ctrl-C is not heard, so it waits in slices."""
WAIT_SECONDS = 0.01
READING = ("BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1")
"""The view is taken by the first question, not by BEGIN."""
WRITING = ("BEGIN IMMEDIATE",)
KEEPING_A_LOG = ("PRAGMA journal_mode=WAL",)
NORMAL, FULL = "PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL"


class SQLite:
    def __init__(self, path: Path, mesh: str, busy_seconds: float) -> None:
        self._path, self._mesh, self._busy_seconds = path, mesh, busy_seconds
        self._connections = PerThread(self._open)
        self._is_settled = False

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        if not self._path.exists():
            yield Nothing()
            return
        if read_only.is_read_only(self._path):
            with self._translated(), read_only.reading(self._path) as connection:
                yield self._as_it_stands(connection)
            return
        with self._translated():
            connection = self._connections.get()
            if self._state(connection) == State.ABSENT:
                yield Nothing()
                return
            with self._transaction(connection, READING):
                yield SQLiteTransaction(connection)

    @contextmanager
    def writing(self, *, durable: bool = False, patience_seconds: float | None = None) -> Iterator[Transaction]:
        with self._translated(patience_seconds):
            if read_only.is_read_only(self._path):
                raise read_only.Unwritable(self._path)
            if not self._path.exists():
                self._start_anew()
            connection = self._connections.get()
            if self._state(connection) == State.ABSENT:
                self._create(connection)
            if durable:
                connection.execute(FULL)
            try:
                with self._transaction(connection, WRITING, patience_seconds):
                    yield SQLiteTransaction(connection)
            finally:
                if durable:
                    connection.execute(NORMAL)

    def close(self) -> None:
        self._connections.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=min(self._busy_seconds, SLICE_SECONDS),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute(NORMAL)
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _state(self, connection: sqlite3.Connection) -> State:
        """Whether there is a registry in the file; an older one is migrated, once for this object."""
        if self._is_settled:
            return State.CURRENT
        state = self._patiently(lambda: settled(SQLiteTransaction(connection), self._mesh, str(self._path)))
        if state == State.OLDER:
            from weft.registry.migrating import migrate_sqlite

            migrate_sqlite(self._open)
            state = State.CURRENT
        self._is_settled = state == State.CURRENT
        return state

    def _as_it_stands(self, connection: sqlite3.Connection) -> Transaction:
        found = SQLiteTransaction(connection)
        state = settled(found, self._mesh, str(self._path))
        if state == State.OLDER:
            mend = "Run any verb once where it may be written: that brings it up to date."
            raise RegistryFault(f"the registry {self._path} is of an older Weft, and may only be read here", mend=mend)
        return Nothing() if state == State.ABSENT else found

    def _start_anew(self) -> None:
        """The file may have been there before, and this thread's connection to it still be open."""
        self._is_settled = False
        self._connections.drop()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            mend = "See that you may write there."
            raise RegistryFault(f"the registry {self._path} cannot be made: {error.strerror}", mend=mend) from error

    def _create(self, connection: sqlite3.Connection) -> None:
        self._patiently(lambda: run_all(connection, KEEPING_A_LOG))
        with self._transaction(connection, WRITING):
            created(SQLiteTransaction(connection), "sqlite", self._mesh)
        self._is_settled = True

    @contextmanager
    def _transaction(
        self, connection: sqlite3.Connection, begin: Sequence[str], patience_seconds: float | None = None
    ) -> Iterator[None]:
        try:
            self._patiently(lambda: run_all(connection, begin), patience_seconds)
            yield
            connection.execute("COMMIT")
        except BaseException:
            roll_back(connection)
            raise

    def _patiently(self, step: Callable[[], T], patience_seconds: float | None = None) -> T:
        """Takes a step again and again while the registry is locked, for as long as we wait."""
        deadline = time.monotonic() + self._patience(patience_seconds)
        while True:
            try:
                return step()
            except sqlite3.OperationalError as error:
                if code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
                time.sleep(WAIT_SECONDS)

    def _patience(self, asked: float | None) -> float:
        return self._busy_seconds if asked is None else min(asked, self._busy_seconds)

    @contextmanager
    def _translated(self, patience_seconds: float | None = None) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise self._fault(error, self._patience(patience_seconds)) from error

    def _fault(self, error: Exception, waited_seconds: float) -> RegistryFault:
        if code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return RegistryBusy(
                f"the registry {self._path} stayed locked for {waited_seconds:g} s",
                mend="Another program is writing to it: run again when it is done. If none should be, look for a stopped one.",
            )
        mend = MEND.get(code(error), "Nothing was half done; run again.")
        return RegistryFault(f"the registry {self._path} failed: {error}", mend=mend)


class SQLiteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def has(self, table: str) -> bool:
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)))

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, many: Iterable[Sequence[Value]]) -> None:
        self._connection.executemany(sql, many)


def run_all(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """All of them, or none where the registry is locked."""
    try:
        for statement in statements:
            connection.execute(statement)
    except sqlite3.OperationalError:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """A full disk has ended the transaction already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY

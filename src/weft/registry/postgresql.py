"""A registry in PostgreSQL: for a mesh whose domains publish from many machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from weft.errors import Misuse, RegistryBusy, RegistryFault, WeftError
from weft.registry.connections import PerThread
from weft.registry.database import Nothing, Row, Transaction, Value
from weft.registry.schema import State, created, settled

if TYPE_CHECKING:
    import psycopg

READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
CREATING = 7_734_653_824
"""The advisory lock of whoever creates or migrates the registry: any number that nobody else takes."""
CONNECT_SECONDS = 10


class PostgreSQL:
    def __init__(self, url: str, mesh: str, busy_seconds: float) -> None:
        parts = urlsplit(url)
        self._url = parts._replace(scheme="postgresql").geturl()
        self._where = f"{parts.path.lstrip('/')} at {parts.hostname or 'this machine'}"
        self._mesh, self._busy_seconds = mesh, busy_seconds
        self._connections = PerThread(self._open)
        self._is_settled = False

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._translated():
            connection = self._connections.get()
            if self._state(connection) == State.ABSENT:
                yield Nothing()
                return
            with transaction(connection, READING):
                yield PostgreSQLTransaction(connection)

    @contextmanager
    def writing(self, *, durable: bool = False, patience_seconds: float | None = None) -> Iterator[Transaction]:
        """PostgreSQL's commits are durable unless its own settings say otherwise."""
        patience = min(self._busy_seconds if patience_seconds is None else patience_seconds, self._busy_seconds)
        with self._translated(patience):
            connection = self._connections.get()
            if self._state(connection) == State.ABSENT:
                self._create(connection)
            with transaction(connection, "BEGIN"):
                if patience < self._busy_seconds:
                    connection.execute(f"SET LOCAL lock_timeout = {milliseconds(patience)}".encode())
                yield PostgreSQLTransaction(connection)

    def close(self) -> None:
        self._connections.close()

    def _open(self) -> psycopg.Connection[Row]:
        try:
            import psycopg
        except ImportError as error:
            raise Misuse("a registry in PostgreSQL needs psycopg", mend="pip install 'weft[postgres]'") from error
        connection = psycopg.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="weft"
        )
        connection.execute(f"SET lock_timeout = {milliseconds(self._busy_seconds)}".encode())
        return connection

    def _state(self, connection: psycopg.Connection[Row]) -> State:
        """Whether there is a registry in the database; an older one is migrated, once for this object."""
        if self._is_settled:
            return State.CURRENT
        state = settled(PostgreSQLTransaction(connection), self._mesh, self._where)
        if state == State.OLDER:
            from weft.registry.migrating import migrate_postgresql

            migrate_postgresql(self._open, CREATING)
            state = State.CURRENT
        self._is_settled = state == State.CURRENT
        return state

    def _create(self, connection: psycopg.Connection[Row]) -> None:
        with transaction(connection, "BEGIN"):
            found = PostgreSQLTransaction(connection)
            found.rows("SELECT pg_advisory_xact_lock(?)", (CREATING,))
            created(found, "postgresql", self._mesh)
        self._is_settled = True

    @contextmanager
    def _translated(self, waited_seconds: float = 0.0) -> Iterator[None]:
        """What is raised inside may be ours already: then psycopg was never asked."""
        try:
            yield
        except Exception as error:
            fault = self._fault(error, waited_seconds or self._busy_seconds)
            if fault is None:
                raise
            raise fault from error

    def _fault(self, error: Exception, waited_seconds: float) -> RegistryFault | None:
        if isinstance(error, WeftError):
            return None
        import psycopg

        if isinstance(error, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)):
            return RegistryBusy(
                f"the registry {self._where} stayed locked for {waited_seconds:g} s",
                mend="Another program is writing to it: run again when it is done. `pg_stat_activity` names who holds it.",
            )
        if isinstance(error, psycopg.OperationalError):
            self._connections.drop()
            mend = "See that the server runs, has space, and lets this user in; nothing was half done."
            return RegistryFault(f"the registry {self._where} failed: {first_line(error)}", mend=mend)
        if isinstance(error, psycopg.Error):
            mend = "Nothing was half done; see that this user may create and write tables there."
            return RegistryFault(f"the registry {self._where} failed: {first_line(error)}", mend=mend)
        return None


class PostgreSQLTransaction:
    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def has(self, table: str) -> bool:
        return bool(
            self.rows("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?", (table,))
        )

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._connection.execute(spelled(sql), values).fetchall()

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self._connection.execute(spelled(sql), values).rowcount

    def run_many(self, sql: str, many: Iterable[Sequence[Value]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(spelled(sql), many)


def milliseconds(seconds: float) -> int:
    """At least one: none would be for ever."""
    return max(1, round(seconds * 1000))


@cache
def spelled(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


@contextmanager
def transaction(connection: psycopg.Connection[Row], begin: str) -> Iterator[None]:
    try:
        connection.execute(begin.encode())
        yield
        connection.execute(b"COMMIT")
    except BaseException:
        if not connection.closed:
            connection.execute(b"ROLLBACK")
        raise


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

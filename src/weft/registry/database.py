"""What the registry asks of a database: transactions over plain SQL that SQLite and PostgreSQL both read.

A text says `?` where a value goes, and nothing else about who reads it. SQLAlchemy and Alembic define and migrate the schema
and are not imported to read or write (docs/decisions/0002-registry-reads-without-sqlalchemy.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

Value = bool | int | float | str | None
Row = tuple[Any, ...]
T = TypeVar("T")

CHUNK = 500
"""Values of one `IN (...)`: both databases take more, and a text of each length is kept prepared."""


class Transaction(Protocol):
    def has(self, table: str) -> bool:
        """Whether the database has a table of this name."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]: ...

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """How many rows it touched."""

    def run_many(self, sql: str, many: Iterable[Sequence[Value]]) -> None: ...


class Database(Protocol):
    """Raises, in all of its transactions: RegistryBusy, RegistryFault."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """One consistent view. Of a registry that is not there yet nothing is created, and nothing is found in it."""

    def writing(
        self, *, durable: bool = False, patience_seconds: float | None = None
    ) -> AbstractContextManager[Transaction]:
        """All or nothing, and no two at once touch the same rows; creates the registry where there is none.

        `durable`: on disk before it returns, with all that was committed before. `patience_seconds` is how long it waits
        while the registry is locked, at most as long as the mesh says.
        """

    def close(self) -> None: ...


class Nothing:
    """A transaction on a registry that is not there: every question has no rows."""

    def has(self, table: str) -> bool:
        return False

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return []

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return 0

    def run_many(self, sql: str, many: Iterable[Sequence[Value]]) -> None:
        return None


def chosen(transaction: Transaction, sql: str, keys: Sequence[str], values: Sequence[Value] = ()) -> Iterator[Row]:
    """The rows of a text whose `IN (*)` stands for all of the keys, after its other values."""
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        yield from transaction.rows(sql.replace("(*)", f"({', '.join('?' * len(part))})"), (*values, *part))

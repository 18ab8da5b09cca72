"""The query log: one row for each reader, line, set of columns and day, with how often and when last, so that it does not grow with use.

It is written on behalf of a question that only reads: in a transaction of its own, which adds to this table and touches nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from weft.names import LineName
from weft.product.digest import digest
from weft.product.reads import Asked, Measured
from weft.registry.database import Database, Transaction, Value, chosen
from weft.registry.values import decoded, encoded, microseconds, moment

PATIENCE_SECONDS = 1.0
"""How long an answer that is ready waits for a locked registry: commits take milliseconds, so more means that something is stuck."""
MOST_CHARACTERS = 2000
"""Of a question's text; its digest is of all of it."""
DAY = 24 * 60 * 60 * 1_000_000
KEEP = """
    INSERT INTO reads (line, environment, who, door, day, columns_digest, columns_json, times, first_at, last_at,
                       sql_digest, sql_text)
    VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
    ON CONFLICT (line, environment, who, door, day, columns_digest) DO UPDATE SET
        times = reads.times + 1, last_at = excluded.last_at, sql_digest = excluded.sql_digest, sql_text = excluded.sql_text
"""
SINCE = """
    SELECT line, who, door, columns_json, times, first_at, last_at FROM reads
    WHERE environment = ? AND last_at >= ? AND line IN (*) ORDER BY line, who, door, last_at
"""
FORGET = "DELETE FROM reads WHERE day < ?"


class SQLReads:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, *asked: Asked) -> None:
        rows = [row for one in asked for row in _rows(one)]
        # In the order of lines: two questions at once never wait for each other in a circle.
        rows.sort(key=lambda row: str(row[0]))
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
            transaction.run_many(KEEP, rows)

    def since(self, lines: Iterable[LineName], at: datetime, environment: str) -> tuple[Measured, ...]:
        wanted = list(dict.fromkeys(lines))
        with self._database.reading() as transaction:
            return measured(transaction, wanted, (environment, microseconds(at))) if wanted else ()


def _rows(asked: Asked) -> Iterator[tuple[Value, ...]]:
    at = microseconds(asked.at)
    said = (digest(asked.sql), asked.sql[:MOST_CHARACTERS])
    of = (asked.environment, asked.who, asked.door, at // DAY)
    for line, columns in asked.columns.items():
        yield (line, *of, digest(*columns), encoded(columns), at, at, *said)


def measured(transaction: Transaction, lines: Sequence[LineName], since: tuple[str, int]) -> tuple[Measured, ...]:
    """By line, who and door; `since` is an environment and a time."""
    found: dict[tuple[str, str, str], Measured] = {}
    for line, who, door, columns, times, first_at, last_at in chosen(transaction, SINCE, lines, since):
        one = Measured(line, who, door, decoded(columns, tuple[str, ...]), times, moment(first_at), moment(last_at))
        before = found.get((line, who, door))
        found[line, who, door] = one if before is None else _together(before, one)
    return tuple(found.values())


def _together(one: Measured, other: Measured) -> Measured:
    columns = tuple(dict.fromkeys((*one.columns, *other.columns)))
    times, first_at = one.times + other.times, min(one.first_at, other.first_at)
    return Measured(one.line, one.who, one.door, columns, times, first_at, max(one.last_at, other.last_at))


def forget(transaction: Transaction, before: datetime) -> None:
    transaction.run(FORGET, (microseconds(before) // DAY,))

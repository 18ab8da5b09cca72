"""The outbox: events with the channels that they go to, kept before anything is sent, so that nothing is told twice or lost.

Whoever sends takes a delivery for a while first; one that it neither settles nor gives back falls due again after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from weft.names import ProductName, RunId
from weft.product.delivery import Addressed, Delivery
from weft.product.snapshot import Event
from weft.registry.database import Database, Row, Transaction
from weft.registry.recording import record, turn
from weft.registry.values import microseconds, moment

if TYPE_CHECKING:
    from weft.product.agreement import Agreement
    from weft.product.proposal import Proposal

EVENT = "e.happened_at, e.product, e.kind, e.message, e.line, e.environment, e.run, e.who"
OF_RUN = f"SELECT {EVENT} FROM events e WHERE e.run = ? ORDER BY e.seq"
NEWEST = f"""
    SELECT {EVENT} FROM events e JOIN (
        SELECT max(seq) AS seq FROM events WHERE environment = ? AND kind IN (*) GROUP BY product
    ) newest ON newest.seq = e.seq
"""
SAME = """
    SELECT seq FROM events WHERE run = ? AND environment = ? AND product = ? AND line = ? AND kind = ?
    AND (run <> '' OR happened_at = ?) ORDER BY seq
"""
ADDRESS = """
    INSERT INTO deliveries (event, channel, state, attempts, next_at, settled_at, error)
    VALUES (?, ?, 'waiting', 0, 0, NULL, '') ON CONFLICT (event, channel) DO NOTHING
"""
IDENTITY = "SELECT value FROM meta WHERE name = 'identity'"
ANY_DUE = "SELECT 1 FROM deliveries WHERE state = 'waiting' AND next_at <= ? LIMIT 1"
DUE = f"""
    SELECT d.event, d.channel, d.attempts, d.error, {EVENT} FROM deliveries d JOIN events e ON e.seq = d.event
    WHERE d.state = 'waiting' AND d.next_at <= ? ORDER BY d.event, d.channel
"""
TAKE = """
    UPDATE deliveries SET attempts = attempts + 1, next_at = ?
    WHERE event = ? AND channel = ? AND state = 'waiting' AND next_at <= ?
"""
SETTLE = """
    UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, settled_at = ?, error = ?
    WHERE event = ? AND channel = ? AND state = 'waiting'
"""


class SQLOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, addressed: Sequence[Addressed]) -> None:
        with self._database.writing() as transaction:
            for one in addressed:
                identity = _kept(transaction, one.event)
                transaction.run_many(ADDRESS, [(identity, channel) for channel in dict.fromkeys(one.channels)])
            turn(transaction)

    def of_run(self, run: RunId) -> tuple[Event, ...]:
        with self._database.reading() as transaction:
            return tuple(_event(row) for row in transaction.rows(OF_RUN, (run,)))

    def newest(self, environment: str, kinds: Iterable[str]) -> dict[ProductName, Event]:
        wanted = tuple(kinds)
        asked = NEWEST.replace("(*)", f"({', '.join('?' * len(wanted))})")
        with self._database.reading() as transaction:
            return {row[1]: _event(row) for row in transaction.rows(asked, (environment, *wanted))}

    def take(self, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        at, returned = microseconds(now), microseconds(until)
        with self._database.reading() as transaction:
            if not transaction.rows(ANY_DUE, (at,)):
                return ()
        with self._database.writing() as transaction:
            registry = transaction.rows(IDENTITY)[0][0]
            rows = transaction.rows(DUE, (at,))
            # Another may have taken one between the question and this: then it is not ours.
            taken = [row for row in rows if transaction.run(TAKE, (returned, row[0], row[1], at))]
        return tuple(_delivery(row, registry) for row in taken)

    def agreed(self, products: Iterable[ProductName]) -> tuple[Agreement | Proposal, ...]:
        from weft.registry.agreements import on, proposals_on

        wanted = tuple(products)
        with self._database.reading() as transaction:
            return (*on(transaction, wanted), *proposals_on(transaction, wanted))

    def settle(self, deliveries: Iterable[Delivery], now: datetime) -> None:
        with self._database.writing() as transaction:
            transaction.run_many(SETTLE, [_settled(delivery, microseconds(now)) for delivery in deliveries])
            turn(transaction)


def _kept(transaction: Transaction, event: Event) -> int:
    """The event's number. Of a run, a second of the same kind for the same table is the same event."""
    key = (event.run, event.environment, event.product, event.line, event.kind, microseconds(event.at))
    rows = transaction.rows(SAME, key)
    if not rows:
        record(transaction, (), (), (event,), environment=event.environment)
        rows = transaction.rows(SAME, key)
    return int(rows[-1][0])


def _event(row: Row) -> Event:
    at, *rest = row
    return Event(moment(at), *rest)


def _delivery(row: Row, registry: str) -> Delivery:
    identity, channel, attempts, error, *event = row
    key = f"{registry}-{identity}"
    return Delivery(identity, channel, _event(tuple(event)), "waiting", attempts + 1, error, None, key)


def _settled(delivery: Delivery, now: int) -> Row:
    is_over = delivery.state != "waiting"
    next_at = now if delivery.next_at is None else microseconds(delivery.next_at)
    settled_at = now if is_over else None
    return (delivery.state, delivery.attempts, next_at, settled_at, delivery.error, delivery.id, delivery.channel)

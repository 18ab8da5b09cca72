"""Failed attempts, counted under digests: what was typed as a name is nowhere, for it may have been a password."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from weft.access.identities import Attempt
from weft.registry.database import Database, Transaction
from weft.registry.values import microseconds, moment

FORGET_AFTER = timedelta(days=1)
FORGET = "DELETE FROM attempts WHERE last_at < ?"
TOUCH = "INSERT INTO attempts (what, count, last_at) VALUES (?, 0, ?) ON CONFLICT (what) DO UPDATE SET count = attempts.count"
COUNTED = "SELECT count, last_at FROM attempts WHERE what = ?"
COUNT = "UPDATE attempts SET count = ?, last_at = ? WHERE what = ?"
BACK = "UPDATE attempts SET count = count - 1 WHERE what = ? AND count > 0"
FORGIVE = "DELETE FROM attempts WHERE what = ?"


class SQLAttempts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, what: Sequence[str], at: datetime, rule: Callable[[str, Attempt], Attempt | float]) -> float:
        with self._database.writing() as transaction:
            transaction.run(FORGET, (microseconds(at - FORGET_AFTER),))
            # In one order, so that two who try the same never wait for each other.
            counted = {one: rule(one, _locked(transaction, one, at)) for one in sorted(what)}
            waits = [said for said in counted.values() if not isinstance(said, Attempt)]
            if waits:
                return max(waits)
            for one, said in counted.items():
                if isinstance(said, Attempt):
                    transaction.run(COUNT, (said.count, microseconds(said.last_at), one))
            return 0.0

    def forgive(self, what: Iterable[str]) -> None:
        with self._database.writing() as transaction:
            for one in sorted(what):
                transaction.run(FORGIVE, (one,))

    def give_back(self, what: Iterable[str]) -> None:
        with self._database.writing() as transaction:
            for one in sorted(what):
                transaction.run(BACK, (one,))


def _locked(transaction: Transaction, what: str, at: datetime) -> Attempt:
    transaction.run(TOUCH, (what, microseconds(at)))
    count, last_at = transaction.rows(COUNTED, (what,))[0]
    return Attempt(count, moment(last_at))

"""Declassifications: each a value that only moves on from the revision that whoever changes it has seen."""

from __future__ import annotations

from dataclasses import replace

from weft.errors import Moved
from weft.product.declassification import Declassification
from weft.registry.database import Database, Row, Transaction
from weft.registry.recording import STATE, turn
from weft.registry.values import decoded, encoded

ALL = "SELECT value_json FROM declassifications ORDER BY length(id), id"
NAMED = "SELECT value_json FROM declassifications WHERE id = ?"
ADD = "INSERT INTO declassifications (id, line_name, state, revision, value_json) VALUES (?, ?, ?, ?, ?)"
CHANGE = "UPDATE declassifications SET state = ?, revision = ?, value_json = ? WHERE id = ? AND revision = ?"
COUNT = "SELECT count(*) FROM declassifications"


class SQLDeclassifications:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Declassification, ...]:
        with self._database.reading() as transaction:
            return declassifications(transaction)

    def named(self, identity: str) -> Declassification | None:
        with self._database.reading() as transaction:
            return next((_value(row) for row in transaction.rows(NAMED, (identity,))), None)

    def ask(self, asked: Declassification) -> Declassification:
        with self._database.writing() as transaction:
            # The row that this locks lets one be counted at a time; and what was computed of the others is computed anew.
            turn(transaction)
            kept = replace(asked, id=f"d{transaction.rows(COUNT)[0][0] + 1}")
            transaction.run(ADD, (kept.id, kept.line, kept.state, kept.revision, encoded(kept)))
        return kept

    def change(self, changed: Declassification) -> Declassification:
        moved = replace(changed, revision=changed.revision + 1)
        with self._database.writing() as transaction:
            turn(transaction)
            if not transaction.run(CHANGE, (moved.state, moved.revision, encoded(moved), moved.id, changed.revision)):
                found = next((_value(row).revision for row in transaction.rows(NAMED, (moved.id,))), "none")
                raise Moved(f"declassification {moved.id}", changed.revision, found)
        return moved

    def state(self) -> str:
        with self._database.reading() as transaction:
            found = transaction.rows(STATE)
        return "-".join(map(str, found[0])) if found else ""


def declassifications(transaction: Transaction) -> tuple[Declassification, ...]:
    """All that were ever asked for, the oldest first."""
    return tuple(_value(row) for row in transaction.rows(ALL))


def _value(row: Row) -> Declassification:
    found: Declassification = decoded(row[0], Declassification)
    return found

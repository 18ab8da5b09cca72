"""Agreements and proposals: each a value that only moves on from the revision that whoever changes it has seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from weft.errors import Moved
from weft.names import ProductName
from weft.product.agreement import OPEN, Agreement
from weft.product.footing import Footing
from weft.product.proposal import Proposal
from weft.registry.database import Database, Row, Transaction, chosen
from weft.registry.footing import Kept, Known
from weft.registry.values import decoded, encoded

ALL = "SELECT value_json FROM agreements ORDER BY length(id), id"
OF = "SELECT value_json FROM agreements WHERE reader = ? ORDER BY length(id), id"
ON = "SELECT value_json FROM agreements WHERE product IN (*) ORDER BY length(id), id"
NAMED = "SELECT value_json FROM agreements WHERE id = ?"
ADD = "INSERT INTO agreements (id, reader, product, port, state, revision, value_json) VALUES (?, ?, ?, ?, ?, ?, ?)"
CHANGE = "UPDATE agreements SET state = ?, revision = ?, value_json = ? WHERE id = ? AND revision = ?"
PROPOSALS = "SELECT value_json FROM proposals ORDER BY length(id), id"
PROPOSALS_ON = "SELECT value_json FROM proposals WHERE product IN (*) ORDER BY length(id), id"
PROPOSAL = "SELECT value_json FROM proposals WHERE id = ?"
PROPOSE = "INSERT INTO proposals (id, product, who, state, revision, value_json) VALUES (?, ?, ?, ?, ?, ?)"
ANSWER = "UPDATE proposals SET state = ?, revision = ?, value_json = ? WHERE id = ? AND revision = ?"
TURN = "UPDATE counters SET value = value + 1 WHERE name = 'agreements'"
"""Its row is the lock under which one request at a time looks whether there is one like it, and its value makes the id."""
TURNED = "SELECT value FROM counters WHERE name = 'agreements'"


class SQLAgreements:
    def __init__(self, database: Database, known: dict[str, Known]) -> None:
        self._database, self._kept = database, Kept(known)

    def footing(self, reader: str, products: Iterable[ProductName], environment: str) -> Footing:
        with self._database.reading() as transaction:
            known = self._kept.at(transaction, environment)
            agreements = tuple(_agreement(row) for row in transaction.rows(OF, (reader.casefold(),))) if reader else ()
            return known.footing(transaction, products, agreements)

    def of(self, reader: str) -> tuple[Agreement, ...]:
        with self._database.reading() as transaction:
            return tuple(_agreement(row) for row in transaction.rows(OF, (reader.casefold(),)))

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Agreement, ...]:
        with self._database.reading() as transaction:
            return on(transaction, products)

    def named(self, identity: str) -> Agreement | None:
        with self._database.reading() as transaction:
            return next((_agreement(row) for row in transaction.rows(NAMED, (identity,))), None)

    def ask(self, agreement: Agreement) -> tuple[Agreement, bool]:
        with self._database.writing() as transaction:
            transaction.run(TURN)
            rows = transaction.rows(OF, (agreement.reader.casefold(),))
            alike = [one for one in map(_agreement, rows) if _is_alike(one, agreement)]
            if alike:
                return alike[-1], False
            kept = replace(agreement, id=_identity("a", transaction))
            transaction.run(ADD, _row(kept))
        return kept, True

    def change(self, agreement: Agreement) -> Agreement:
        moved = replace(agreement, revision=agreement.revision + 1)
        with self._database.writing() as transaction:
            transaction.run(TURN)
            values = (moved.state, moved.revision, encoded(moved), moved.id, agreement.revision)
            if not transaction.run(CHANGE, values):
                found = next((_agreement(row).revision for row in transaction.rows(NAMED, (moved.id,))), "none")
                raise Moved(f"agreement {moved.id}", agreement.revision, found)
        return moved

    @property
    def proposals(self) -> SQLProposals:
        return SQLProposals(self._database)


class SQLProposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def on(self, products: Iterable[ProductName] | None = None) -> tuple[Proposal, ...]:
        with self._database.reading() as transaction:
            return proposals_on(transaction, products)

    def named(self, identity: str) -> Proposal | None:
        with self._database.reading() as transaction:
            return next((_proposal(row) for row in transaction.rows(PROPOSAL, (identity,))), None)

    def propose(self, proposal: Proposal) -> tuple[Proposal, bool]:
        with self._database.writing() as transaction:
            transaction.run(TURN)
            rows = chosen(transaction, PROPOSALS_ON, [proposal.product])
            key = (proposal.wanted, proposal.who, "open")
            if alike := [one for one in map(_proposal, rows) if (one.wanted, one.who, one.state) == key]:
                return alike[-1], False
            one = replace(proposal, id=_identity("p", transaction))
            transaction.run(PROPOSE, (one.id, one.product, one.who, one.state, one.revision, encoded(one)))
        return one, True

    def answer(self, proposal: Proposal) -> Proposal:
        moved = replace(proposal, revision=proposal.revision + 1)
        with self._database.writing() as transaction:
            transaction.run(TURN)
            values = (moved.state, moved.revision, encoded(moved), moved.id, proposal.revision)
            if not transaction.run(ANSWER, values):
                raise Moved(f"proposal {moved.id}", proposal.revision, "another")
        return moved


def on(transaction: Transaction, products: Iterable[ProductName] | None) -> tuple[Agreement, ...]:
    """All of them where no products are named."""
    rows = transaction.rows(ALL) if products is None else chosen(transaction, ON, list(dict.fromkeys(products)))
    return tuple(_agreement(row) for row in rows)


def proposals_on(transaction: Transaction, products: Iterable[ProductName] | None) -> tuple[Proposal, ...]:
    rows = (
        transaction.rows(PROPOSALS)
        if products is None
        else chosen(transaction, PROPOSALS_ON, list(dict.fromkeys(products)))
    )
    return tuple(_proposal(row) for row in rows)


def _identity(kind: str, transaction: Transaction) -> str:
    """Short, as people type it: `a12`."""
    return f"{kind}{transaction.rows(TURNED)[0][0]}"


def _is_alike(known: Agreement, asked: Agreement) -> bool:
    """Whether it waits to be decided, or is in force, for the same port, line, role and purpose."""
    if (known.port, known.line, known.role) != (asked.port, asked.line, asked.role):
        return False
    if known.state in OPEN:
        return True
    same = (known.purpose, known.use_case) == (asked.purpose, asked.use_case)
    return same and known.is_in_force(asked.requested_at.date())


def _row(one: Agreement) -> Row:
    return (one.id, one.reader.casefold(), one.product, one.port, one.state, one.revision, encoded(one))


def _agreement(row: Row) -> Agreement:
    found: Agreement = decoded(row[0], Agreement)
    return found


def _proposal(row: Row) -> Proposal:
    found: Proposal = decoded(row[0], Proposal)
    return found

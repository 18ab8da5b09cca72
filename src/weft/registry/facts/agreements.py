"""Agreements on ports, and proposals to extend them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from weft.names import domain_of
from weft.product.agreement import Agreement, Word
from weft.product.proposal import Proposal
from weft.registry.agreements import ALL, PROPOSALS
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, time
from weft.registry.values import decoded, microseconds

ENDINGS: tuple[Word, ...] = ("refused", "revoked", "granted", "renewed")


def _agreements(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    today = datetime.now(UTC).date()
    for (value,) in ledger.rows(ALL):
        one: Agreement = decoded(value, Agreement)
        last = next((ruling for ruling in reversed(one.rulings) if ruling.word in ENDINGS), None)
        yield (
            one.id,
            one.domain,
            one.product,
            one.port_name,
            one.line,
            one.reader,
            one.role,
            one.purpose,
            one.use_case,
            one.standing(today),
            one.requested_by,
            microseconds(one.requested_at),
            microseconds(one.since) if one.since else None,
            _day(one.until),
            _day(one.asked_until),
            last.who if last else "",
            microseconds(last.at) if last else None,
            last.reason if last else "",
            one.terms.version,
            one.revision,
        )


def _proposals(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for (value,) in ledger.rows(PROPOSALS):
        one: Proposal = decoded(value, Proposal)
        answered = microseconds(one.answered_at) if one.answered_at else None
        asked = (
            one.id,
            domain_of(one.product),
            one.product,
            one.port.rpartition(".")[2],
            one.wanted,
            one.who,
            one.reason,
        )
        yield (*asked, one.use_case, microseconds(one.asked_at), one.state, one.answer, one.answered_by, answered)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


AGREEMENTS_RELATION = Relation(
    "agreements",
    "One row for each agreement, and each request for one; whoever reads sees their own, and those on ports of domains whose "
    "consumers they see.",
    ("agreement",),
    (
        text("agreement", "Its id"),
        text("domain", "The domain whose port it is"),
        text("product", "domain.product"),
        text("port", "The output port"),
        text("line", "The major: later minors are covered"),
        text("reader", "Who may read: a person, a service or a product"),
        text("role", "The role of the contract"),
        text("purpose", "What for"),
        text("use_case", "The use case that it is part of"),
        text("state", "requested, half approved, granted, refused, revoked or expired"),
        text("requested_by", "Who asked"),
        time("requested_at", "When"),
        time("granted_at", "When it was granted first; NULL where it was not"),
        text("until", "The last day, in UTC; NULL where it was not granted"),
        text("asked_until", "The last day that is asked for, while that waits to be decided; else NULL"),
        text("decided_by", "Who granted, renewed, refused or revoked it last"),
        time("decided_at", "When"),
        text("because", "Why, where it was refused or revoked"),
        text("version", "The contract's version when it was asked for"),
        integer("revision", "How often it changed"),
    ),
    lambda _: (),
    fresh=_agreements,
    is_of_publishes=True,
)

PROPOSALS_RELATION = Relation(
    "proposals",
    "One row for each proposal to extend a port by what its product keeps to itself.",
    ("proposal",),
    (
        text("proposal", "Its id"),
        text("domain", "The product's domain"),
        text("product", "domain.product"),
        text("port", "The port to extend, where it is known"),
        text("wanted", "A step's name, or table.column"),
        text("who", "Who asked"),
        text("reason", "What for"),
        text("use_case", "The use case that it is part of"),
        time("asked_at", "When"),
        text("state", "open, accepted or declined"),
        text("answer", "What its owner said"),
        text("answered_by", "Who"),
        time("answered_at", "When; NULL while it is open"),
    ),
    lambda _: (),
    fresh=_proposals,
    is_of_publishes=True,
)

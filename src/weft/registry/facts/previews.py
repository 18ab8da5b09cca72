"""What was said of previews, and who is invited to which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, text, time
from weft.registry.previews import VERDICT

VERDICTS = f"SELECT {VERDICT} FROM verdicts ORDER BY product, port, version, given_at, who"


def _invitations(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product in ledger.products:
        for one in product.build.previews:
            until = one.until.isoformat() if one.until else None
            for who in one.invites:
                yield (ledger.environment, product.name, one.port, one.version, who, until)


INVITATIONS_RELATION = Relation(
    "invitations",
    "One row for each product or person and each preview that it may read.",
    ("environment", "product", "port", "version", "who"),
    (
        text("environment", "Where it was applied"),
        text("product", "domain.product, whose preview it is"),
        text("port", "The output port"),
        text("version", "The preview's version"),
        text("who", "A product, or a person's mail address or user name"),
        text("until", "The last day, in UTC; NULL where it does not end"),
    ),
    _invitations,
)

VERDICTS_RELATION = Relation(
    "verdicts",
    "One row for each thing that was said of a preview, the oldest first; of each consumer the newest counts.",
    ("product", "port", "version", "who", "given_at"),
    (
        text("product", "domain.product, whose preview it is"),
        text("port", "The output port"),
        text("version", "The preview's version"),
        text("who", "Who said it: one of the invited, or, of a reason, its owner"),
        text("verdict", "good, bad, or reason: why it went stable without what the mesh asks for"),
        text("comment", "What was said"),
        time("given_at", "When"),
        text("given_by", "Who typed it"),
    ),
    lambda ledger: ledger.rows(VERDICTS),
)

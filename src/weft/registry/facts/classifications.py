"""Classifications that are in force, and what was declassified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import product_of
from weft.product.declassification import Declassification
from weft.registry.declassifications import ALL
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time
from weft.registry.values import decoded, microseconds

CLASSIFICATION_RULES_RELATION = Relation(
    "classification_rules",
    "One row for each classification and each row filter that is in force.",
    ("name",),
    (
        text("name", "What it is called"),
        text("kind", "classification, or row filter"),
        integer("position", "Of classifications: from 1, the most open, to the strictest; NULL of a row filter"),
        text("description", "What is meant by it"),
        texts("classifications", "Values of a column's classification that it applies to"),
        texts("tags", "Tags of columns, of a row filter tags of tables, that it applies to"),
        text("mask", "How it masks; '' where it masks nothing"),
        text("condition", "Of a row filter: which rows are seen"),
        texts("clear_roles", "Roles that see clear, in the table's domain or of the mesh"),
        texts("clear_agreement_roles", "Roles of an agreement that see clear"),
        texts("clear_purposes", "Purposes of an agreement that see clear"),
        texts("clear_attributes", "Attributes of the reader that see clear: clearance = high"),
    ),
    lambda ledger: (),
)


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for (kept,) in ledger.rows(ALL):
        one: Declassification = decoded(kept, Declassification)
        decided_at = microseconds(one.decided_at) if one.decided_at else None
        yield (
            *(one.id, product_of(one.line), one.line, one.column, list(one.names), one.reason),
            *(one.until.isoformat(), one.state, one.asked_by, microseconds(one.asked_at)),
            *(one.decided_by, decided_at, one.decision),
        )


DECLASSIFICATIONS_RELATION = Relation(
    "declassifications",
    "One row for each time that an owner asked for a column, or a table's rows, to be less confidential than what it comes from.",
    ("id",),
    (
        text("id", "Its id"),
        text("product", "domain.product"),
        text("line_name", "domain.product.table@line"),
        text("column_name", "The column; '' where it is of the row filters that the table inherits"),
        texts("names", "The classifications, or row filters, that are lifted"),
        text("reason", "Why, in the words of whoever asked"),
        text("until", "Its last day, in UTC: 2027-03-31"),
        text("state", "requested, approved, refused or withdrawn; what is approved ends by itself after its last day"),
        text("asked_by", "Who asked"),
        time("asked_at", "When"),
        text("decided_by", "Who decided; '' where nobody has yet"),
        time("decided_at", "When; NULL where nobody has yet"),
        text("decision", "What whoever decided said"),
    ),
    _rows,
)

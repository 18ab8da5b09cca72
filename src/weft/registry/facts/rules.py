"""Policies, what they find, and what is waived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, integer, text, texts, time

WAIVERS = """
    SELECT rule, subject, reason, who, until, given_at, withdrawn FROM waivers ORDER BY given_at, rule, subject
"""

POLICIES_RELATION = Relation(
    "policies",
    "One row for each policy that binds or is retired: those that governance published, else those of the mesh's folder.",
    ("policy",),
    (
        text("policy", "Its name"),
        text("title", "What it asks for"),
        text("description", "Why, in its own words"),
        text("severity", "error: a violation stops plan and promote; warning; info"),
        texts("scope", "Patterns of what it is for; with ! before those that it is not for"),
        text("owner", "Who answers for it"),
        text(
            "grace_until",
            "The last day, in UTC, on which its errors stop nothing: 2027-03-31; NULL where there is none",
        ),
        texts("parameters", "Its parameters: days = 90"),
        integer("version", "As published, from 1; 0 where it is bound by the folder"),
        boolean("is_retired", "Whether it binds no more"),
        text("who", "Who published or retired it; '' where it is bound by the folder"),
        time("published_at", "When; NULL where it is bound by the folder"),
        text("because", "Why it was published or retired, as whoever did said it"),
        text("text", "The whole file"),
    ),
    lambda ledger: (),
)

VIOLATIONS_RELATION = Relation(
    "violations",
    "One row for each thing that a policy finds in what is applied, computed when it is asked for.",
    ("policy", "subject", "message"),
    (
        text("policy", "The policy"),
        text("title", "What it asks for"),
        text(
            "standing", "How it stands today: error, warning, info, grace (an error that stops nothing yet) or waived"
        ),
        text("domain", "The domain that it is of; NULL where the subject names nothing in the mesh"),
        text("product", "domain.product; NULL where it is of a domain or of nothing"),
        text("line_name", "domain.product.table@line; NULL where it is of none"),
        text("subject", "What it is about, as the policy names it"),
        text("message", "What is wrong"),
        text("mend", "What to do about it; '' where the policy does not say"),
        text("grace_until", "The last day on which it stops nothing; NULL where there is none"),
        text("waived_by", "Who waived it; NULL where nobody did"),
        text("waived_until", "The last day of the waiver, in UTC, which may be over; NULL where there is none"),
        text("waived_because", "Why it was waived; NULL where it was not"),
        text("file", "Where the subject is written, relative to the mesh's folder; '' where that is not known"),
        integer("line", "The line there, from 1; 0 is the whole file"),
    ),
    lambda ledger: (),
)


CLASSIFICATIONS_RELATION = Relation(
    "classifications",
    "One row for each column and each classification that holds of it: said by its contract, or inherited of what it is computed from.",
    ("line_name", "column_name", "classification"),
    (
        text("product", "domain.product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("column_name", "The column"),
        text("classification", "The name of the classification, of those of the mesh"),
        text("mask", "What masks it for whom it is not clear: hash, null, last four, ...; '' where everybody sees it"),
        boolean("is_inherited", "Whether it comes of another column, and not of the column's own contract"),
        text("inherited_from", "That column: domain.product.table@line.column; NULL where its own contract says it"),
    ),
    lambda ledger: (),
)


def _waivers(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for rule, subject, reason, who, until, given_at, withdrawn in ledger.rows(WAIVERS):
        yield (rule, subject, reason, who, until, given_at, bool(withdrawn))


WAIVERS_RELATION = Relation(
    "waivers",
    "One row for each waiver that was given or withdrawn, the oldest first; of a rule and a subject the newest counts.",
    ("rule", "subject", "given_at"),
    (
        text("rule", "The policy that is waived"),
        text("subject", "For what: a name with all that lies in it, or a pattern"),
        text("reason", "Why"),
        text("who", "Who waived it"),
        text("until", "Its last day, in UTC: 2027-03-31"),
        time("given_at", "When it was given"),
        boolean("is_withdrawn", "Whether this withdraws it"),
    ),
    _waivers,
)

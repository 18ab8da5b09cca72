"""The audit trail: one row for each read, with how it ended, and for each decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time
from weft.registry.values import decoded

RECORDS = """
    SELECT b.number, b.at, b.kind, b.id, b.domains, b.body, c.body
    FROM audit b LEFT JOIN audit c ON c.id = b.id AND c.kind = 'completed'
    WHERE b.kind <> 'completed' ORDER BY b.number
"""


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for number, at, kind, id, domains, body, ended in ledger.rows(RECORDS):
        told = decoded(body, dict[str, Any])
        how = decoded(ended, dict[str, Any]) if ended else {}
        columns = [f"{table}.{column}" for table, names in told.get("columns", {}).items() for column in names]
        yield (
            number,
            at,
            "read" if kind == "began" else told.get("decided", kind),
            id,
            told.get("who", ""),
            told.get("on_behalf_of", ""),
            told.get("door", ""),
            told.get("environment", ""),
            domains.split(","),
            told.get("tables", []),
            columns,
            told.get("agreements", []),
            told.get("purposes", []),
            how.get("outcome", ""),
            *(_counted(how.get(name, -1)) for name in ("rows", "bytes", "milliseconds")),
            told.get("action", ""),
            told.get("subject", ""),
            how.get("message") or told.get("message", ""),
            told.get("sql_digest", ""),
            told.get("sql", ""),
            told.get("request_id", ""),
        )


def _counted(number: int) -> int | None:
    return None if number < 0 else number


AUDIT_RELATION = Relation(
    "audit",
    "One row for each read and each decision: the audit trail. Governance and auditors see all of it, a domain's owner what reads its tables alone.",
    ("number",),
    (
        integer("number", "Of its first record in the trail"),
        time("at", "When it began"),
        text("what", "read, or the kind of decision: agreement, grant, rule, waiver, signed in, ..."),
        text("id", "Its id"),
        text("who", "Who read or decided"),
        text("on_behalf_of", "For whom, where that was somebody else"),
        text("door", "How: api, query, shell, python, ..."),
        text("environment", "Where it was read"),
        texts("domains", "The domains that it concerns; mesh where it is none's"),
        texts("tables", "The lines and relations that were read"),
        texts("columns", "The columns that were read: domain.product.table@line.column"),
        texts("agreements", "The agreements that it was read under"),
        texts("purposes", "What for"),
        text(
            "outcome", "done, refused, failed, cancelled, unknown; empty while it is being answered, and of a decision"
        ),
        integer("rows", "How many were handed out; NULL where they were not counted"),
        integer("bytes", "How many were handed out; NULL where they were not counted"),
        integer("milliseconds", "How long it took"),
        text("action", "Of a decision: what was done"),
        text("subject", "Of a decision: what it was done to"),
        text("message", "Why it was refused or failed; what was said of a decision"),
        text("sql_digest", "SHA-256 of the question"),
        text("sql_text", "The question, its first 20,000 characters"),
        text("request_id", "The id by which the server's log has it"),
    ),
    lambda _: (),
    fresh=_rows,
)

"""The audit trail: one row for each read, with how it ended, and for each decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.product.audit import AuditRecord
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time
from weft.registry.values import decoded

MOST = 100_000
"""Of the newest: `weft audit search` looks further back."""
RECORDS = """
    SELECT b.number, b.at, b.kind, b.id, b.who, b.domains, b.body, b.digest, b.link, c.body
    FROM (SELECT * FROM audit WHERE kind <> 'completed' ORDER BY number DESC LIMIT ?) b
    LEFT JOIN audit c ON c.id = b.id AND c.kind = 'completed' ORDER BY b.number
"""
Row = tuple[Any, ...]


def _rows(ledger: Ledger) -> Iterator[Row]:
    return (row_of(AuditRecord(*row[:-1]), row[-1]) for row in ledger.rows(RECORDS, (MOST,)))


def row_of(record: AuditRecord, ended: str | None) -> Row:
    """One read or decision; `ended` is the body of the record of how a read ended."""
    told = decoded(record.body, dict[str, Any])
    how = decoded(ended, dict[str, Any]) if ended else {}
    columns = [f"{table}.{column}" for table, names in told.get("columns", {}).items() for column in names]
    return (
        record.number,
        record.at,
        "read" if record.kind == "began" else told.get("decided", record.kind),
        record.id,
        told.get("who", ""),
        told.get("on_behalf_of", ""),
        told.get("door", ""),
        told.get("environment", ""),
        record.domains.split(","),
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
    "One row for each read and each decision, the newest 100,000: the audit trail. Governance and auditors see all of it, a domain's owner what read its tables alone, others what they did themselves.",
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

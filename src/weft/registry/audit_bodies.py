"""What is written of each record, as the JSON text that its digest covers; nothing of it is ever changed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from weft.names import IDENTIFIER, DomainName
from weft.product.audit import MOST_CHARACTERS, AuditedRead, AuditId, Decided, Ending, Entry, Kind, salt
from weft.registry.values import encoded


def began(id: AuditId, at: datetime, read: AuditedRead) -> Entry:
    told = {
        "who": said(read.who),
        "on_behalf_of": said(read.on_behalf_of),
        "door": read.door,
        "environment": read.environment,
        "tables": sorted(read.columns),
        "columns": {name: [said(column) for column in read.columns[name]] for name in sorted(read.columns)},
        "agreements": list(read.agreements),
        "purposes": [said(purpose) for purpose in read.purposes],
        "sql_digest": sha256(read.sql.encode("utf-8", "replace")).hexdigest(),
        "sql": said(read.sql[:MOST_CHARACTERS]),
        "request_id": said(read.request_id),
    }
    return entry("began", (id, at), told, read.domains)


def completed(id: AuditId, at: datetime, ending: Ending, of: tuple[str, tuple[str, ...]]) -> Entry:
    """`of` is who read, and the domains that were read."""
    who, domains = of
    told = {
        "who": who,
        "outcome": ending.outcome,
        "rows": ending.rows,
        "bytes": ending.bytes,
        "milliseconds": ending.milliseconds,
        "message": said(ending.message[:MOST_CHARACTERS]),
    }
    return entry("completed", (id, at), told, domains)


def decided(id: AuditId, at: datetime, decision: Decided) -> Entry:
    told = {
        "who": said(decision.who),
        "on_behalf_of": said(decision.on_behalf_of),
        "decided": decision.kind,
        "action": said(decision.action),
        "subject": said(decision.subject),
        "message": said(decision.message[:MOST_CHARACTERS]),
        "door": decision.door,
        "request_id": said(decision.request_id),
    }
    return entry("decided", (id, at), told, decision.domains)


def entry(kind: Kind, key: tuple[AuditId, datetime], told: dict[str, Any], domains: tuple[str, ...]) -> Entry:
    id, at = key
    body = encoded({"kind": kind, "id": id, **told, "salt": salt()})
    # What is no name of a domain concerns none: the text of a question may name anything.
    known = tuple(DomainName(domain) for domain in domains if IDENTIFIER.fullmatch(domain))
    return Entry(kind, id, at, str(told["who"]), known, body)


def said(text: str) -> str:
    """As every database can keep it: no NUL, and no half of a character."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")

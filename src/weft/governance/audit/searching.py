"""The audit trail as people read it: one row for each read, with how it ended, and for each decision; the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from weft.names import DomainName, LineName, domain_of, table_of
from weft.product.audit import AuditRecord, Span
from weft.registry.seam import Audit

PAGE = 400
HIDDEN = "reads another domain's tables as well, and is shown to governance"


@dataclass(frozen=True, slots=True)
class Told:
    """A read (`what` is `read`) or a decision. `outcome` is empty while a read is being answered; -1 was not counted.

    Keyed by `number`, that of its first record.
    """

    number: int
    at: str
    what: str
    id: str
    who: str
    on_behalf_of: str = ""
    door: str = ""
    environment: str = ""
    domains: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    agreements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    outcome: str = ""
    rows: int = -1
    bytes: int = -1
    milliseconds: int = -1
    action: str = ""
    subject: str = ""
    message: str = ""
    sql_digest: str = ""
    sql: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty means all. `who` signed in or was read for, `table` is `domain.product.table[@line]` or how it begins."""

    who: str = ""
    domain: str = ""
    table: str = ""
    what: str = ""
    outcome: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
    before: int = 0
    """The number of a record: those before it alone; 0 is the end of the trail."""


def search(audit: Audit, sought: Sought) -> tuple[Told, ...]:
    """The newest that fit, the newest first."""
    found: list[Told] = []
    times = microseconds(sought.since), microseconds(sought.until)
    span = Span(since=times[0], until=times[1], domain=DomainName(sought.domain), newest=PAGE)
    last = audit.chain.tail().number
    last = min(last, sought.before - 1) if sought.before else last
    while last and len(found) < sought.limit:
        page = list(audit.records(replace(span, last=last)))
        found += [one for one in joined(audit, page) if fits(one, sought)]
        last = page[0].number - 1 if len(page) == PAGE else 0
    return tuple(found[: sought.limit])


def joined(audit: Audit, records: Sequence[AuditRecord]) -> list[Told]:
    """Reads with how they ended, and decisions, the newest first; an ending whose beginning is not among them is left out."""
    began = [record.id for record in records if record.kind == "began"]
    chunks = [tuple(began[at : at + PAGE]) for at in range(0, len(began), PAGE)]
    ended = {one.id: one for ids in chunks for one in audit.records(Span(ids=ids, kind="completed"))}
    return [told(record, ended.get(record.id)) for record in reversed(records) if record.kind != "completed"]


def told(record: AuditRecord, ended: AuditRecord | None = None) -> Told:
    body: dict[str, Any] = msgspec.json.decode(record.body)
    known = {name: body[name] for name in SAID & body.keys()}
    if ended is not None:
        how = msgspec.json.decode(ended.body)
        known |= {name: how[name] for name in ("outcome", "rows", "bytes", "milliseconds", "message")}
    what = "read" if record.kind == "began" else str(body.get("decided", record.kind))
    at = datetime.fromtimestamp(record.at / 1_000_000, UTC).isoformat(timespec="milliseconds")
    known |= {"number": record.number, "at": at, "what": what, "id": record.id, "domains": record.domains.split(",")}
    return msgspec.convert(known, Told)


SAID = frozenset(Told.__dataclass_fields__) - {"number", "at", "what", "id", "domains"}


def narrowed(found: Iterable[Told], domain: str) -> Iterator[Told]:
    """What an owner of one domain sees: its own lines, and no SQL that names another's."""
    for one in found:
        own = tuple(name for name in one.tables if domain_of(LineName(name)) == domain)
        columns = {name: columns for name, columns in one.columns.items() if name in own}
        is_alone = own == one.tables
        yield replace(
            one,
            domains=(domain,),
            tables=own,
            columns=columns,
            sql=one.sql if is_alone else f"({HIDDEN})" if one.sql else "",
            sql_digest=one.sql_digest if is_alone else "",
            message=one.message if is_alone else "",
        )


def microseconds(at: datetime | None) -> int:
    """Since 1970; none are 0."""
    return 0 if at is None else round(at.timestamp() * 1_000_000)


def fits(one: Told, sought: Sought) -> bool:
    """Whether it is what is looked for, its time and domain apart."""
    return (
        (not sought.who or sought.who in (one.who, one.on_behalf_of))
        and (not sought.what or sought.what == one.what)
        and (not sought.outcome or sought.outcome == one.outcome)
        and (not sought.table or any(_is_of(LineName(name), sought.table) for name in one.tables))
        and (
            not sought.text or sought.text.lower() in " ".join((one.sql, one.subject, one.message, one.action)).lower()
        )
    )


def _is_of(name: LineName, table: str) -> bool:
    return table in (name, table_of(name)) or name.startswith(f"{table}.")

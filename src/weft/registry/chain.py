"""The chain of the audit trail, inside one transaction: what is appended, read a page at a time, closed and pruned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weft.product.audit import GENESIS, AuditId, AuditRecord, Ending, Entry, Span, Tail, digest_of, joined, linked
from weft.registry import audit_bodies as bodies
from weft.registry.database import Row, Transaction, Value, chosen
from weft.registry.processes import Process, this_process
from weft.registry.values import microseconds, moment, now

SILENT = 120 * 1_000_000
"""A read of another host whose server has not said for so long that it lives is over."""
LOCK = "UPDATE counters SET value = value WHERE name = 'audit'"
COUNTED = "SELECT name, value FROM counters WHERE name IN ('audit', 'audit pruned')"
COUNT = "UPDATE counters SET value = ? WHERE name = 'audit'"
PRUNED = "UPDATE counters SET value = ? WHERE name = 'audit pruned' AND value < ?"
NEWEST = "SELECT number, link FROM audit ORDER BY number DESC LIMIT 1"
COLUMNS = "number, at, kind, id, who, domains, body, digest, link"
ADD = f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
OPEN = """
    INSERT INTO audit_open (id, number, who, domains, host, process, process_start, beat_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
STANDING_OPEN = "SELECT id, who, domains FROM audit_open WHERE id IN (*)"
CLOSE = "DELETE FROM audit_open WHERE id = ?"
ALL_OPEN = "SELECT id, host, process, process_start, beat_at FROM audit_open ORDER BY number"
BEAT = "UPDATE audit_open SET beat_at = ? WHERE host = ? AND process = ? AND process_start = ?"
FORGET = "DELETE FROM audit WHERE number <= ?"
KILLED = Ending("unknown", message="its process ended before it could say how the read ended")


def append(transaction: Transaction, entries: Sequence[Entry], endings: Mapping[AuditId, Ending]) -> None:
    """Adds records, and closes reads that began and are not closed yet: one that is, stays as it ended."""
    transaction.run(LOCK)
    here, at = this_process(), now()
    before = tail(transaction)
    placed = list(_placed(before, entries))
    began = [_open(record, here, at) for record in placed if record.kind == "began"]
    if began:
        transaction.run_many(OPEN, began)
    found = chosen(transaction, STANDING_OPEN, list(endings))
    closed = [
        bodies.completed(AuditId(id), moment(at), endings[AuditId(id)], (who, tuple(domains.split(","))))
        for id, who, domains in sorted(found)
    ]
    if closed:
        transaction.run_many(CLOSE, [(entry.id,) for entry in closed])
        placed += _placed(_after(before, placed), closed)
    if placed:
        transaction.run_many(ADD, map(_row, placed))
        transaction.run(COUNT, (placed[-1].number,))


def tail(transaction: Transaction) -> Tail:
    """Where the chain ends. Behind a tail that was cut, numbers go on where they were: the gap stays to be seen."""
    counted: dict[str, int] = dict(transaction.rows(COUNTED))
    newest = transaction.rows(NEWEST)
    number, link = newest[0] if newest else (0, GENESIS)
    return Tail(number, link, counted.get("audit", 0), counted.get("audit pruned", 0))


def _after(before: Tail, placed: Sequence[AuditRecord]) -> Tail:
    return Tail(placed[-1].number, placed[-1].link) if placed else before


def _placed(before: Tail, entries: Sequence[Entry]) -> list[AuditRecord]:
    number, link = max(before.number, before.counted), before.link
    found = []
    for entry in entries:
        number += 1
        at, domains, digest = microseconds(entry.at), joined(entry.domains), digest_of(entry.body)
        link = linked(link, number, at, (domains, digest))
        found.append(AuditRecord(number, at, entry.kind, entry.id, entry.who, domains, entry.body, digest, link))
    return found


def _row(record: AuditRecord) -> tuple[Value, ...]:
    one = record
    return one.number, one.at, one.kind, one.id, one.who, one.domains, one.body, one.digest, one.link


def _open(record: AuditRecord, here: Process, at: int) -> tuple[Value, ...]:
    return record.id, record.number, record.who, record.domains, here.host, here.number, here.start, at


def page(transaction: Transaction, span: Span, of: tuple[int, int]) -> list[AuditRecord]:
    """In the order of numbers; `of` is the first number, and how many at most."""
    first, most = of
    wheres, values = _wheres(span)
    order, most = ("DESC", span.newest) if span.newest else ("ASC", most)
    sql = f"SELECT {COLUMNS} FROM audit WHERE {' AND '.join(('number >= ?', *wheres))} ORDER BY number {order} LIMIT ?"
    found = [AuditRecord(*row) for row in transaction.rows(sql, (first, *values, most))]
    return found[::-1] if span.newest else found


def _wheres(span: Span) -> tuple[list[str], list[Value]]:
    escaped = span.domain.replace("_", "\\_").replace("%", "\\%")
    asked: list[tuple[str, Value]] = [
        ("number <= ?", span.last),
        ("at >= ?", span.since),
        ("at < ?", span.until),
        ("who = ?", span.who),
        ("kind = ?", span.kind),
        ("',' || domains || ',' LIKE ? ESCAPE '\\'", f"%,{escaped},%" if escaped else ""),
    ]
    wheres = [where for where, value in asked if value]
    values: list[Value] = [value for _, value in asked if value]
    if span.ids:
        wheres.append(f"id IN ({', '.join('?' * len(span.ids))})")
        values += span.ids
    return wheres, values


def abandoned(transaction: Transaction) -> tuple[AuditId, ...]:
    """The reads that say they are being answered and whose process is gone."""
    at = now()
    return tuple(AuditId(row[0]) for row in transaction.rows(ALL_OPEN) if _is_over(row, at))


def close_abandoned(transaction: Transaction) -> int:
    transaction.run(LOCK)
    found = abandoned(transaction)
    append(transaction, (), dict.fromkeys(found, KILLED))
    return len(found)


def beat(transaction: Transaction) -> None:
    here = this_process()
    transaction.run(BEAT, (now(), here.host, here.number, here.start))


def _is_over(row: Row, at: int) -> bool:
    _, host, number, start, beat_at = row
    process = Process(host, number, start)
    return not process.is_there if process.is_of_this_host else at - beat_at > SILENT


def prune(transaction: Transaction, through: int) -> int:
    """Forgets records up to a number; whoever calls has put a signed checkpoint of it into the chain. How many went."""
    transaction.run(PRUNED, (through, through))
    return transaction.run(FORGET, (through,))

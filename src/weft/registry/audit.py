"""The audit trail: records appended in a chain that several servers write side by side without forking it.

Whoever appends locks the chain's counter first, so that each record is linked to the one that stands before it. Questions that come
at the same time share one transaction (`together.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from weft.names import sortable_id
from weft.product.audit import AuditedRead, AuditId, AuditRecord, Decided, Ending, Entry, Span, Tail
from weft.registry import audit_bodies as bodies
from weft.registry import chain
from weft.registry.database import Database
from weft.registry.seam import Chain
from weft.registry.together import Together, Wish
from weft.registry.values import moment, now

PAGE = 2_000


class SQLAudit:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(database)

    def begin(self, read: AuditedRead, *, is_durable: bool = True) -> AuditId:
        found = AuditId(sortable_id())
        self._write(Wish((bodies.began(found, moment(now()), read),)), is_durable=is_durable)
        return found

    def complete(self, id: AuditId, ending: Ending, *, is_durable: bool = True) -> None:
        if is_durable:
            self._together.write_soon(id, ending)
        else:
            self._together.write_here(Wish(endings=((id, ending),)))

    def refused(self, read: AuditedRead, ending: Ending, *, is_durable: bool = True) -> AuditId:
        found = AuditId(sortable_id())
        wish = Wish((bodies.began(found, moment(now()), read),), ((found, ending),))
        self._write(wish, is_durable=is_durable)
        return found

    def decided(self, *decisions: Decided) -> None:
        at = moment(now())
        entries = tuple(bodies.decided(AuditId(sortable_id()), at, decision) for decision in decisions)
        self._together.write(Wish(entries))

    def _write(self, wish: Wish, *, is_durable: bool) -> None:
        self._together.write(wish) if is_durable else self._together.write_here(wish)

    def records(self, span: Span) -> Iterator[AuditRecord]:
        """A page at a time, each a view of its own: records never change."""
        self._together.flush()
        first = span.first
        while True:
            with self._database.reading() as transaction:
                page = chain.page(transaction, span, (first, PAGE))
            yield from page
            if len(page) < PAGE or span.newest:
                return
            first = page[-1].number + 1

    @property
    def chain(self) -> Chain:
        return SQLChain(self._database, self._together)

    def close(self) -> None:
        """Once all that was asked for is written."""
        self._together.close()


class SQLChain:
    def __init__(self, database: Database, together: Together) -> None:
        self._database, self._together = database, together

    def tail(self) -> Tail:
        self._together.flush()
        with self._database.reading() as transaction:
            return chain.tail(transaction)

    def close_abandoned(self) -> int:
        with self._database.reading() as transaction:
            found = chain.abandoned(transaction)
        if found:
            with self._database.writing(durable=True) as transaction:
                chain.close_abandoned(transaction)
        return len(found)

    def prune(self, checkpoint: Entry, through: int) -> int:
        with self._database.writing(durable=True) as transaction:
            chain.append(transaction, (checkpoint,), {})
            return chain.prune(transaction, through)

"""The audit trail: records appended in a chain that several servers write side by side without forking it.

Whoever appends locks the chain's counter first, so that each record is linked to the one that stands before it. Questions that come
at the same time share one transaction, and with it one wait for the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from weft.errors import RegistryBusy, RegistryFault
from weft.names import sortable_id
from weft.product.audit import AuditedRead, AuditId, AuditRecord, Decided, Ending, Entry, Span, Tail
from weft.registry import audit_bodies as bodies
from weft.registry import chain
from weft.registry.database import Database
from weft.registry.seam import Chain
from weft.registry.values import moment, now

PATIENCE_SECONDS = 5.0
PAGE = 2_000


@dataclass(eq=False)
class _Wish:
    """What one caller waits for."""

    entries: tuple[Entry, ...] = ()
    endings: tuple[tuple[AuditId, Ending], ...] = ()
    is_durable: bool = True
    is_done: bool = False
    fault: RegistryFault | None = None


@dataclass(eq=False)
class _Queue:
    turn: threading.Lock = field(default_factory=threading.Lock)
    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: list[_Wish] = field(default_factory=list)


class SQLAudit:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue = _Queue()
        self._unended: dict[AuditId, Ending] = {}
        """How reads ended that could not say so, as the registry was locked: it is said with the next word."""

    def begin(self, read: AuditedRead, *, is_durable: bool = True) -> AuditId:
        found = AuditId(sortable_id())
        self._append(_Wish((bodies.began(found, moment(now()), read),), is_durable=is_durable))
        return found

    def complete(self, id: AuditId, ending: Ending, *, is_durable: bool = True) -> None:
        self._unended[id] = ending
        self._append(_Wish(endings=((id, ending),), is_durable=is_durable))

    def refused(self, read: AuditedRead, ending: Ending) -> AuditId:
        found = AuditId(sortable_id())
        self._append(_Wish((bodies.began(found, moment(now()), read),), ((found, ending),)))
        return found

    def decided(self, *decisions: Decided) -> None:
        at = moment(now())
        entries = tuple(bodies.decided(AuditId(sortable_id()), at, decision) for decision in decisions)
        self._append(_Wish(entries))

    def records(self, span: Span) -> Iterator[AuditRecord]:
        """A page at a time, each a view of its own: records never change."""
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
        return SQLChain(self._database)

    def _append(self, wish: _Wish) -> None:
        """Whoever's turn it is writes for all who wait. Raises: RegistryBusy, RegistryFault."""
        with self._queue.lock:
            self._queue.waiting.append(wish)
        with self._queue.turn:
            if not wish.is_done:
                with self._queue.lock:
                    together, self._queue.waiting = self._queue.waiting, []
                self._commit(together)
        if wish.fault is not None:
            raise wish.fault

    def _commit(self, together: Sequence[_Wish]) -> None:
        try:
            self._write(together)
        except RegistryFault as fault:
            if len(together) == 1 or isinstance(fault, RegistryBusy):
                for wish in together:
                    wish.fault = fault
            else:
                # What one of them cannot write down is its own fault, and not that of whoever asked at the same time.
                for wish in together:
                    self._commit((wish,))
        finally:
            for wish in together:
                wish.is_done = True

    def _write(self, together: Sequence[_Wish]) -> None:
        unended = dict(self._unended)
        is_durable = any(wish.is_durable for wish in together)
        with self._database.writing(durable=is_durable, patience_seconds=PATIENCE_SECONDS) as transaction:
            entries = [entry for wish in together for entry in wish.entries]
            ends = unended | dict(pair for wish in together for pair in wish.endings)
            chain.append(transaction, entries, ends)
        for id in unended:
            self._unended.pop(id, None)


class SQLChain:
    def __init__(self, database: Database) -> None:
        self._database = database

    def tail(self) -> Tail:
        with self._database.reading() as transaction:
            return chain.tail(transaction)

    def close_abandoned(self) -> int:
        with self._database.reading() as transaction:
            found = chain.abandoned(transaction)
        if found:
            with self._database.writing(durable=True) as transaction:
                chain.close_abandoned(transaction)
        return len(found)

    def beat(self) -> None:
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
            chain.beat(transaction)

    def prune(self, checkpoint: Entry, through: int) -> int:
        with self._database.writing(durable=True) as transaction:
            chain.append(transaction, (checkpoint,), {})
            return chain.prune(transaction, through)

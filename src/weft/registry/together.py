"""One thread that writes the audit trail for all who ask at the same time, so that they share one transaction and one wait for the disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from weft.errors import RegistryBusy, RegistryFault
from weft.product.audit import AuditId, Ending, Entry
from weft.registry import chain
from weft.registry.database import Database

PATIENCE_SECONDS = 5.0
BEAT_SECONDS = 30.0
AGAIN_SECONDS = 1.0
MOST_TOGETHER = 500


@dataclass(eq=False, slots=True)
class Wish:
    """What one caller wants written down, and what became of it."""

    entries: tuple[Entry, ...] = ()
    endings: tuple[tuple[AuditId, Ending], ...] = ()
    written: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None


class Together:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted = threading.Condition()
        self._wishes: list[Wish] = []
        self._unended: dict[AuditId, Ending] = {}
        """How reads ended that could not say so, as the registry was locked: it is said with the next word."""
        self._open: set[AuditId] = set()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._is_over = False

    def write(self, wish: Wish) -> None:
        """Returns once it is on disk. Raises: RegistryBusy, RegistryFault."""
        self._ask(wish)
        wish.written.wait()
        if wish.fault is not None:
            raise wish.fault

    def write_soon(self, id: AuditId, ending: Ending) -> None:
        """Returns at once; what the registry does not take now is said again and again until it does."""
        self._ask(Wish(endings=((id, ending),)))

    def write_here(self, wish: Wish) -> None:
        """In the caller's own thread, and not durably. Raises: RegistryBusy, RegistryFault."""
        with self._database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
            chain.append(transaction, wish.entries, dict(wish.endings))

    def flush(self) -> None:
        """Returns once all that was asked for before is written, or has failed."""
        if self._thread is not None and self._process == os.getpid():
            self._ask(last := Wish())
            last.written.wait()

    def close(self) -> None:
        thread, mine = self._thread, self._process == os.getpid()
        with self._wanted:
            self._is_over, self._thread = True, None
            self._wanted.notify()
        if thread is not None and mine and thread is not threading.current_thread():
            thread.join()

    def _ask(self, wish: Wish) -> None:
        with self._wanted:
            if self._thread is None or self._process != os.getpid():
                self._start()
            self._wishes.append(wish)
            self._wanted.notify()

    def _start(self) -> None:
        """A forked child has none of its parent's threads."""
        self._process, self._is_over = os.getpid(), False
        self._thread = threading.Thread(target=self._run, name="weft audit", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wanted:
                if not self._wishes and not self._is_over:
                    self._wanted.wait(AGAIN_SECONDS if self._unended else BEAT_SECONDS)
                wishes, self._wishes = self._wishes[:MOST_TOGETHER], self._wishes[MOST_TOGETHER:]
                is_over = self._is_over and not self._wishes
            if wishes or self._unended:
                self._commit(wishes)
            elif self._open and not is_over:
                self._beat()
            if is_over:
                return

    def _commit(self, wishes: Sequence[Wish]) -> None:
        try:
            self._write(wishes)
        except Exception as fault:
            if len(wishes) < 2 or isinstance(fault, RegistryBusy):
                self._failed(wishes, fault)
            else:
                # What one of them cannot write down is its own fault, and not that of whoever asked at the same time.
                for wish in wishes:
                    self._commit((wish,))
                return
        for wish in wishes:
            wish.written.set()

    def _failed(self, wishes: Sequence[Wish], fault: Exception) -> None:
        for wish in wishes:
            wish.fault = fault
            if not wish.entries:
                self._unended = dict(wish.endings) | self._unended

    def _write(self, wishes: Sequence[Wish]) -> None:
        entries = [entry for wish in wishes for entry in wish.entries]
        endings = dict(self._unended)
        for id, ending in (pair for wish in wishes for pair in wish.endings):
            endings.setdefault(id, ending)
        if entries or endings:
            with self._database.writing(durable=True, patience_seconds=PATIENCE_SECONDS) as transaction:
                chain.append(transaction, entries, endings)
        self._unended.clear()
        self._open.update(entry.id for entry in entries if entry.kind == "began")
        self._open.difference_update(endings)

    def _beat(self) -> None:
        """A registry that is locked now is told the next time."""
        try:
            with self._database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
                chain.beat(transaction)
        except RegistryFault:
            return

"""Snapshots kept from the sweeper while questions read them: one lease for many questions, renewed before it runs out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from weft.errors import NotKept, RegistryFault
from weft.names import SnapshotId

if TYPE_CHECKING:
    from weft.registry.seam import Journal

LEASE_SECONDS = 3600.0


class Leases:
    """For many threads. Files never change: what could not be leased is missed when it is read, and never read wrongly."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: dict[SnapshotId, float] = {}
        self._held: list[tuple[float, ExitStack]] = []

    def hold(self, journal: Journal, snapshots: Iterable[SnapshotId]) -> None:
        """For half an hour at least. Raises: NotKept."""
        now = time.monotonic()
        wanted = [one for one in snapshots if self._until.get(one, 0.0) < now + LEASE_SECONDS / 2]
        if not wanted:
            return
        held = ExitStack()
        try:
            held.enter_context(journal.lease(wanted, f"server {os.getpid()}", LEASE_SECONDS))
        except NotKept:
            raise
        except RegistryFault:
            return
        with self._lock:
            self._held.append((now + LEASE_SECONDS, held))
            self._until |= dict.fromkeys(wanted, now + LEASE_SECONDS)
            over = [stack for until, stack in self._held if until < now]
            self._held = [(until, stack) for until, stack in self._held if until >= now]
            self._until = {one: until for one, until in self._until.items() if until >= now}
        for stack in over:
            _end(stack)

    def close(self) -> None:
        with self._lock:
            held, self._held, self._until = self._held, [], {}
        for _, stack in held:
            _end(stack)


def _end(stack: ExitStack) -> None:
    """One that cannot be ended runs out by itself."""
    try:
        stack.close()
    except RegistryFault:
        return

"""Which snapshots are forgotten: what nobody can need any more. Leases, runs and pointers are what needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime

from weft.errors import NotKept, RegistryFault
from weft.names import RunId, SnapshotId, sortable_id
from weft.product.snapshot import SnapshotFile
from weft.registry.database import Database, Transaction, chosen
from weft.registry.environments import expire
from weft.registry.read_only import Unwritable
from weft.registry.recording import turn
from weft.registry.runs import FLOOR, SECOND, alive, mark_abandoned
from weft.registry.values import decoded, microseconds, now

ALONE = "UPDATE counters SET value = value"
NEXT_LEASE = "UPDATE counters SET value = value + 1 WHERE name = 'leases'"
HORIZON = "UPDATE meta SET value = ? WHERE name = 'horizon'"
FORGET = """
    DELETE FROM snapshots WHERE pointed_at < ?
    AND id NOT IN (SELECT snapshot FROM pointers) AND id NOT IN (SELECT snapshot FROM leases)
"""
KEPT = "SELECT files_json FROM snapshots"
RUN_OUT = "DELETE FROM leases WHERE expires_at < ?"
LEASE = "INSERT INTO leases (id, snapshot, holder, expires_at) VALUES (?, ?, ?, ?)"
END_LEASE = "DELETE FROM leases WHERE id = ?"
KNOWN = "SELECT id FROM snapshots WHERE id IN (*)"
PATIENCE_SECONDS = 5.0
"""How long who only reads waits for a locked registry. A sweep is over by then."""


def sweep(
    transaction: Transaction, before: datetime, reads_before: datetime | None = None
) -> tuple[frozenset[str], frozenset[RunId]]:
    """A run may read whatever was pointed at since it began, so the oldest run at work bounds what is forgotten."""
    transaction.run(ALONE)
    mark_abandoned(transaction)
    expire(transaction)
    transaction.run(RUN_OUT, (now(),))
    if reads_before is not None:
        from weft.registry import reads

        reads.forget(transaction, reads_before)
    running = alive(transaction)
    if transaction.run(FORGET, (min([microseconds(before), *running.values()]),)):
        turn(transaction)
        from weft.registry import profiles

        profiles.forget(transaction)
    kept = frozenset(
        file.path for (files,) in transaction.rows(KEPT) for file in decoded(files, tuple[SnapshotFile, ...])
    )
    horizon = RunId(sortable_id(after=transaction.rows(FLOOR)[0][0] or ""))
    transaction.run(HORIZON, (horizon,))
    return kept, frozenset([*running, horizon])


@contextmanager
def lease(database: Database, snapshots: Iterable[SnapshotId], holder: str, seconds: float) -> Iterator[None]:
    """Raises: NotKept where one of them is forgotten; RegistryFault where nothing can be written.

    Where the registry may only be read there is no lease: who reads such a mesh relies on its retention time.
    """
    identity, wanted = sortable_id(), sorted(set(snapshots))
    with ExitStack() as ending:
        with suppress(Unwritable):
            with database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
                take(transaction, identity, wanted, (holder, now() + round(seconds * SECOND)))
            ending.callback(_end, database, identity)
        yield


def _end(database: Database, lease: str) -> None:
    """One that cannot be ended runs out: nobody's answer waits for that, or fails of it."""
    with suppress(RegistryFault), database.writing(patience_seconds=PATIENCE_SECONDS) as transaction:
        transaction.run(END_LEASE, (lease,))


def take(transaction: Transaction, identity: str, wanted: Sequence[SnapshotId], terms: tuple[str, int]) -> None:
    transaction.run(NEXT_LEASE)
    known = {row[0] for row in chosen(transaction, KNOWN, wanted)}
    if gone := next((snapshot for snapshot in wanted if snapshot not in known), None):
        raise NotKept(f"snapshot {gone} is no longer kept", mend="Ask again: a newer one has taken its place.")
    transaction.run_many(LEASE, [(identity, snapshot, *terms) for snapshot in wanted])

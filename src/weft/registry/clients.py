"""Those who reach the registry through a server: their runs live on other machines, and whose they are is asked of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weft.errors import Unknown
from weft.names import ProductName, RunId, SnapshotId, sortable_id
from weft.registry import reading, runs, sweeping
from weft.registry.database import Database
from weft.registry.processes import Process
from weft.registry.values import now

RUN = "SELECT who, environment, state, command FROM runs WHERE id = ?"

KEPT = "SELECT f.fingerprint, f.snapshot, s.product FROM fingerprints f JOIN snapshots s ON s.id = f.snapshot"


@dataclass(frozen=True, slots=True)
class RunOf:
    """Whose a run is, where it is at work, and how it stands."""

    who: str
    environment: str
    state: str
    command: str


class Clients:
    """Each method is one transaction. Raises: RegistryBusy, RegistryFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, environment: str, command: str, by: tuple[str, str]) -> RunId:
        """`by` is who, and on which machine: it is taken for dead when it was silent for ten minutes."""
        who, machine = by
        process = Process(f"client {machine}", 0, "")
        with self._database.writing() as transaction:
            return runs.begin(transaction, environment, command, who, process)

    def run(self, run: RunId) -> RunOf:
        """Raises: Unknown."""
        with self._database.reading() as transaction:
            for row in transaction.rows(RUN, (run,)):
                return RunOf(*row)
        raise Unknown("run", run)

    def digests(self, environment: str) -> dict[ProductName, str]:
        """Of every product as last applied; an environment that is not made yet stands where `prod` does."""
        with self._database.reading() as transaction:
            standing = reading.standing_in(transaction, environment)
            return dict(transaction.rows(reading.DIGESTS, (standing,)))

    def kept(self) -> dict[str, tuple[SnapshotId, ProductName]]:
        """Fingerprint to the snapshot that answers it, and whose that is."""
        with self._database.reading() as transaction:
            return {fingerprint: (snapshot, product) for fingerprint, snapshot, product in transaction.rows(KEPT)}

    def lease(self, snapshots: Iterable[SnapshotId], holder: str, seconds: float) -> None:
        """Runs out by itself: whoever took it may never come back. Raises: NotKept."""
        until = now() + round(seconds * runs.SECOND)
        with self._database.writing(patience_seconds=sweeping.PATIENCE_SECONDS) as transaction:
            sweeping.take(transaction, sortable_id(), sorted(set(snapshots)), (holder, until))

    def close(self) -> None:
        self._database.close()

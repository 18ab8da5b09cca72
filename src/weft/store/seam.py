"""The seam to snapshots' files: where they are written, read and swept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from weft.names import LineName, RunId
from weft.product.snapshot import Snapshot, SnapshotFile


class Store(Protocol):
    """Files that never change once they are sealed. Raises: StoreFault, with what to do about it."""

    def target(self, run: RunId, line: LineName) -> Path:
        """A new path to write one Parquet file to: in the store, under the run, given to nobody else."""

    def scratch(self, run: RunId) -> Path:
        """A folder for what the run needs on the way; it goes with the run."""

    def seal(self, path: Path, rows: int) -> SnapshotFile:
        """Makes a written file durable and read-only, and counts its bytes and digest."""

    def paths(self, snapshot: Snapshot) -> Sequence[Path]:
        """Where its files are, to be read. Raises: StoreFault where one is missing, naming it."""

    def verify(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The files whose bytes are not what was recorded."""

    def discard(self, run: RunId, published: Collection[str] | None = None) -> None:
        """Removes a run's scratch folder and what it wrote and did not seal; where it is told what was published
        (`SnapshotFile.path`), also what it sealed besides. What is left, the sweeper takes when the run is over."""

    def sweep(self, kept: frozenset[str], alive: frozenset[RunId]) -> tuple[int, int]:
        """Deletes files that are neither kept nor of a run that is alive. Returns how many, and their bytes."""

"""The store behind a server: files are written here, handed over when they are sealed, and fetched once when they are read.

What was fetched or sealed is kept by its digest, so that no file crosses the wire twice; it may be deleted at any time.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable
from itertools import count
from pathlib import Path
from typing import Protocol

from weft.errors import StoreFault
from weft.names import LineName, ProductName, RunId, leaf_of
from weft.product.snapshot import Snapshot, SnapshotFile
from weft.store.durable import digest_of
from weft.store.faults import told

KEPT_SECONDS = 7 * 86_400.0
"""A file that nobody read for so long is fetched again where it is needed."""
READ_ONLY = 0o444


class Transfers(Protocol):
    """Files to and from the store behind a server. Raises: Refused, StoreFault, RegistryFault."""

    def send(self, path: Path, into: tuple[RunId, LineName], said: SnapshotFile) -> SnapshotFile:
        """Hands a file over; what the server made of it, under a path of its own choosing. `said.path` counts for nothing."""

    def fetch(self, snapshot: Snapshot, number: int, readers: Collection[ProductName], path: Path) -> None:
        """Writes one of a snapshot's files to a path. `readers` are the products on whose behalf it is read."""

    def broken(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The files whose bytes there are not what was recorded."""


class RemoteStore:
    """`readers` says which products of this workspace read a line."""

    def __init__(
        self, transfers: Transfers, folder: Path, readers: Callable[[LineName], Iterable[ProductName]]
    ) -> None:
        self._transfers, self._folder, self._readers = transfers, folder, readers
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._given: dict[Path, tuple[RunId, LineName]] = {}
        self._fetching: dict[str, threading.Lock] = {}

    def target(self, run: RunId, line: LineName) -> Path:
        folder = self._run(run)
        with told(folder), self._lock:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{leaf_of(line)}-{next(self._numbers)}.parquet"
            self._given[path] = run, line
        return path

    def scratch(self, run: RunId) -> Path:
        folder = self._run(run) / "scratch"
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def seal(self, path: Path, rows: int) -> SnapshotFile:
        """Handed over, and as it was counted here: the server says the same, or it is no file of ours."""
        into = self._given.get(path)
        if into is None:
            raise StoreFault(f"{path} is not of this store", mend="Write to what `target` gives.")
        with told(path), path.open("rb") as file:
            os.fchmod(file.fileno(), READ_ONLY)
            size, digest = digest_of(file)
        sealed = self._transfers.send(path, into, SnapshotFile("", rows, size, digest))
        if (sealed.rows, sealed.bytes, sealed.digest) != (rows, size, digest):
            raise StoreFault(f"{into[1]}: the server holds other bytes than were sent", mend="Apply again.")
        self._keep(path, sealed)
        return sealed

    def paths(self, snapshot: Snapshot) -> tuple[Path, ...]:
        return tuple(self._fetched(snapshot, number) for number in range(len(snapshot.files)))

    def verify(self, snapshot: Snapshot) -> tuple[str, ...]:
        return self._transfers.broken(snapshot)

    def discard(self, run: RunId, published: Collection[str] | None = None) -> None:
        """What was handed over and not published, the server takes when the run is over."""
        with self._lock:
            self._given = {path: into for path, into in self._given.items() if into[0] != run}
        shutil.rmtree(self._run(run), ignore_errors=True)

    def sweep(self, kept: frozenset[str], alive: frozenset[RunId]) -> tuple[int, int]:
        """Of what is kept here, the files that nobody read for a week, and what killed runs left. How many, and their bytes."""
        before, files, size = time.time() - KEPT_SECONDS, 0, 0
        for path in self._files.glob("*"):
            found = path.stat()
            if found.st_mtime < before:
                path.unlink(missing_ok=True)
                files, size = files + 1, size + found.st_size
        for folder in (self._folder / "runs").glob("*"):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
        return files, size

    @property
    def _files(self) -> Path:
        return self._folder / "files"

    def _run(self, run: RunId) -> Path:
        return self._folder / "runs" / run

    def _here(self, file: SnapshotFile) -> Path:
        """Under its bytes' own name, never the one that the server says: that may lead anywhere."""
        if not (len(file.digest) == 32 and all(c in "0123456789abcdef" for c in file.digest)):
            raise StoreFault(f"'{file.digest}' is no digest of a file")
        return self._files / f"{file.digest}-{file.bytes}.parquet"

    def _fetched(self, snapshot: Snapshot, number: int) -> Path:
        file = snapshot.files[number]
        path = self._here(file)
        with self._lock:
            alone = self._fetching.setdefault(file.digest, threading.Lock())
        with alone, told(path):
            if not _is_whole(path, file):
                self._fetch(snapshot, number, path)
            else:
                _touch(path)
        return path

    def _fetch(self, snapshot: Snapshot, number: int, path: Path) -> None:
        """Beside it first: half a file is never read."""
        file = snapshot.files[number]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}-{next(self._numbers)}")
        try:
            self._transfers.fetch(snapshot, number, tuple(self._readers(snapshot.line)), partial)
            with partial.open("rb") as fetched:
                os.fchmod(fetched.fileno(), READ_ONLY)
                if digest_of(fetched) != (file.bytes, file.digest):
                    mend = "Run it again; where it comes back, the server's store is damaged."
                    raise StoreFault(f"{snapshot.line}: what was fetched is not what was recorded", mend=mend)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _keep(self, path: Path, file: SnapshotFile) -> None:
        """Who reads it next in this checkout need not fetch it; a disk without links does."""
        kept = self._here(file)
        with told(kept):
            kept.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, kept)
            except FileExistsError:
                _touch(kept)
            except OSError:
                shutil.copyfile(path, kept)


def _is_whole(path: Path, file: SnapshotFile) -> bool:
    try:
        return path.stat().st_size == file.bytes
    except FileNotFoundError:
        return False


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return

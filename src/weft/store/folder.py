"""A store in a local folder that a person can read: `<domain>/<product>/<table@line>/<run>-<n>.parquet`."""

from __future__ import annotations

import os
import shutil
import threading
from collections import defaultdict
from collections.abc import Collection
from itertools import count
from pathlib import Path

from weft.errors import StoreFault
from weft.names import LineName, RunId
from weft.product.snapshot import Snapshot, SnapshotFile
from weft.store.durable import digest_of, made_durable, made_folder
from weft.store.faults import fault_of, missing, told
from weft.store.sweeping import SCRATCH, run_of, sweep

READ_ONLY = 0o444


class FolderStore:
    def __init__(self, root: Path) -> None:
        self._root = Path(os.path.realpath(root))
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._folders: set[tuple[RunId, Path]] = set()
        self._new_folders: set[Path] = set()
        self._scratches: set[RunId] = set()
        self._given: dict[RunId, dict[Path, bool]] = defaultdict(dict)
        """Every path given to a run, and whether it is sealed."""

    def target(self, run: RunId, line: LineName) -> Path:
        domain, product, table = line.split(".", 2)
        folder = self._root / domain / product / table
        with told(folder), self._lock:
            if (run, folder) not in self._folders:
                self._folders.add((run, folder))
                if made_folder(folder):
                    self._new_folders.add(folder)
            path = folder / f"{run}-{next(self._numbers)}.parquet"
            while path.exists():
                path = folder / f"{run}-{next(self._numbers)}.parquet"
            self._given[run][path] = False
        return path

    def scratch(self, run: RunId) -> Path:
        folder = self._root / SCRATCH / run
        if run not in self._scratches:
            with told(folder):
                folder.mkdir(parents=True, exist_ok=True)
            self._scratches.add(run)
        return folder

    def seal(self, path: Path, rows: int) -> SnapshotFile:
        relative = self._relative(path)
        with told(path), path.open("rb") as file:
            os.fchmod(file.fileno(), READ_ONLY)
            os.fsync(file.fileno())
            size, digest = digest_of(file)
            self._make_durable(path.parent)
        if run := run_of(path.name):
            with self._lock:
                self._given[run][path] = True
        return SnapshotFile(relative, rows, size, digest)

    def paths(self, snapshot: Snapshot) -> tuple[Path, ...]:
        found = tuple(self._path(file) for file in snapshot.files)
        for path in found:
            # A table in parts has a hundred files and more: asking a Path costs thrice as much.
            if not os.path.isfile(path):  # noqa: PTH113
                raise missing(path, snapshot.line)
        return found

    def verify(self, snapshot: Snapshot) -> tuple[str, ...]:
        return tuple(file.path for file in snapshot.files if not self._is_as_recorded(file))

    def discard(self, run: RunId, published: Collection[str] | None = None) -> None:
        with self._lock:
            given = self._given.pop(run, {})
            self._folders = {(other, folder) for other, folder in self._folders if other != run}
        with told(self._root):
            for path, is_sealed in given.items():
                if not is_sealed or (published is not None and self._relative(path) not in published):
                    path.unlink(missing_ok=True)
        self._scratches.discard(run)
        shutil.rmtree(self._root / SCRATCH / run, ignore_errors=True)

    def sweep(self, kept: frozenset[str], alive: frozenset[RunId]) -> tuple[int, int]:
        with told(self._root):
            return sweep(self._root, kept, alive)

    def _make_durable(self, folder: Path) -> None:
        """The file's name, and where its folder is new, the names above it. After the file itself: then it is cheapest."""
        made_durable(folder)
        if folder in self._new_folders:
            above = folder.parents
            for parent in above[: above.index(self._root) + 1]:
                made_durable(parent)
            self._new_folders.discard(folder)

    def _relative(self, path: Path) -> str:
        if not path.is_relative_to(self._root) or ".." in path.parts:
            raise StoreFault(f"{path} is not in the store {self._root}", mend="Write to what `target` gives.")
        return path.relative_to(self._root).as_posix()

    def _path(self, file: SnapshotFile) -> Path:
        """Where a recorded file is; a record that leads out of the store is not followed."""
        if file.path.startswith(("/", "\\")) or ".." in file.path:
            self._relative(self._root / file.path)
        return Path(f"{self._root}/{file.path}")

    def _is_as_recorded(self, file: SnapshotFile) -> bool:
        try:
            with self._path(file).open("rb") as opened:
                return digest_of(opened) == (file.bytes, file.digest)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise fault_of(error, self._path(file)) from error

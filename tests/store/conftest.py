"""A store in a folder of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from weft.names import LineName, RunId, SnapshotId, sortable_id
from weft.product.snapshot import Snapshot, SnapshotFile
from weft.settings import Settings
from weft.store import open_store
from weft.store.seam import Store

LINE = LineName("operations.flights.departures@1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path) -> Store:
    return open_store(Settings("flights", root.parent, root.parent, "sqlite:///registry.db", root))


@pytest.fixture
def run() -> RunId:
    return RunId(sortable_id())


def written(store: Store, run: RunId, content: bytes = b"PAR1", line: LineName = LINE) -> SnapshotFile:
    path = store.target(run, line)
    path.write_bytes(content)
    return store.seal(path, rows=1)


def snapshot_of(*files: SnapshotFile) -> Snapshot:
    return Snapshot(SnapshotId("s"), LINE, "f", RunId("r"), datetime.now(UTC), (), files)

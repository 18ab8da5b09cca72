"""Files are written once, sealed, and found again as they were."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path

import pytest

from weft.errors import StoreFault
from weft.names import LineName, RunId
from weft.product.snapshot import SnapshotFile
from weft.store.seam import Store

from .conftest import LINE, snapshot_of, written


def test_opening_a_store_creates_nothing(store: Store, root: Path) -> None:
    assert not root.exists()


def test_a_person_finds_a_file_by_its_table(store: Store, root: Path, run: RunId) -> None:
    assert store.target(run, LINE) == root / "operations" / "flights" / "departures@1" / f"{run}-1.parquet"


def test_a_preview_has_a_folder_of_its_own(store: Store, run: RunId) -> None:
    line = LineName("operations.flights.departures@2.0.0-beta.1")
    assert store.target(run, line).parent.name == "departures@2.0.0-beta.1"


def test_no_path_is_given_twice(store: Store, run: RunId) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: store.target(run, LINE), range(200)))
    assert len(set(paths)) == 200


def test_a_path_that_is_taken_is_not_given(store: Store, run: RunId, root: Path) -> None:
    folder = store.target(run, LINE).parent
    (folder / f"{run}-2.parquet").touch()
    assert store.target(run, LINE).name == f"{run}-3.parquet"


def test_a_sealed_file_is_counted_and_read_only(store: Store, root: Path, run: RunId) -> None:
    content = b"x" * 3_000_000
    file = written(store, run, content)
    assert file.rows == 1
    assert file.bytes == 3_000_000
    assert file.digest == blake2b(content, digest_size=16).hexdigest()
    assert stat.S_IMODE((root / file.path).stat().st_mode) == 0o444
    assert not file.path.startswith("/")


def test_sealing_puts_the_file_and_its_name_on_disk(store: Store, run: RunId, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd).st_ino), fsync(fd))[1])
    path = store.target(run, LINE)
    path.write_bytes(b"PAR1")
    store.seal(path, 1)
    assert synced == [place.stat().st_ino for place in (path, *path.parents[:4])]


def test_paths_are_where_the_files_are(store: Store, root: Path, run: RunId) -> None:
    first, second = written(store, run), written(store, run)
    assert store.paths(snapshot_of(first, second)) == (root / first.path, root / second.path)


def test_a_missing_file_is_named(store: Store, root: Path, run: RunId) -> None:
    file = written(store, run)
    (root / file.path).unlink()
    with pytest.raises(StoreFault, match=rf"departures@1: its file .*{run}-1.parquet is missing"):
        store.paths(snapshot_of(file))


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../secret"])
def test_a_record_that_leads_out_of_the_store_is_not_followed(store: Store, path: str) -> None:
    with pytest.raises(StoreFault, match="not in the store"):
        store.paths(snapshot_of(SnapshotFile(path, 1, 1, "")))


def test_a_file_from_elsewhere_is_not_sealed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.parquet").touch()
    with pytest.raises(StoreFault, match="not in the store"):
        store.seal(tmp_path / "elsewhere.parquet", 1)


def test_whole_files_verify(store: Store, run: RunId) -> None:
    assert store.verify(snapshot_of(written(store, run))) == ()


def test_changed_and_missing_files_are_named(store: Store, root: Path, run: RunId) -> None:
    changed, gone, whole = (written(store, run) for _ in range(3))
    (root / changed.path).chmod(0o644)
    (root / changed.path).write_bytes(b"PAR2")
    (root / gone.path).unlink()
    assert store.verify(snapshot_of(changed, gone, whole)) == (changed.path, gone.path)


def test_scratch_lies_in_the_store_and_goes_with_the_run(store: Store, root: Path, run: RunId) -> None:
    scratch = store.scratch(run)
    assert scratch.is_relative_to(root)
    (scratch / "spill").write_bytes(b"x")
    store.discard(run)
    assert not scratch.exists()


def test_discarding_a_run_leaves_what_it_sealed_unless_told(store: Store, root: Path, run: RunId) -> None:
    sealed, open_file = written(store, run), store.target(run, LINE)
    open_file.write_bytes(b"half")
    store.discard(run)
    assert (root / sealed.path).exists()
    assert not open_file.exists()


def test_discarding_a_run_removes_what_it_did_not_publish(store: Store, root: Path, run: RunId) -> None:
    published, failed = written(store, run), written(store, run)
    store.discard(run, {published.path})
    assert (root / published.path).exists()
    assert not (root / failed.path).exists()


def test_a_full_disk_says_where_how_much_and_what_to_do(
    store: Store, run: RunId, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.target(run, LINE)
    path.write_bytes(b"PAR1")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFault, match=r"no space to write .*\.parquet \([\d,]+ MB free of [\d,]+ MB\)\. Free some"):
        store.seal(path, 1)


def test_a_folder_that_is_a_file_says_so(store: Store, root: Path, run: RunId) -> None:
    root.mkdir()
    (root / "operations").touch()
    with pytest.raises(StoreFault, match="See that the store's folder"):
        store.target(run, LINE)

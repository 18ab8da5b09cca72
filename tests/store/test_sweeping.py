"""Files that nobody needs are deleted, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from weft.names import LineName, RunId, sortable_id
from weft.store.seam import Store

from .conftest import LINE, written

NONE: frozenset[str] = frozenset()
NOBODY: frozenset[RunId] = frozenset()
LONG_AGO = 1_000_000_000


def horizon() -> frozenset[RunId]:
    return frozenset([RunId(sortable_id())])


def test_orphans_are_deleted_and_counted(store: Store, root: Path, run: RunId) -> None:
    orphan, kept = written(store, run, b"12345"), written(store, run)
    assert store.sweep(frozenset([kept.path]), horizon()) == (1, 5)
    assert not (root / orphan.path).exists()
    assert (root / kept.path).exists()


def test_files_of_a_run_at_work_are_left_alone(store: Store, root: Path, run: RunId) -> None:
    file = written(store, run)
    scratch = store.scratch(run)
    assert store.sweep(NONE, horizon() | {run}) == (0, 0)
    assert (root / file.path).exists()
    assert scratch.exists()


def test_files_of_a_run_that_began_since_the_question_are_left_alone(store: Store, root: Path) -> None:
    asked = horizon()
    later = RunId(sortable_id())
    file = written(store, later)
    assert store.sweep(NONE, asked) == (0, 0)
    assert (root / file.path).exists()


def test_scratch_of_a_run_that_is_over_is_deleted(store: Store, run: RunId) -> None:
    scratch = store.scratch(run)
    (scratch / "deep").mkdir()
    (scratch / "deep" / "spill").touch()
    store.sweep(NONE, horizon())
    assert not scratch.exists()


def test_half_written_files_of_the_engine_are_deleted(store: Store, root: Path, run: RunId) -> None:
    path = store.target(run, LINE)
    path.with_name(f"tmp_{path.name}").write_bytes(b"half")
    assert store.sweep(NONE, horizon()) == (1, 4)


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "report.parquet",
        "operations/notes.parquet",
        "operations/flights/departures@1/mine.parquet",
        "operations/flights/departures@1/deeper/20200101t000000000000-abcdef-1.parquet",
        ".scratch/mine/file",
    ],
)
def test_what_the_store_did_not_write_stays(store: Store, root: Path, run: RunId, name: str) -> None:
    written(store, run)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).touch()
    store.sweep(NONE, horizon())
    assert (root / name).exists()


def test_a_link_to_a_folder_is_not_followed(store: Store, root: Path, run: RunId, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    precious = outside / f"{run}-1.parquet"
    precious.touch()
    (root / "operations" / "flights").mkdir(parents=True)
    (root / "operations" / "flights" / "departures@1").symlink_to(outside)
    (root / ".scratch").symlink_to(outside)
    assert store.sweep(NONE, horizon()) == (0, 0)
    assert precious.exists()


def test_a_link_to_a_file_goes_and_the_file_stays(store: Store, root: Path, run: RunId, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"x")
    store.target(run, LINE).symlink_to(precious)
    store.sweep(NONE, horizon())
    assert precious.exists()
    assert not list(root.glob("*/*/*/*"))


def test_folders_that_are_empty_for_long_are_removed(store: Store, root: Path, run: RunId) -> None:
    folder = store.target(run, LINE).parent
    os.utime(folder, (LONG_AGO, LONG_AGO))
    store.sweep(NONE, horizon())
    assert root.exists()
    assert not folder.exists()
    assert list(root.iterdir()) == []


def test_a_folder_that_somebody_may_be_about_to_write_to_stays(store: Store, run: RunId) -> None:
    folder = store.target(run, LINE).parent
    store.sweep(NONE, horizon())
    assert folder.exists()


def test_an_old_folder_that_is_written_to_again_counts_as_in_use(store: Store, run: RunId) -> None:
    folder = store.target(run, LINE).parent
    os.utime(folder, (LONG_AGO, LONG_AGO))
    store.target(RunId(sortable_id()), LINE)
    store.sweep(NONE, horizon())
    assert folder.exists()


def test_a_store_that_is_not_there_has_nothing_to_sweep(store: Store) -> None:
    assert store.sweep(NONE, NOBODY) == (0, 0)


def test_a_file_that_vanishes_meanwhile_is_no_fault(store: Store, run: RunId, monkeypatch: pytest.MonkeyPatch) -> None:
    written(store, run, line=LineName("operations.flights.arrivals@1"))
    unlink = Path.unlink

    def vanish_first(path: Path, missing_ok: bool = False) -> None:
        unlink(path)
        unlink(path)

    monkeypatch.setattr(Path, "unlink", vanish_first)
    assert store.sweep(NONE, horizon()) == (0, 0)

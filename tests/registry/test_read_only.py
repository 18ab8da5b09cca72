"""A registry in a folder that may only be read answers what it can, and says what it cannot."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from weft.errors import RegistryBusy, RegistryFault
from weft.registry import open_registry, read_only
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import Publisher, product


@pytest.fixture
def file(settings: Settings) -> Path:
    """The registry's, with one product published by a run that has ended."""
    registry = open_registry(settings)
    publisher = Publisher(registry, registry.journal.begin("prod", "apply", "ann"))
    publisher.publish(product())
    registry.journal.end(publisher.run, "succeeded")
    registry.close()
    return Path(settings.registry.removeprefix("sqlite:///"))


@pytest.fixture
def closed(file: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The same where nothing may be written: root may write whatever the rights of a folder say, so it is told otherwise."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda at, mode: may(at, mode) and not (mode == os.W_OK and at == file.parent))
    registry = open_registry(settings)
    yield registry
    registry.close()


def test_what_was_recorded_is_read_and_no_file_is_left_behind(closed: Registry, file: Path) -> None:
    before = sorted(file.parent.iterdir())
    assert list(closed.recorded("prod").pointers) == ["operations.flights.flights@1"]
    assert closed.journal.facts("runs").num_rows == 1
    assert sorted(path for path in file.parent.iterdir() if path.name != "facts") == before


def test_snapshots_are_read_without_a_lease(closed: Registry) -> None:
    wanted = [pointer.snapshot for pointer in closed.recorded("prod").pointers.values()]
    with closed.journal.lease(wanted, "a reader", 60):
        assert list(closed.snapshots(wanted)) == wanted


def test_writing_is_refused_in_so_many_words(closed: Registry) -> None:
    with pytest.raises(RegistryFault, match="may only be read here"):
        closed.journal.begin("prod", "apply", "ann")


def test_a_log_with_content_is_read_with_its_index(closed: Registry, file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as writing:
        writing.execute("UPDATE counters SET value = 77 WHERE name = 'revision'")
        assert file.with_name(f"{file.name}-wal").stat().st_size > 0
        assert closed.recorded("prod").revision == 77
        writing.execute("UPDATE counters SET value = 78 WHERE name = 'revision'")
        assert closed.recorded("prod").revision == 78
    writing.close()


def test_what_is_written_while_it_is_read_is_not_trusted(file: Path) -> None:
    with pytest.raises(RegistryBusy, match="written while it was read"), read_only.reading(file) as connection:
        connection.execute("SELECT * FROM counters").fetchall()
        os.utime(file, ns=(0, 0))


@pytest.mark.skipif(
    os.geteuid() == 0, reason="LOUD: root may write a folder whatever its rights say, so this was not tried"
)
def test_a_folder_that_really_is_read_only(file: Path, settings: Settings) -> None:
    file.parent.chmod(0o555)
    try:
        registry = open_registry(settings)
        assert registry.recorded("prod").revision == 1
        with pytest.raises(RegistryFault, match="may only be read here"):
            registry.journal.begin("prod", "apply", "ann")
        registry.close()
    finally:
        file.parent.chmod(0o755)

"""Killed, locked, full or crowded: the registry stays whole, and says what happened."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from weft.errors import Moved, RegistryBusy, RegistryFault
from weft.registry import open_registry
from weft.registry.opening import database_of
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import DOMAIN, Publisher, product, settings_of

PUBLISHER = Path(__file__).with_name("publishing_process.py")
SOAK = "WEFT_SOAK" in os.environ
KILLS = 100 if SOAK else 6
PROCESSES = 8
PUBLISHES = 100 if SOAK else 10
FLIGHTS = product()
LINE = FLIGHTS.line("flights", "1")


def started(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, PUBLISHER, settings.root, settings.registry, *arguments]
    return subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)


@pytest.mark.soak
def test_a_publisher_killed_at_any_moment_leaves_the_registry_whole(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    seen = 0
    for kill in range(KILLS):
        with started(settings, "killed", 10_000, FLIGHTS.name) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.003 * kill)
            process.send_signal(signal.SIGKILL)
        seen = whole(settings, seen)


def whole(settings: Settings, seen: int) -> int:
    """The revision, which no kill may take back."""
    with closing(sqlite3.connect(settings.private / "registry.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with closing(open_registry(settings)) as registry:
        recorded = registry.recorded("prod")
        assert set(registry.snapshots(p.snapshot for p in recorded.pointers.values())) == {
            p.snapshot for p in recorded.pointers.values()
        }
        assert recorded.pointers[LINE].revision == recorded.revision >= seen
        assert registry.journal.facts("publishes").num_rows == recorded.revision
        return recorded.revision


@pytest.mark.soak
def test_products_published_at_once_are_all_published(any_settings: Settings) -> None:
    names = [f"operations.p{number}" for number in range(PROCESSES)]
    processes = [started(any_settings, "counted", PUBLISHES, name) for name in names]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, outputs
    with closing(open_registry(any_settings)) as registry:
        recorded = registry.recorded("prod")
        publishes = registry.journal.facts("publishes")
    assert recorded.revision == publishes.num_rows == PROCESSES * PUBLISHES
    assert sorted(publishes["revision"].to_pylist()) == list(range(1, PROCESSES * PUBLISHES + 1))
    assert sorted(recorded.digests) == sorted(names)


def test_of_two_who_publish_one_product_at_once_one_is_told(registry: Registry, publisher: Publisher) -> None:
    publications = [publisher.publication(FLIGHTS, expects=0) for _ in range(4)]

    def outcome(number: int) -> str:
        try:
            registry.publish(publications[number], DOMAIN)
        except Moved:
            return "moved"
        return "published"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(outcome, range(4)))
    assert outcomes == ["moved", "moved", "moved", "published"]
    assert registry.recorded("prod").revision == 1


def test_a_registry_that_is_locked_for_a_while_is_waited_for(
    registry: Registry, publisher: Publisher, any_settings: Settings
) -> None:
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(database_of(any_settings)) as database, database.writing() as transaction:
            transaction.run("UPDATE counters SET value = value WHERE name = 'revision'")
            locked.set()
            time.sleep(0.2)
            done.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        locked.wait(10)
        publisher.publish(FLIGHTS)
    assert done.is_set()
    assert registry.recorded("prod").revision == 1


def test_a_registry_that_stays_locked_says_what_to_do(registry: Registry, any_settings: Settings) -> None:
    publisher = Publisher(registry, registry.journal.begin("prod", "apply", "ann"))
    publication = publisher.publication(FLIGHTS)
    impatient = open_registry(replace(any_settings, busy_seconds=0.05))
    with closing(impatient), closing(database_of(any_settings)) as database, database.writing() as transaction:
        transaction.run("UPDATE counters SET value = value WHERE name = 'revision'")
        assert impatient.recorded("prod").revision == 0
        with pytest.raises(RegistryBusy, match=r"locked for 0.05 s.* run again when it is done"):
            impatient.publish(publication, DOMAIN)


def test_waiting_for_a_lock_can_be_interrupted(sqlite: Registry, settings: Settings) -> None:
    sqlite.journal.begin("prod", "apply", "ann")
    with closing(database_of(settings)) as database, database.writing():
        process = started(settings, "interrupted", 1, FLIGHTS.name)
        time.sleep(1.0)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(5) != 0
    assert process.stdout
    process.stdout.close()


def test_a_full_disk_publishes_nothing_and_says_so(sqlite: Registry, settings: Settings) -> None:
    publisher = Publisher(sqlite, sqlite.journal.begin("prod", "apply", "ann"))
    publisher.publish(FLIGHTS)
    before = sqlite.recorded("prod")
    limit(sqlite, 0)
    large = replace(FLIGHTS, digest="p2", purpose="x" * 1_000_000)
    with pytest.raises(RegistryFault, match="Free some space"):
        publisher.publish(large)
    assert sqlite.recorded("prod") == before
    limit(sqlite, 1_000_000)
    publisher.publish(large)
    assert sqlite.recorded("prod").revision == 2


def limit(registry: Registry, pages: int) -> None:
    """SQLite's own bound stands in for the disk's: it refuses the next page with the same error. 0: what it has."""
    with registry._database.reading() as transaction:  # type: ignore[attr-defined]
        transaction.rows(f"PRAGMA max_page_count = {pages or 1}")


def test_a_fault_within_a_publish_undoes_all_of_it(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publish(FLIGHTS)
    before = registry.recorded("prod")
    twice = replace(publication, pointers=(replace(publication.pointers[0], expects=1),))
    with pytest.raises(RegistryFault):
        registry.publish(twice, DOMAIN)
    assert registry.recorded("prod") == before


def test_threads_share_a_registry(registry: Registry, publisher: Publisher) -> None:
    names = [f"operations.p{number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: publisher.publish(product(name)), names))
    assert sorted(registry.recorded("prod").digests) == sorted(names)


def test_a_registry_that_is_deleted_is_made_again(sqlite: Registry, settings: Settings) -> None:
    sqlite.journal.begin("prod", "apply", "ann")
    for file in settings.private.glob("registry.db*"):
        file.unlink()
    assert sqlite.recorded("prod").revision == 0
    sqlite.journal.begin("prod", "apply", "ann")
    assert sqlite.journal.facts("runs").num_rows == 1

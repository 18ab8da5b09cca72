"""A registry that another program holds locked is waited for; where it stays locked, that is said, and nothing is half done."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.errors import RegistryBusy
from weft.run.report import Event
from weft.session import Session, open_session

ON = "fleet.planes"


@pytest.fixture
def locker(root: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection to the registry, once there is one."""
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    connection = sqlite3.connect(root / ".weft/registry.db", isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def changed(root: Path) -> None:
    csv = root / "domains/fleet/planes/plane_file.csv"
    csv.write_text(csv.read_text().replace("N1,51", "N1,52"))


def impatient(root: Path) -> None:
    write_mesh(root, settings="busy_seconds: 0.05")


def locked(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def released(connection: sqlite3.Connection) -> None:
    connection.execute("ROLLBACK")


def at(kind: str, act: Callable[[], None]) -> Callable[[Event], None]:
    def observe(event: Event) -> None:
        if (event.kind, event.product) == (kind, ON):
            act()

    return observe


def runs(session: Session) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = session.registry.journal.facts("runs").to_pylist()
    return [(run["state"], run["message"]) for run in found]


def test_a_registry_that_is_locked_for_a_while_is_waited_for(root: Path, locker: sqlite3.Connection) -> None:
    changed(root)
    timer = threading.Timer(0.3, released, [locker])

    def lock_for_a_while() -> None:
        locked(locker)
        timer.start()

    with open_session(root) as session:
        assert session.apply(session.plan(), at("began", lock_for_a_while)).succeeded
        timer.join()
        assert session.plan().plan.is_empty


def test_one_that_stays_locked_while_a_product_publishes_fails_that_run(root: Path, locker: sqlite3.Connection) -> None:
    """What could not be recorded at that moment is recorded when the lock is gone."""
    changed(root)
    impatient(root)
    with open_session(root) as session:
        before = session.recorded.pointers
        planned = session.plan()

        def observe(event: Event) -> None:
            at("began", lambda: locked(locker))(event)
            at("ended", lambda: released(locker))(event)

        report = session.apply(planned, observe)
        assert [product.state for product in report.products] == ["failed", "waited", "waited"]
        assert "stayed locked for 0.05 s" in report.products[0].message
        assert "run again when it is done" in report.products[0].message
        assert session.recorded.pointers == before
        state, message = runs(session)[-1]
        assert (state, "stayed locked" in message) == ("failed", True)
        steps = session.registry.journal.facts("steps").to_pylist()
        assert [step["state"] for step in steps if step["run"] == report.run] == ["failed", "skipped", "skipped"]
        assert session.apply(session.plan()).succeeded


def test_one_that_is_locked_from_the_start_begins_nothing(root: Path, locker: sqlite3.Connection) -> None:
    changed(root)
    impatient(root)
    with open_session(root) as session:
        planned = session.plan()
        locked(locker)
        with pytest.raises(RegistryBusy, match=r"stayed locked for 0\.05 s"):
            session.apply(planned)
        released(locker)
        assert len(runs(session)) == 1
        assert session.apply(session.plan()).succeeded


def test_one_that_is_locked_to_the_end_does_not_hide_what_failed(root: Path, locker: sqlite3.Connection) -> None:
    changed(root)
    impatient(root)
    with open_session(root) as session:
        report = session.apply(session.plan(), at("began", lambda: locked(locker)))
        assert "stayed locked" in report.products[0].message
        assert "stayed locked" in report.unswept
        released(locker)
        assert session.apply(session.plan()).succeeded
        assert [state for state, _ in runs(session)] == ["succeeded", "failed", "succeeded"]


def test_one_that_is_locked_after_the_last_publish_does_not_hide_what_was_done(
    root: Path, locker: sqlite3.Connection
) -> None:
    """The data is published, the next plan knows it, and how the run ended is recorded with the next word to the registry."""
    changed(root)
    impatient(root)
    with open_session(root) as session:
        last = planes_and_departures()[-1].name

        def observe(event: Event) -> None:
            if (event.kind, event.product) == ("ended", last):
                locked(locker)

        with pytest.raises(RegistryBusy, match="stayed locked"):
            session.apply(session.plan(), observe)
        released(locker)
        assert session.plan().plan.is_empty
        session.sweep()
        assert [state for state, _ in runs(session)] == ["succeeded", "succeeded"]

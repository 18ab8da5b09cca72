"""What nobody needs any more is forgotten; what a pointer, a reader or a run may need is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from weft.errors import RegistryFault
from weft.names import SnapshotId, sortable_id
from weft.product.snapshot import Publication
from weft.registry import runs, sweeping
from weft.registry.opening import database_of
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import Publisher, product

FLIGHTS = product()


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


def twice(registry: Registry, publisher: Publisher) -> tuple[Publication, Publication]:
    """Two publishes of one product, by a run that is over."""
    published = publisher.publish(FLIGHTS, "f1"), publisher.publish(FLIGHTS, "f2")
    registry.journal.end(publisher.run, "succeeded")
    return published


def path_of(publication: Publication) -> str:
    return publication.new_snapshots[0].files[0].path


def test_a_snapshot_that_nothing_points_at_is_forgotten(registry: Registry, publisher: Publisher) -> None:
    old, new = twice(registry, publisher)
    kept, _ = registry.journal.sweep(soon())
    assert kept == {path_of(new)}
    assert set(registry.recorded("prod").kept) == {"f2"}
    assert registry.snapshots([old.pointers[0].snapshot]) == {}


def test_a_snapshot_is_kept_for_its_time_from_when_it_was_last_pointed_at(
    registry: Registry, publisher: Publisher
) -> None:
    old, new = twice(registry, publisher)
    kept, _ = registry.journal.sweep(datetime.now(UTC) - timedelta(days=30))
    assert kept == {path_of(old), path_of(new)}


def test_what_another_environment_points_at_is_kept(registry: Registry, publisher: Publisher) -> None:
    registry.environments.use("branch", "ann", soon() + timedelta(days=1))
    branch = Publisher(registry, registry.journal.begin("branch", "apply", "ann"), "branch")
    on_branch = branch.publish(FLIGHTS, "f3")
    registry.journal.end(branch.run, "succeeded")
    _, new = twice(registry, publisher)
    kept, _ = registry.journal.sweep(soon())
    assert kept == {path_of(new), path_of(on_branch)}


def test_what_a_reader_leases_is_kept_until_it_is_done(registry: Registry, publisher: Publisher) -> None:
    old, new = twice(registry, publisher)
    with registry.journal.lease([old.pointers[0].snapshot], "query", 60):
        assert registry.journal.sweep(soon())[0] == {path_of(old), path_of(new)}
    assert registry.journal.sweep(soon())[0] == {path_of(new)}


def test_a_lease_that_its_holder_did_not_end_runs_out(registry: Registry, publisher: Publisher) -> None:
    old, new = twice(registry, publisher)
    with registry.journal.lease([old.pointers[0].snapshot], "query", -1):
        assert registry.journal.sweep(soon())[0] == {path_of(new)}


def test_a_snapshot_that_is_forgotten_cannot_be_leased(registry: Registry) -> None:
    with (
        pytest.raises(RegistryFault, match="no longer kept"),
        registry.journal.lease([SnapshotId("gone")], "query", 60),
    ):
        pass


def test_what_stood_when_a_run_at_work_began_is_kept(registry: Registry, publisher: Publisher) -> None:
    reader = registry.journal.begin("prod", "apply", "bob")
    old, new = twice(registry, publisher)
    kept, alive = registry.journal.sweep(soon())
    assert kept == {path_of(old), path_of(new)}
    assert reader in alive
    registry.journal.end(reader, "succeeded")
    assert registry.journal.sweep(soon())[0] == {path_of(new)}


def test_a_sweep_sees_a_run_that_is_just_beginning(registry: Registry, any_settings: Settings) -> None:
    with closing(database_of(any_settings)) as database, ThreadPoolExecutor(1) as pool:
        with database.writing() as transaction:
            run = runs.begin(transaction, "prod", "apply", "ann")
            swept = pool.submit(registry.journal.sweep, soon())
            assert not wait([swept], 0.1).done
        assert run in swept.result()[1]


def test_a_sweep_sees_a_lease_that_is_just_beginning(
    registry: Registry, publisher: Publisher, any_settings: Settings
) -> None:
    old, new = twice(registry, publisher)
    with closing(database_of(any_settings)) as database, ThreadPoolExecutor(1) as pool:
        with database.writing() as transaction:
            sweeping.take(transaction, "a", [old.pointers[0].snapshot], ("query", 2**62))
            swept = pool.submit(registry.journal.sweep, soon())
            assert not wait([swept], 0.1).done
        assert swept.result()[0] == {path_of(old), path_of(new)}


def test_a_run_that_begins_after_a_sweep_sorts_after_it_whatever_the_clock_says(
    registry: Registry, any_settings: Settings
) -> None:
    registry.journal.end(registry.journal.begin("prod", "apply", "ann"), "succeeded")
    far = sortable_id(after="20991231t235959000000-000000")
    with closing(database_of(any_settings)) as database, database.writing() as transaction:
        transaction.run("UPDATE runs SET id = ?", (far,))
    _, alive = registry.journal.sweep(soon())
    assert far < max(alive) < registry.journal.begin("prod", "apply", "ann")

"""Profiles are kept by snapshot, in each kind of registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from weft.names import LineName, SnapshotId
from weft.product.profiled import KeptProfile, ProfiledColumn
from weft.registry.seam import Registry

from .publications import Publisher, product

LINE = LineName("operations.flights.flights@1")
COLUMN = ProfiledColumn("id", "BIGINT", 0, 0, 0, 3, True, "1", "3", 2.0, 1.0)


def profile(snapshot: SnapshotId, score: float = 99.5) -> KeptProfile:
    return KeptProfile(snapshot, LINE, datetime(2026, 1, 1, tzinfo=UTC), 3, 3, 20, score, (COLUMN,), '{"any": "text"}')


def test_a_profile_is_kept_as_it_was_given(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product())
    snapshot = registry.recorded("prod").pointers[LINE].snapshot
    assert registry.profiles.keep(profile(snapshot))
    assert registry.profiles.kept([snapshot]) == {snapshot: profile(snapshot)}
    assert registry.profiles.of(LINE) == (profile(snapshot),)


def test_a_newer_profile_takes_the_place_of_the_same_snapshots(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product())
    snapshot = registry.recorded("prod").pointers[LINE].snapshot
    registry.profiles.keep(profile(snapshot))
    registry.profiles.keep(replace(profile(snapshot), score=50.0))
    assert [one.score for one in registry.profiles.of(LINE)] == [50.0]


def test_no_profile_is_kept_of_a_snapshot_that_is_gone(registry: Registry) -> None:
    assert not registry.profiles.keep(profile(SnapshotId("gone")))
    assert registry.profiles.of(LINE) == ()


def test_what_is_kept_of_columns_can_be_asked_for(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(product())
    registry.profiles.keep(profile(registry.recorded("prod").pointers[LINE].snapshot))
    (row,) = registry.journal.facts("profiles").to_pylist()
    assert (row["line_name"], row["column_name"], row["distinct_values"], row["minimum"], row["table_score"]) == (
        LINE,
        "id",
        3,
        "1",
        99.5,
    )

"""Runs register, live and end; what they found is kept."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weft.errors import RegistryFault
from weft.names import ProductName
from weft.product.checks import CheckResult
from weft.product.snapshot import Event, StepRecord
from weft.registry.opening import database_of
from weft.registry.processes import this_host
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import DOMAIN, Publisher, product

FLIGHTS = product()
LINE = FLIGHTS.line("flights", "1")
LONG_AGO = 1_000_000


def fallen_silent(settings: Settings, run: str, **changes: object) -> None:
    """As a run looks whose heartbeat stopped long ago."""
    changes = {"heartbeat_at": LONG_AGO, **changes}
    with closing(database_of(settings)) as database, database.writing() as transaction:
        for column, value in changes.items():
            transaction.run(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, run))  # type: ignore[arg-type]


def states(registry: Registry) -> list[str]:
    return registry.journal.facts("runs")["state"].to_pylist()


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_run_begins_and_ends(registry: Registry) -> None:
    run = registry.journal.begin("prod", "apply --select x", "ann")
    registry.journal.end(run, "failed", "a check failed")
    (row,) = registry.journal.facts("runs").to_pylist()
    assert (row["run"], row["command"], row["who"], row["host"]) == (
        run,
        "apply --select x",
        "ann",
        this_host(),
    )
    assert (row["state"], row["message"]) == ("failed", "a check failed")
    assert row["started_at"] <= row["ended_at"] <= datetime.now(UTC)


def test_a_run_that_is_over_stays_as_it_ended(registry: Registry) -> None:
    run = registry.journal.begin("prod", "apply", "ann")
    registry.journal.end(run, "succeeded")
    registry.journal.end(run, "failed")
    assert states(registry) == ["succeeded"]


def test_ids_of_runs_sort_as_they_began(registry: Registry) -> None:
    runs = [registry.journal.begin("prod", "apply", "ann") for _ in range(5)]
    assert runs == sorted(runs)


def test_a_silent_run_whose_process_is_gone_is_abandoned(registry: Registry, any_settings: Settings) -> None:
    run = registry.journal.begin("prod", "apply", "ann")
    fallen_silent(any_settings, run, process=ended_process())
    assert states(registry) == ["abandoned"]


def test_a_silent_run_whose_process_lives_is_not_abandoned(registry: Registry, any_settings: Settings) -> None:
    fallen_silent(any_settings, registry.journal.begin("prod", "apply", "ann"))
    assert states(registry) == ["running"]


def test_a_process_that_took_an_old_number_is_another(registry: Registry, any_settings: Settings) -> None:
    fallen_silent(any_settings, registry.journal.begin("prod", "apply", "ann"), process_start="1")
    assert states(registry) == ["abandoned"]


def test_a_long_silent_run_of_another_host_is_abandoned(registry: Registry, any_settings: Settings) -> None:
    fallen_silent(any_settings, registry.journal.begin("prod", "apply", "ann"), host="elsewhere")
    assert states(registry) == ["abandoned"]


def test_a_run_that_lives_on_another_host_is_left_alone(registry: Registry, any_settings: Settings) -> None:
    run = registry.journal.begin("prod", "apply", "ann")
    fallen_silent(any_settings, run, host="elsewhere")
    registry.journal.heartbeat(run)
    assert states(registry) == ["running"]


def test_a_run_taken_for_dead_is_told_so_by_its_heartbeat(registry: Registry, any_settings: Settings) -> None:
    run = registry.journal.begin("prod", "apply", "ann")
    fallen_silent(any_settings, run, host="elsewhere")
    registry.journal.begin("prod", "apply", "bob")
    with pytest.raises(RegistryFault, match="is abandoned"):
        registry.journal.heartbeat(run)


def test_the_latest_result_of_each_check_is_told_apart_from_its_history(
    registry: Registry, publisher: Publisher
) -> None:
    for outcome, measured in (("failed", 3), ("passed", 0)):
        result = CheckResult(
            LINE, "required(id)", "required", outcome, "error", ("id",), measured=measured, run=publisher.run
        )  # type: ignore[arg-type]
        registry.journal.record(results=[result])
    (latest,) = registry.journal.facts("checks").to_pylist()
    assert (latest["check_name"], latest["outcome"], latest["measured"]) == ("required(id)", "passed", 0)
    assert registry.journal.facts("check_history")["outcome"].to_pylist() == ["failed", "passed"]


def test_steps_and_events_are_kept(registry: Registry, publisher: Publisher) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    step = StepRecord(publisher.run, FLIGHTS.name, LINE, "build", "its SQL changed", "done", at, 0.5, 3, 100)
    event = Event(at, ProductName(FLIGHTS.name), "published", "flights has a new snapshot", LINE)
    registry.journal.record([step], events=[event])
    (kept,) = registry.journal.facts("steps").to_pylist()
    assert (kept["line_name"], kept["reason"], kept["started_at"], kept["rows"]) == (LINE, "its SQL changed", at, 3)
    (told,) = registry.journal.facts("events").to_pylist()
    assert (told["kind"], told["happened_at"], told["message"]) == ("published", at, "flights has a new snapshot")


def test_what_a_publication_carries_is_recorded_with_it(registry: Registry, publisher: Publisher) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    step = StepRecord(publisher.run, FLIGHTS.name, LINE, "build", "new", "done", at)
    result = CheckResult(LINE, "required(id)", "required", "passed", "error", run=publisher.run)
    registry.publish(replace(publisher.publication(FLIGHTS), steps=(step,), results=(result,)), DOMAIN)
    assert registry.journal.facts("steps").num_rows == 1
    assert registry.journal.facts("checks")["environment"].to_pylist() == ["prod"]

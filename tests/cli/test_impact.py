"""What a plan shows of those whom a change reaches."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Weft
from tests.meshes import planes_and_departures, write_mesh

FLIGHTS = "domains/operations/flights"


def renamed(tmp_path: Path, weft: Weft) -> Path:
    root = write_mesh(tmp_path, *planes_and_departures())
    assert weft("apply", mesh=root).status == 0
    for file, old, new in (
        ("contracts/flights.odcs.yaml", "name: delay\n", "name: delay_minutes\n"),
        ("transforms/departures.sql", "f.delay FROM", "f.delay AS delay_minutes FROM"),
    ):
        path = root / FLIGHTS / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    return root


def test_a_plan_says_who_breaks_and_where(tmp_path: Path, weft: Weft) -> None:
    said = " ".join(weft("plan", mesh=renamed(tmp_path, weft)).out.split())
    assert "1 of 1 consumer breaks ✗ network.routes delays.mean_delay it says" in said
    assert "and 'delay' is 'delay_minutes' now domains/network/routes/transforms/delays.sql:1" in said


def test_other_programs_are_told_each_consumer_with_its_path(tmp_path: Path, weft: Weft) -> None:
    (impact,) = weft("plan", "--json", mesh=renamed(tmp_path, weft)).object["impact"]
    assert (impact["line"], impact["kind"]) == ("operations.flights.departures@1", "column renamed")
    (consumer,) = impact["consumers"]
    assert (consumer["verdict"], consumer["waits"], consumer["distance"]) == ("broken", False, 1)
    assert consumer["path"] == ["operations.flights.departures@1.delay", "network.routes.delays@1.mean_delay"]


def test_a_plan_that_changes_no_promise_reaches_nobody(tmp_path: Path, weft: Weft) -> None:
    root = write_mesh(tmp_path, *planes_and_departures())
    assert weft("plan", "--json", mesh=root).object["impact"] == []

"""Runs tell what ran, what waits and why, what does not hold since when, and what is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import A, Made, Source, write_mesh
from tests.served import served, served_as

from weft.access import OWNER, Reader
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session

ASKS = {"Accept": "text/html"}
TOO_FEW = "- {type: library, metric: rowCount, mustBeGreaterThan: 1, description: Half of the fleet is missing.}"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("mesh")
    write_mesh(
        root,
        A(
            "fleet.planes",
            [Made("plane", {"tail": "string key"}, "SELECT tail FROM plane_file", quality=TOO_FEW)],
            [Source("plane_file", {"tail": "string"}, "tail\nN1\nN2\n")],
        ),
        A(
            "network.routes",
            [Made("delays", {"tail": "string key"}, "SELECT tail FROM plane")],
            reads=["fleet.planes.plane"],
        ),
        A(
            "weather.stations",
            [Made("station", {"code": "string key"}, "SELECT code FROM station_file")],
            [Source("station_file", {"code": "string"}, "code\nJFK\n")],
        ),
    )
    folder = next(root.rglob("stations"))
    (folder / "build.yaml").write_text("schedule: '@daily'\n")
    with open_session(root) as found:
        found.apply(found.plan())
        next(root.rglob("plane_file.csv")).write_text("tail\nN1\n")
        found.refresh()
        found.apply(found.plan())
        yield found


@pytest.fixture(scope="module")
def client(session: Session) -> Iterator[httpx.Client]:
    with served(application(Serving(session, lambda request: OWNER))) as found:
        yield found


def page(client: httpx.Client, path: str) -> str:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 200, answer.text
    return answer.text


def run_of(client: httpx.Client) -> str:
    """The one whose product failed; others may have begun since."""
    return re.findall(r'href="(/runs/2[^"?#]+)"', page(client, "/runs?state=failed"))[0]


def test_a_run_is_listed_with_what_came_of_it(client: httpx.Client) -> None:
    shown = page(client, "/runs")
    assert "fleet.planes failed" in shown and "3 products published" in shown and "1 product waited" in shown


def test_runs_are_narrowed_by_name_and_state(client: httpx.Client) -> None:
    assert "1 run<" in page(client, "/runs?name=weather") and "2 runs<" in page(client, "/runs?name=fleet")
    assert "No run is like that" in page(client, "/runs?name=weather&state=failed")
    assert "No run is like that" in page(client, "/runs?name=nobody.knows")


def test_a_run_tells_each_step_with_why_and_whom_to_ask(client: httpx.Client) -> None:
    shown = page(client, run_of(client))
    assert "Why it failed" in shown and "Why it waited" in shown and "waits for fleet.planes" in shown
    assert 'href="/domains/fleet"' in shown and "plane@1" in shown


def test_what_does_not_hold_is_told_in_words_with_since_when(client: httpx.Client) -> None:
    shown = page(client, "/runs/checks")
    assert "more than 1" in shown and "Half of the fleet is missing." in shown
    assert "mustBe" not in shown and "since <time" in shown
    assert "Nothing is amiss there" in page(client, "/runs/checks?name=weather")


def test_what_waits_is_told_with_how_many_are_behind_it(client: httpx.Client) -> None:
    shown = page(client, "/runs/waiting")
    assert "1 product downstream keeps what is there" in shown and "network.routes" in shown
    assert "weather.stations" not in shown


def test_what_is_due_next_stands_in_the_schedule(client: httpx.Client) -> None:
    shown = page(client, "/runs/schedule")
    assert "every day at 00:00 UTC" in shown and "weather.stations" in shown and "in time" in shown
    assert "2 products say no schedule" in shown


def test_a_part_of_the_page_is_asked_for_while_something_runs(client: httpx.Client, session: Session) -> None:
    over = client.get(f"{run_of(client)}?part=live", headers=ASKS)
    assert "<html" not in over.text and over.headers["weft-running"] == "false"
    run = session.registry.journal.begin("prod", "apply", "ann")
    try:
        answer = client.get("/runs?part=rows", headers=ASKS)
        assert answer.headers["weft-running"] == "true" and "<html" not in answer.text
        assert "It has done nothing yet" in page(client, f"/runs/{run}")
    finally:
        session.registry.journal.end(run, "cancelled")


def test_whoever_may_not_know_of_a_product_is_told_nothing_of_its_runs(session: Session) -> None:
    with served_as(session, Reader("eve@example.org")) as client:
        for path in ("/runs", "/runs/checks", "/runs/waiting", "/runs/schedule"):
            assert client.get(path, headers=ASKS).status_code == 200


@pytest.mark.parametrize("path", ["/runs?page=0", "/runs/nothing", "/runs?page=x"])
def test_what_is_not_there_is_said(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers=ASKS).status_code in (404, 422)

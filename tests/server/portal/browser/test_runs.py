"""Runs in a browser: what still runs is shown as it goes on, and nothing jumps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import OWNER_OF, Served

from weft.names import RunId


@pytest.fixture
def begun(mesh: Served) -> Iterator[tuple[Served, RunId]]:
    """A run that goes on until the test ends it."""
    from tests.server.portal.browser.serving import crowd

    crowd(mesh)
    run = mesh.session.registry.journal.begin("prod", "apply", "ana")
    yield mesh, run
    mesh.session.registry.journal.end(run, "cancelled")


def test_what_runs_is_shown_until_it_is_over(walks: Walks, begun: tuple[Served, RunId]) -> None:
    served, run = begun
    walk = walks(served, who=OWNER_OF["fleet"]).open(f"/runs/{run}")
    walk.sees("running", "So far", "It has done nothing yet.")
    served.session.registry.journal.end(run, "succeeded")
    expect(walk.page.get_by_text("succeeded").first).to_be_visible(timeout=8_000)


def test_the_list_follows_what_runs(walks: Walks, begun: tuple[Served, RunId]) -> None:
    served, run = begun
    walk = walks(served, who=OWNER_OF["fleet"]).open("/runs")
    expect(walk.page.get_by_role("cell", name="running").first).to_be_visible()
    served.session.registry.journal.end(run, "failed", "its disk was full")
    expect(walk.page.get_by_role("cell", name="failed", exact=False).first).to_be_visible(timeout=8_000)


def test_a_run_is_read_step_by_step(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=OWNER_OF["analytics"]).open("/runs").follow("apply")
    walk.unfold("analytics.punctuality").sees("by_carrier@1", re.compile("it was never built"))


def test_what_does_not_hold_leads_to_its_table(walks: Walks, demo: Served) -> None:
    walk = walks(demo, who=OWNER_OF["analytics"]).open("/runs").follow("Not holding")
    walk.sees(re.compile("since"), re.compile("Promised")).follow("operations.flights.departures@1")
    assert "/tables/operations.flights.departures@1" in walk.page.url


def test_runs_are_narrowed_by_a_form(walks: Walks, demo: Served) -> None:
    walk = (
        walks(demo, who=OWNER_OF["analytics"]).open("/runs").fill("Of", "fleet").choose("State", "failed").press("Show")
    )
    walk.sees("No run is like that.")

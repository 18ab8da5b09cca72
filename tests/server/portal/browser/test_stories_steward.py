"""A steward follows a column from the number in a dashboard to the file that it comes from. By mouse, and by keyboard alone."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import STEWARD, Served
from tests.server.portal.browser.walking import Means

TABLE, COLUMN = "analytics.punctuality.by_carrier", "mean_arrival_delay"
SAYS = f"/tables/{TABLE}#{COLUMN}"
"""The link under a number: a dashboard says by it what the number is."""


@pytest.mark.parametrize("means", get_args(Means))
def test_a_number_is_followed_to_its_file(demo: Served, walks: Walks, means: Means) -> None:
    walk = walks(demo, means).open(SAYS).sign_in(STEWARD).is_at(SAYS)
    walk.follow(COLUMN).heading(COLUMN).follow("Lineage", walk.page.get_by_role("main")).sees(
        "Where it comes from", "data/flights.csv.zip"
    )
    walk.follow("What happens on the way").is_at(re.compile("#steps$"))
    walk.follow("operations.flights.departures.arrival_delay_minutes").heading("arrival_delay_minutes")
    walk.sees("arr_delay", "data/flights.csv.zip")
    walk.follow("operations.flights").heading("What it is").sees("Flight operations")


@pytest.mark.parametrize("means", get_args(Means))
def test_what_a_broken_promise_reaches_is_found_from_its_check(demo: Served, walks: Walks, means: Means) -> None:
    """Down the mesh: who computes with a column is told beside where it comes from."""
    walk = walks(demo, means).open("/tables/operations.flights.departures").sign_in(STEWARD)
    walk.sees("does not hold").follow("arrival_delay_minutes").heading("arrival_delay_minutes")
    walk.follow("Lineage", walk.page.get_by_role("main"))
    walk.sees("What is computed from it").follow(f"{TABLE}.{COLUMN}").heading(COLUMN)

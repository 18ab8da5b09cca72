"""Pictures over time say each value with its moment, and stretch without stretching words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weft.server.portal.series import Point, columns, lasted, trace

BEGAN = datetime(2026, 11, 1, 6, tzinfo=UTC)
POINTS = [Point(BEGAN + timedelta(days=day), float(day), f"{day} rows") for day in range(6)]


def test_each_value_says_its_moment_and_itself() -> None:
    picture = str(columns("Rows", POINTS).picture)
    assert picture.count("<title data-at=") == 6
    assert '<title data-at="2026-11-03T06:00:00Z">3 November 2026, 06:00 UTC: 2 rows</title>' in picture
    assert "<text" not in picture


def test_days_are_below_and_clocks_only_within_two_days() -> None:
    assert [tick.at.day for tick in columns("Rows", POINTS).ticks] == [1, 4, 6]
    assert not columns("Rows", POINTS).ticks[0].clock
    assert [tick.clock for tick in columns("Rows", POINTS[:2]).ticks] == [True, True]


def test_what_failed_is_drawn_as_its_share() -> None:
    half = Point(BEGAN, 10, "5 of 10 failed", "bad", 0.5)
    picture = str(columns("Checks", [half]).picture)
    assert 'class="mark bad"' in picture and picture.count('height="48.0"') == 2


def test_a_promise_is_a_line_across_and_lies_within_the_picture() -> None:
    found = trace("Age", POINTS, limit=(10, "promised: 10"))
    assert 'class="limit" d="M0 0.0' in str(found.picture)
    assert (found.most, found.limit) == ("10", "promised: 10")


def test_steps_hold_until_the_next_value() -> None:
    assert "H64.0 V" in str(trace("Rows", POINTS, shape="steps").picture)


@pytest.mark.parametrize("draw", [columns, trace])
def test_nothing_measured_is_an_empty_picture(draw: object) -> None:
    assert draw("Rows", []).ticks == ()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0123, "12 ms"),
        (4.21, "4.21 s"),
        (90, "1.5 min"),
        (86_400, "24 h"),
        (4 * 86_400, "4 days"),
        (40_000_000, "463 days"),
    ],
)
def test_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert lasted(seconds) == said


def test_what_is_said_of_a_value_is_no_markup() -> None:
    nasty = Point(BEGAN, 1, "<script>alert(1)</script>")
    for draw in (columns, trace):
        assert "<script>" not in str(draw("Rows", [nasty, nasty]).picture)

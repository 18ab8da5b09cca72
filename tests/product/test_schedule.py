"""When a product asks to be built, as moments and in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weft.product.schedule import Schedule

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""A Saturday."""


@pytest.mark.parametrize(
    ("said", "before", "after", "words"),
    [
        ("@daily", "2026-11-21 00:00", "2026-11-22 00:00", "every day at 00:00 UTC"),
        ("@hourly", "2026-11-21 12:00", "2026-11-21 13:00", "every hour"),
        ("0 6 * * *", "2026-11-21 06:00", "2026-11-22 06:00", "every day at 06:00 UTC"),
        ("30 6,18 * * *", "2026-11-21 06:30", "2026-11-21 18:30", "every day at 06:30 and 18:30 UTC"),
        ("0 6 * * mon", "2026-11-16 06:00", "2026-11-23 06:00", "every Monday at 06:00 UTC"),
        ("0 6 * * 7", "2026-11-15 06:00", "2026-11-22 06:00", "every Sunday at 06:00 UTC"),
        ("0 6 1 * *", "2026-11-01 06:00", "2026-12-01 06:00", "on day 1 of every month at 06:00 UTC"),
        ("*/15 * * * *", "2026-11-21 12:00", "2026-11-21 12:15", "*/15 * * * *"),
        ("0 0 13 * fri", "2026-11-20 00:00", "2026-11-27 00:00", "0 0 13 * fri"),
        ("0 0 29 2 *", "2024-02-29 00:00", "2028-02-29 00:00", "0 0 29 2 *"),
    ],
)
def test_a_schedule_says_when(said: str, before: str, after: str, words: str) -> None:
    schedule = Schedule.parse(said)
    found = [moment and f"{moment:%Y-%m-%d %H:%M}" for moment in (schedule.before(NOON), schedule.after(NOON))]
    assert (*found, schedule.words) == (before, after, words)


def test_a_day_that_never_comes_is_none() -> None:
    assert Schedule.parse("0 0 31 2 *").after(NOON) is None


@pytest.mark.parametrize(
    "said", ["daily", "60 * * * *", "* * * * frog", "* * * *", "*/0 * * * *", "9-5 * * * *", "1- * * * *"]
)
def test_what_is_no_schedule_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="'"):
        Schedule.parse(said)

"""Dates and time stamps by day: what is missing, what lies ahead, how many rows a day and a month have. All in UTC, of all rows."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from weft.profile.ground import Ground, Held
from weft.profile.values import Bin, MomentFacts, Spread

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
BINS = 24
Days = dict[date, int]
PLAUSIBLE_DAYS = 150 * 366
"""Beyond it, what is missing between the first day and the last is not counted."""


def look_at_moments(ground: Ground) -> None:
    for column in ground.of("moment"):
        days, beyond = _days(column, ground)
        facts = ground.facts[column.at]
        midnights = facts.pop("midnights", 0)
        facts["moment"] = facts_of_days(days, ground.now, midnights, beyond)
        facts["histogram"] = _bins(days)


def _days(column: Held, ground: Ground) -> tuple[Days, int]:
    """Rows by day, and the rows of days that no calendar of Python's has."""
    c = column.sql
    day = f"CAST({c} AS DATE)"
    rows = ground.looking.rows(
        f"SELECT CASE WHEN d BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN d END, sum(n) FROM "
        f"(SELECT {day} AS d, count(*) AS n FROM {ground.t} WHERE {c} IS NOT NULL GROUP BY d) GROUP BY 1 ORDER BY 1"
    )
    found = {day: int(count) for day, count in rows if day is not None}
    return found, sum(int(count) for day, count in rows if day is None)


def facts_of_days(days: Days, now: datetime, midnights: int = 0, beyond: int = 0) -> MomentFacts:
    """`days` are those that have rows, with how many, in order."""
    likely = {day: rows for day, rows in days.items() if EARLIEST <= day < LATEST}
    today = now.astimezone(UTC).date()
    future = sum(rows for day, rows in days.items() if day > today)
    unlikely = sum(days.values()) - sum(likely.values()) + beyond
    past = [day for day in days if day <= today]
    age = float((today - past[-1]).days) if past else None
    if not likely:
        return MomentFacts(len(days), future=future, unlikely=unlikely, midnights=midnights, newest_age_days=age)
    known = sorted(likely)
    gap = max(
        (after - before).days for before, after in zip(known, [*known[1:], known[-1] + timedelta(1)], strict=True)
    )
    weeks = {(day - timedelta(day.weekday())) for day in known}
    months = Counter[int]()
    for day, rows in likely.items():
        months[day.year * 12 + day.month] += rows
    whole = (known[-1] - known[0]).days + 1
    return MomentFacts(
        days=len(days),
        months=len(months),
        missing_days=whole - len(known),
        missing_weeks=(max(weeks) - min(weeks)).days // 7 + 1 - len(weeks),
        missing_months=max(months) - min(months) + 1 - len(months),
        longest_gap_days=gap - 1,
        future=future,
        unlikely=unlikely,
        midnights=midnights,
        newest_age_days=age,
        by_day=_spread({day.toordinal(): rows for day, rows in likely.items()}),
        by_month=_spread(months),
    )


def _spread(rows: Mapping[int, int]) -> Spread | None:
    first, last = min(rows), max(rows)
    if last - first < 2 or last - first > PLAUSIBLE_DAYS:
        return None
    within = [rows.get(at, 0) for at in range(first + 1, last)]
    empty = within.count(0)
    return Spread(len(within), empty, min(within), max(within), statistics.fmean(within), statistics.pstdev(within))


def _bins(days: Days) -> tuple[Bin, ...]:
    """Equal bins of whole days; days before 1900 and after 2100 stand in the first and the last."""
    likely = [day for day in days if EARLIEST <= day < LATEST] or list(days)
    if not likely:
        return ()
    first, last = min(likely), max(likely)
    whole = (last - first).days + 1
    width = -(-whole // BINS)
    bins = -(-whole // width)
    counts = [0] * bins
    for day, rows in days.items():
        counts[min(max((day - first).days // width, 0), bins - 1)] += rows
    starts = [first + timedelta(at * width) for at in range(bins)]
    ends = [min(start + timedelta(width - 1), last) for start in starts]
    return tuple(
        Bin(low.isoformat(), high.isoformat(), rows) for low, high, rows in zip(starts, ends, counts, strict=True)
    )

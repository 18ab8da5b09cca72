"""Dates and moments: how new the newest is, days without rows, rows by day and by month, the hour of the day."""

from __future__ import annotations

from collections.abc import Iterator

from weft.profile.suggesting.drafts import Draft, between
from weft.profile.suggesting.facts import ColumnFacts, Facts

NEAR_DAYS = 60
"""A newest day that is never older than this tells how new the table is; older ones are birthdays and the like."""


def moments(facts: Facts) -> Iterator[ColumnFacts]:
    return (column for column in facts.columns if column.family == "moment" and all(column.lows))


def recency(facts: Facts) -> Iterator[Draft]:
    """The newest row is as old as it uses to be, to a quarter of a day."""
    for column in moments(facts):
        if max(low[0] for low in column.lows) > NEAR_DAYS:
            continue
        age = "MIN(CURRENT_DATE - CAST({property} AS DATE))"
        body = {"type": "sql", "query": f"SELECT {age} FROM {{object}}"}
        yield Draft(
            "recency",
            column,
            f"{column.name} is recent",
            "timeliness",
            body,
            (age,),
            between(lambda _, __: 0.25),
            says="Days since the newest row",
        )


def days(facts: Facts) -> Iterator[Draft]:
    """Days with rows, of those from the first to the last; and rows of the day that has fewest and most."""
    for column in moments(facts):
        spans = [high[0] - low[0] + 1 for low, high in zip(column.lows, column.highs, strict=True)]
        if min(spans) < 2 or max(spans) > 4000:
            continue
        day = "CAST({property} AS DATE)"
        missing = f"MAX({day}) - MIN({day}) + 1 - COUNT(DISTINCT {day})"
        body = {"type": "sql", "query": f"SELECT {missing} FROM {{object}}"}
        yield Draft(
            "missing days",
            column,
            f"{column.name} leaves out no day",
            "completeness",
            body,
            (missing,),
            between(lambda _, __: 0.1, low=False),
            says="Days without rows between the first and the last",
        )
        count = f"COUNT(DISTINCT {day})"
        body = {"type": "sql", "query": f"SELECT {count} FROM {{object}}"}
        yield Draft(
            "days",
            column,
            f"{column.name} has all its days",
            "completeness",
            body,
            (count,),
            between(lambda _, __: 0.1, floor=0),
            says="Days that have rows",
        )
        yield from _by_period(column, "daily", "day", day, min(spans))
        if min(spans) >= 90:
            month = "EXTRACT(YEAR FROM {property}) * 12 + EXTRACT(MONTH FROM {property})"
            yield from _by_period(column, "monthly", "month", month, min(spans) / 30)


def _by_period(column: ColumnFacts, kind: str, noun: str, period: str, periods: float) -> Iterator[Draft]:
    if min(column.values) < 5 * periods:
        return
    for which, said in (("MIN", "fewest"), ("MAX", "most")):
        inner = f"SELECT COUNT(*) AS records FROM {{object}} WHERE {{property}} IS NOT NULL GROUP BY {period}"
        query = f"SELECT {which}(records) FROM ({inner}) AS {noun}s"
        body = {"type": "sql", "query": query}
        name = f"the {noun} of {column.name} with the {said} rows has as many as ever"
        yield Draft(
            f"{kind} records",
            column,
            name,
            "completeness",
            body,
            (f"({query})",),
            between(lambda m, _: max(m, 1) ** 0.5),
            about=said,
            says=f"Rows of the {noun} that has the {said}",
        )


def hours(facts: Facts) -> Iterator[Draft]:
    for column in moments(facts):
        if column.type.upper() == "DATE":
            continue
        mean = "AVG(EXTRACT(HOUR FROM {property}))"
        body = {"type": "sql", "query": f"SELECT {mean} FROM {{object}}"}
        yield Draft(
            "hour",
            column,
            f"{column.name} is at the usual hour",
            "accuracy",
            body,
            (mean,),
            between(lambda _, b: 7 / (b.total / b.batches) ** 0.5),
            says="Mean hour of the day",
        )

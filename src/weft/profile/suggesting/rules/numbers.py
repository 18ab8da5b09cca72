"""Numbers, ages of dates and lengths of texts: where they lie, their mean, their spread, their distribution."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from weft.profile.suggesting.chances import rows_beyond
from weft.profile.suggesting.drafts import Budget, Draft, Series, Settle, between, never_seen, shown
from weft.profile.suggesting.facts import EXTREMES, PARTS, ColumnFacts, Facts
from weft.profile.suggesting.rules.lists import distribution, listed
from weft.profile.suggesting.values import FalseAlarms, LeftOut, Suggestion

WHAT = {"number": "", "moment": "Age in days: ", "text": "Length: "}
DISTRIBUTION_FREE = "rows beyond all earlier ones, whatever the distribution, of rows drawn alike"


def ordered(facts: Facts) -> Iterator[ColumnFacts]:
    """Columns whose values have an order that means something: no key, which is a name."""
    for column in facts.columns:
        if (
            column.family in WHAT
            and all(column.lows)
            and not column.is_constant
            and (column.family != "number" or not column.is_key)
        ):
            yield column


def ranges(facts: Facts) -> Iterator[Draft]:
    """No more rows beyond all that was seen than the next batch brings by chance."""
    for column in ordered(facts):
        if listed(column):
            continue
        lows, highs = column.lows, [[-value for value in high] for high in column.highs]
        low, high = min(each[0] for each in lows), -min(each[0] for each in highs)
        condition = f"{column.ordered} < {shown(low) if _exact(low) else low} OR {column.ordered} > {shown(high) if _exact(high) else high}"
        body = {"type": "sql", "query": f"SELECT COUNT(*) FROM {{object}} WHERE {condition}"}
        noun = {"number": "range", "moment": "range of dates", "text": "range of lengths"}[column.family]
        says = f"{WHAT[column.family]}{shown(low):,} to {shown(high):,} in {sum(column.values):,} rows."
        yield Draft(
            "range",
            column,
            f"{column.name} stays in its {noun}",
            "conformity",
            body,
            (),
            _in_range(lows, highs),
            says=says,
        )


def _exact(value: float) -> bool:
    return shown(value) == value


def _in_range(lows: Sequence[Sequence[float]], highs: Sequence[Sequence[float]]) -> Settle:
    def settle(draft: Draft, _: Series, budget: Budget) -> Suggestion | LeftOut | None:
        fixed = _is_wall(lows) and _is_wall(highs)
        most = 0 if fixed else rows_beyond(1, budget.batches, budget.chance / 2) - 1
        seen = [_beyond(lows, at) + _beyond(highs, at) for at in range(len(lows))]
        if max(seen) > most:
            most = min(2 * max(seen), EXTREMES)
        if max(seen) >= EXTREMES:
            return draft.left_out("one batch has many rows beyond all the others")
        alarms = sum(one > most for one in seen)
        rate = (
            never_seen(budget.batches)
            if fixed
            else FalseAlarms(2 * (1 / (budget.batches + 1)) ** (most + 1), DISTRIBUTION_FREE, alarms, budget.batches)
        )
        threshold = {"mustBe": 0} if most == 0 else {"mustBeLessOrEqualTo": most}
        return draft.suggestion(threshold, draft.says, rate, "warning")

    return settle


def _is_wall(extremes: Sequence[Sequence[float]]) -> bool:
    """Whether values end at a wall: two thirds of all batches have the very extreme."""
    least = min(each[0] for each in extremes)
    return 3 * sum(each[0] == least for each in extremes) >= 2 * len(extremes)


def _beyond(extremes: Sequence[Sequence[float]], at: int) -> int:
    """Rows of a batch that lie beyond all others'."""
    others = min(each[0] for number, each in enumerate(extremes) if number != at)
    return sum(value < others for value in extremes[at])


def means(facts: Facts) -> Iterator[Draft]:
    for column in ordered(facts):
        if column.family == "text":
            continue
        mean = f"AVG({column.ordered})"
        body = {"type": "sql", "query": f"SELECT {mean} FROM {{object}}"}
        least = _counting(column)
        half = _counting(column, 0.5)
        yield Draft(
            "mean",
            column,
            f"{column.name} is the same on the mean",
            "accuracy",
            body,
            (mean,),
            between(least),
            says=f"{WHAT[column.family]}mean",
        )
        spread = f"STDDEV_SAMP({column.ordered})"
        body = {"type": "sql", "query": f"SELECT {spread} FROM {{object}}"}
        yield Draft(
            "spread",
            column,
            f"{column.name} varies as ever",
            "accuracy",
            body,
            (spread,),
            between(half, floor=0),
            says=f"{WHAT[column.family]}standard deviation",
        )


def _counting(column: ColumnFacts, times: float = 1.0) -> Callable[[float, Budget], float]:
    """The spread of a mean that there is by which rows are in the batch."""
    spreads = [one or 0.0 for one in column.deviations]
    rows = max(sum(column.values) / len(column.values), 1)
    return lambda _, __: times * sum(spreads) / len(spreads) / math.sqrt(rows)


def distributions(facts: Facts) -> Iterator[Draft]:
    """Shares of eight parts that were of equal size."""
    for column in ordered(facts):
        if listed(column) or not all(column.cuts):
            continue
        cuts = sorted({float(f"{sum(each) / len(each):.4g}") for each in zip(*column.cuts, strict=True)})
        if len(cuts) < 2 or len(cuts) > PARTS:
            continue
        measured = column.ordered
        conditions = [f"{measured} < {shown(cuts[0])}"]
        conditions += [f"{measured} >= {shown(a)} AND {measured} < {shown(b)}" for a, b in pairwise(cuts)]
        conditions.append(f"{measured} >= {shown(cuts[-1])}")
        yield distribution(column, conditions, f"{WHAT[column.family]}distance of its distribution from the usual one")

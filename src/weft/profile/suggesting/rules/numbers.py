"""Numbers, ages of dates and lengths of texts: where they lie, their mean, their spread, their distribution."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from weft.profile.suggesting.chances import FEW, expected, rows_beyond
from weft.profile.suggesting.drafts import RESTLESS, Budget, Draft, Series, Settle, between, lowered, never_seen, shown
from weft.profile.suggesting.facts import PARTS, ColumnFacts, Facts
from weft.profile.suggesting.rules.lists import distribution, listed
from weft.profile.suggesting.rules.presence import percent_by_counting
from weft.profile.suggesting.values import FalseAlarms, LeftOut, Suggestion

WHAT = {"number": "", "moment": "Age in days: ", "text": "Length: "}
DISTRIBUTION_FREE = "rows beyond all earlier ones, whatever the distribution; where batches as wholes lie apart, one more of their extremes"


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
        if not listed(column):
            noun = {"number": "range", "moment": "range of dates", "text": "range of lengths"}[column.family]
            name = f"{column.name} stays in its {noun}"
            yield Draft("range", column, name, "conformity", {"type": "sql", "query": ""}, (), _in_range(column))


def _in_range(column: ColumnFacts) -> Settle:
    lows, highs = column.lows, [[-value for value in high] for high in column.highs]

    def settle(draft: Draft, _: Series, budget: Budget) -> Suggestion | LeftOut | None:
        if budget.batches < FEW:
            return draft.left_out(f"{budget.batches} batches are too few")
        fixed = _is_wall(lows) and _is_wall(highs)
        most = 0 if fixed else rows_beyond(1, budget.batches, budget.chance / 2) - 1
        bounds = [_bound(each, most, budget) for each in (lows, highs)]
        if None in bounds:
            return draft.left_out(RESTLESS)
        low, high = (lowered(bounds[0] or 0), -lowered(bounds[1] or 0))
        condition = f"{column.ordered} < {low} OR {column.ordered} > {high}"
        chance = 2 * (1 / (budget.batches + 1)) ** (most + 1)
        rate = never_seen(budget.batches) if fixed else FalseAlarms(chance, DISTRIBUTION_FREE, 0, budget.batches)
        least, greatest = min(each[0] for each in lows), -min(each[0] for each in highs)
        evidence = f"{WHAT[column.family]}{shown(least):,} to {shown(greatest):,} in {sum(column.values):,} rows."
        threshold = {"mustBe": 0} if most == 0 else {"mustBeLessOrEqualTo": most}
        said = draft.with_body(query=f"SELECT COUNT(*) FROM {{object}} WHERE {condition}")
        return said.suggestion(threshold, evidence, rate, "warning")

    return settle


def _bound(extremes: Sequence[Sequence[float]], most: int, budget: Budget) -> float | None:
    """The least that was seen; or, where whole batches lie lower than others, what may be expected of the value that `most` lie below."""
    least = min(each[0] for each in extremes)
    if _is_wall(extremes):
        return least
    found = expected([each[min(most, len(each) - 1)] for each in extremes], budget.chance)
    return None if found is None else min(least, found.low)


def _is_wall(extremes: Sequence[Sequence[float]]) -> bool:
    """Whether values end at a wall: two thirds of all batches have the very extreme."""
    least = min(each[0] for each in extremes)
    return 3 * sum(each[0] == least for each in extremes) >= 2 * len(extremes)


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


def _cut(column: ColumnFacts, middle: float) -> float:
    """Of days, lengths and whole numbers a whole one; else four digits."""
    is_whole = column.family != "number" or not column.type.startswith(("DOUBLE", "FLOAT", "DECIMAL"))
    return float(round(middle)) if is_whole else float(f"{middle:.4g}")


def distributions(facts: Facts) -> Iterator[Draft]:
    """Shares of eight parts that were of equal size."""
    for column in ordered(facts):
        if listed(column) or not all(column.cuts):
            continue
        cuts = sorted({_cut(column, sum(each) / len(each)) for each in zip(*column.cuts, strict=True)})
        if len(cuts) < 2 or len(cuts) > PARTS:
            continue
        measured = column.ordered
        conditions = [f"{measured} < {shown(cuts[0])}"]
        conditions += [f"{measured} >= {shown(a)} AND {measured} < {shown(b)}" for a, b in pairwise(cuts)]
        conditions.append(f"{measured} >= {shown(cuts[-1])}")
        yield distribution(column, conditions, f"{WHAT[column.family]}distance of its distribution from the usual one")


def fractions(facts: Facts) -> Iterator[Draft]:
    """The share of whole numbers: of rounded ones there are more."""
    for column in ordered(facts):
        if column.family != "number" or not column.type.startswith(("DOUBLE", "FLOAT", "DECIMAL")) or listed(column):
            continue
        share = (
            "100.0 * AVG(CASE WHEN {property} = FLOOR({property}) THEN 1.0 WHEN {property} IS NOT NULL THEN 0.0 END)"
        )
        body = {"type": "sql", "query": f"SELECT {share} FROM {{object}}"}
        settle = between(percent_by_counting, floor=0, ceiling=100)
        name = f"{column.name} has fractions as often as ever"
        yield Draft("fractions", column, name, "accuracy", body, (share,), settle, says="Percent of whole numbers")

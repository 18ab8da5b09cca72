"""Numbers: quantiles and outliers of the sample, and how all rows are distributed over equal bins."""

from __future__ import annotations

import math
from dataclasses import replace

from weft.profile.ground import Ground, Held
from weft.profile.values import Bin, Quantile, Value

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
BINS = 20
STRETCH = 4.0
"""Times that the bounds may be as far apart as the quantiles of 1 and 99 %, before bins are made of what lies between those."""
OUTLYING = 3.0
"""Spreads (IQR) outside the quartiles."""


def look_at_quantiles(ground: Ground) -> None:
    for column in ground.of("number", "moment"):
        number, c = column.family == "number", column.sql
        finite = f" WHERE isfinite({c})" if column.type in ("DOUBLE", "FLOAT") or not number else ""
        asked = (
            f"quantile_cont(CAST({c} AS DOUBLE), {list(SHARES)})"
            if number
            else f"quantile_disc({c}, {list(SHARES)})::VARCHAR[]"
        )
        ((values,),) = ground.looking.rows(f"SELECT {asked} FROM {ground.s}{finite}")
        if values and values[0] is not None:
            shown = [_round(value, column) if number else column.value(value) for value in values]
            ground.facts[column.at]["quantiles"] = tuple(map(Quantile, SHARES, shown))


def _round(value: float, column: Held) -> Value:
    whole = column.family == "number" and value == int(value) if math.isfinite(value) else False
    return int(value) if whole and abs(value) < 2**53 and "INT" in column.type else value


def look_at_bins(ground: Ground) -> None:
    """Over all rows. Whole numbers of few values have a bin each."""
    for column in ground.of("number"):
        facts = ground.facts[column.at]
        bounds = _bounds(column, ground)
        if bounds:
            facts["histogram"] = _histogram(column, bounds, ground)


def _bounds(column: Held, ground: Ground) -> tuple[float, float] | None:
    """Between which bins are equal: the bounds; where those are far out, what all but 2 % of the values lie within."""
    facts = ground.facts[column.at]
    if facts["minimum"] is None:
        return None
    low, high = float(facts["minimum"]), float(facts["maximum"])
    quantiles = {one.share: float(one.value) for one in facts.get("quantiles", ())}
    if not (math.isfinite(low) and math.isfinite(high)) or high - low > STRETCH * (quantiles[0.99] - quantiles[0.01]):
        low, high = quantiles.get(0.01, low), quantiles.get(0.99, high)
    return (low, high) if math.isfinite(high - low) else None


def _histogram(column: Held, bounds: tuple[float, float], ground: Ground) -> tuple[Bin, ...]:
    """The first and the last bin hold what lies outside, down to the minimum and up to the maximum."""
    low, high = bounds
    facts = ground.facts[column.at]
    each = facts["number"].is_whole and high - low < BINS
    bins, width = (int(high - low) + 1, 1.0) if each else (BINS if high > low else 1, (high - low) / BINS or 1.0)
    place = f"least(greatest(floor((CAST({column.sql} AS DOUBLE) - {low!r}) / {width!r}), 0), {bins - 1})::INTEGER"
    finite = f"AND isfinite({column.sql})" if column.type in ("DOUBLE", "FLOAT") else ""
    query = f"SELECT {place} AS b, count(*) FROM {ground.t} WHERE {column.sql} IS NOT NULL {finite} GROUP BY b"
    counted = dict(ground.looking.rows(query))
    lows = [low + at * width for at in range(bins)]
    highs = lows[:] if each else [*lows[1:], high]
    lows[0], highs[-1] = min(lows[0], _finite(facts["minimum"], low)), max(highs[-1], _finite(facts["maximum"], high))
    edges = [(int(a), int(b)) if each else (a, b) for a, b in zip(lows, highs, strict=True)]
    return tuple(Bin(a, b, int(counted.get(at, 0))) for at, (a, b) in enumerate(edges))


def _finite(bound: Value, other: float) -> float:
    number = float(bound) if isinstance(bound, int | float) else other
    return number if math.isfinite(number) else other


def count_outliers(ground: Ground) -> None:
    """Of all rows, and the digits after the point that values of the sample have."""
    asked: list[tuple[Held, str, str]] = []
    for column in ground.of("number"):
        quartiles = {one.share: float(one.value) for one in ground.facts[column.at].get("quantiles", ())}
        if quartiles:
            low, high = quartiles[0.25], quartiles[0.75]
            far = OUTLYING * (high - low)
            if far:
                asked.append(
                    (
                        column,
                        "outliers",
                        f"count(*) FILTER ({column.sql} < {low - far!r} OR {column.sql} > {high + far!r})",
                    )
                )
    if not asked:
        return
    row = ground.looking.rows(f"SELECT {', '.join(sql for *_, sql in asked)} FROM {ground.t}")[0]
    for (column, _, _), outliers in zip(asked, row, strict=True):
        facts = ground.facts[column.at]
        facts["number"] = replace(facts["number"], outliers=int(outliers))

"""Numbers: quantiles and outliers of the sample, and how all rows are distributed over equal bins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from weft.profile.ground import Ground, Held, numbers
from weft.profile.values import Bin, Quantile, Value

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
BINS = 20
EXACT = 2.0**53
"""Beyond it a float is not each whole number any more."""
STRETCH = 4.0
"""Times that the bounds may be as far apart as the quantiles of 1 and 99 %, before bins are made of what lies between those."""
CHUNK = 64
OUTLYING = 3.0
"""Spreads (IQR) outside the quartiles."""


def look_at_quantiles(ground: Ground) -> None:
    columns = list(ground.of("number", "moment"))
    if not columns:
        return
    row = ground.looking.rows(f"SELECT {', '.join(map(_quantiles, columns))} FROM {ground.s}")[0]
    for column, values in zip(columns, row, strict=True):
        if values and values[0] is not None:
            shown = [_round(one, column) if column.family == "number" else column.value(one) for one in values]
            ground.facts[column.at]["quantiles"] = tuple(map(Quantile, SHARES, shown))


def _quantiles(column: Held) -> str:
    c, shares = column.sql, list(SHARES)
    if column.family == "moment":
        return f"CAST(quantile_disc({c}, {shares}) FILTER (isfinite({c})) AS VARCHAR[])"
    finite = f" FILTER (isfinite({c}))" if column.type in ("DOUBLE", "FLOAT") else ""
    return f"quantile_cont(CAST({c} AS DOUBLE), {shares}){finite}"


def _round(value: float, column: Held) -> Value:
    whole = column.family == "number" and value == int(value) if math.isfinite(value) else False
    return int(value) if whole and abs(value) < 2**53 and "INT" in column.type else value


@dataclass(frozen=True, slots=True)
class Ruler:
    """Bins of equal width from `low` to `high`; of whole numbers, `is_whole`, each ends before the next begins."""

    column: Held
    low: float
    high: float
    bins: int
    width: float
    is_whole: bool

    def place(self, number: str) -> str:
        """The bin that a number stands in; the first and the last hold what lies outside."""
        return f"least(greatest(floor(({number} - {self.low!r}) / {self.width!r}), 0), {self.bins - 1})::INTEGER"


def look_at_bins(ground: Ground) -> None:
    """Over all rows. Whole numbers of few values have a bin each."""
    rulers = [ruler for column in ground.of("number") if (ruler := _ruler(column, ground))]
    counted = _counted_in_place(rulers, ground) if ground.is_sampled else _counted_by_value(rulers, ground)
    for ruler in rulers:
        ground.facts[ruler.column.at]["histogram"] = _histogram(ruler, counted[ruler.column.at], ground)


Counted = dict[int, dict[int, int]]


def _counted_in_place(rulers: Sequence[Ruler], ground: Ground) -> Counted:
    """Column by column: each is a scan of that column alone."""
    found: Counted = {}
    for ruler in rulers:
        c = ruler.column.sql
        finite = f"AND isfinite({c})" if ruler.column.type in ("DOUBLE", "FLOAT") else ""
        query = f"SELECT {ruler.place(f'CAST({c} AS DOUBLE)')} AS b, count(*) FROM {ground.t} WHERE {c} IS NOT NULL {finite} GROUP BY b"
        found[ruler.column.at] = dict(ground.looking.rows(query))
    return found


def _counted_by_value(rulers: Sequence[Ruler], ground: Ground) -> Counted:
    """All at once, from the distinct values."""
    found: Counted = {ruler.column.at: {} for ruler in rulers}
    if rulers:
        places = " ".join(f"WHEN {ruler.column.at} THEN {ruler.place('x')}" for ruler in rulers)
        values = f"SELECT col, n, try_cast(v AS DOUBLE) AS x FROM {ground.v} WHERE col IN ({numbers(one.column for one in rulers)})"
        query = f"SELECT col, CASE col {places} END AS b, sum(n) FROM ({values}) WHERE isfinite(x) GROUP BY col, b"
        for col, place, rows in ground.looking.rows(query):
            found[col][place] = int(rows)
    return found


def _ruler(column: Held, ground: Ground) -> Ruler | None:
    bounds = _bounds(column, ground)
    if bounds is None:
        return None
    low, high = bounds
    if ground.facts[column.at]["number"].is_whole and high - low < EXACT:
        low, high = float(math.floor(low)), float(math.ceil(high))
        step = math.ceil((high - low + 1) / BINS)
        return Ruler(column, low, high, math.ceil((high - low + 1) / step), float(step), True)
    width = (high - low) / BINS
    return Ruler(column, low, high, BINS if width else 1, width or 1.0, False)


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


def _histogram(ruler: Ruler, counted: Mapping[int, int], ground: Ground) -> tuple[Bin, ...]:
    """The first bin begins at the minimum, and the last ends at the maximum."""
    facts = ground.facts[ruler.column.at]
    lows = [ruler.low + at * ruler.width for at in range(ruler.bins)]
    highs = [*(low - ruler.is_whole for low in lows[1:]), ruler.high]
    lows[0] = min(lows[0], _finite(facts["minimum"], ruler.low))
    highs[-1] = max(highs[-1], _finite(facts["maximum"], ruler.high))
    edges = [(int(a), int(b)) if ruler.is_whole else (a, b) for a, b in zip(lows, highs, strict=True)]
    return tuple(Bin(a, b, int(counted.get(at, 0))) for at, (a, b) in enumerate(edges))


def _finite(bound: Value, other: float) -> float:
    number = float(bound) if isinstance(bound, int | float) else other
    return number if math.isfinite(number) else other


def count_decimals(ground: Ground) -> None:
    """Digits after the point, as values of the sample are spelt; not of those that are spelt with an exponent."""
    columns = numbers(c for c in ground.of("number") if not ground.facts[c.at]["number"].is_whole)
    digits = "max(length(rtrim(split_part(v, '.', 2), '0')))"
    query = f"SELECT col, {digits} FROM {ground.v} WHERE col IN ({columns}) AND NOT contains(v, 'e') GROUP BY col"
    for col, decimals in ground.looking.rows(query):
        ground.facts[col]["number"] = replace(ground.facts[col]["number"], decimals=decimals)


def count_outliers(ground: Ground) -> None:
    """Of all rows."""
    asked = [(column, far) for column in ground.of("number") if (far := _far(column, ground))]
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        counted = ", ".join(f"count(*) FILTER ({far})" for _, far in part)
        row = ground.looking.rows(f"SELECT {counted} FROM {ground.whole}")[0]
        for (column, _), rows in zip(part, row, strict=True):
            facts = ground.facts[column.at]
            facts["number"] = replace(facts["number"], outliers=int(rows))


def _far(column: Held, ground: Ground) -> str:
    quantiles = {one.share: float(one.value) for one in ground.facts[column.at].get("quantiles", ())}
    spread = quantiles[0.75] - quantiles[0.25] if quantiles else 0.0
    if not spread:
        return ""
    low, high = quantiles[0.25] - OUTLYING * spread, quantiles[0.75] + OUTLYING * spread
    return f"{column.sql} < {low!r} OR {column.sql} > {high!r}"

"""What is to be expected of the next batch, from the batches before it: bounds, and how often a clean batch breaks them.

Batches are taken as exchangeable. Source: Hahn & Meeker, Statistical Intervals, chapters 4 and 5 (prediction of one more value,
with and without a normal model); Good 1953 (values that were never seen).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

FEW = 5
"""Batches below which their spread says nothing."""
DRIFT_CHANCE = 0.0005
"""How seldom batches without a trend look as ordered as what is called a drift."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the next value is expected; `alarms` is how many batches lie outside bounds that were learnt from all the others."""

    low: float
    high: float
    rate: float
    alarms: int


def expected(values: Sequence[float], chance: float, least_deviation: float = 0.0) -> Bounds | None:
    """Bounds that a clean batch breaks with this chance, on either side together; None where the values are too restless for any.

    The wider of two models on each side: values are normal, or the logarithms of what they are above minus their mean. `least_deviation` is the spread that counting
    alone gives. Where a left-out batch breaks what the others say, bounds are widened by the whole range that was seen.
    """
    limits = _limits(values, chance, least_deviation)
    alarms = _alarms(values, lambda others: _limits(others, chance, least_deviation))
    if not alarms:
        return Bounds(*limits, chance, 0)

    def wide(others: Sequence[float]) -> tuple[float, float]:
        low, high = _limits(others, chance, least_deviation)
        span = max(others) - min(others)
        return min(low, min(others) - span), max(high, max(others) + span)

    left = _alarms(values, wide)
    return None if left else Bounds(*wide(values), max(chance, 1 / (len(values) + 1) ** 2), left)


def _limits(values: Sequence[float], chance: float, least: float) -> tuple[float, float]:
    low, high = _normal(values, chance, least)
    middle = math.fsum(values) / len(values)
    if min(values) <= 0 or middle <= least:
        return low, high
    # The mean is added, so that what is nearly nothing does not look as if it varied by orders of magnitude.
    logs = _normal([math.log(value + middle) for value in values], chance, least / (2 * middle))
    return min(low, math.exp(max(logs[0], -700)) - middle), max(high, math.exp(min(logs[1], 700)) - middle)


def _normal(values: Sequence[float], chance: float, least: float) -> tuple[float, float]:
    """One more value of a normal variable: mean and deviation are estimated from these."""
    count = len(values)
    mean = math.fsum(values) / count
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    reach = student(1 - chance / 2, count - 1) * max(deviation, least) * math.sqrt(1 + 1 / count)
    return mean - reach, mean + reach


def _alarms(values: Sequence[float], learn: Callable[[Sequence[float]], tuple[float, float]]) -> int:
    """How many values lie outside what is learnt from the others."""
    found = 0
    for at, value in enumerate(values):
        low, high = learn([*values[:at], *values[at + 1 :]])
        found += not low <= value <= high
    return found


def drifts(values: Sequence[float]) -> bool:
    """Whether values rise or fall with their order more than chance lets them (Spearman's rank correlation)."""
    count = len(values)
    if count < FEW or min(values) == max(values):
        return False
    ranks = _ranks(values)
    middle = (count - 1) / 2
    spread = math.fsum((rank - middle) ** 2 for rank in ranks)
    steps = math.fsum((at - middle) ** 2 for at in range(count))
    order = math.fsum((at - middle) * (rank - middle) for at, rank in enumerate(ranks)) / math.sqrt(spread * steps)
    if abs(order) >= 1:
        return count > FEW
    return abs(order) * math.sqrt((count - 2) / (1 - order**2)) > student(1 - DRIFT_CHANCE / 2, count - 2)


def _ranks(values: Sequence[float]) -> list[float]:
    """From 0; equal values share the mean of their ranks."""
    order = sorted(values)
    first = {value: at for at, value in reversed(list(enumerate(order)))}
    times = {value: order.count(value) for value in first}
    return [first[value] + (times[value] - 1) / 2 for value in values]


def rows_beyond(rows: int, batches: int, chance: float) -> int:
    """How many rows of one more batch lie beyond the extreme of all before it with no more than this chance; at least 1.

    Whatever the distribution, of rows drawn alike k rows beyond all `batches` earlier ones have the chance (1 / (batches + 1)) ** k.
    """
    return max(1, math.ceil(math.log(chance) / math.log(1 / (batches + 1)))) if rows else 1


def chance_of_new(times_seen: Sequence[int], batches: int) -> float:
    """The chance that one more batch has a value that none had, from in how many batches each value was.

    Good and Turing: as many new ones are expected as values stood in one batch alone; where none did, as those of two batches let expect.
    """
    once = sum(times == 1 for times in times_seen)
    twice = sum(times == 2 for times in times_seen)
    if once:
        return min(1.0, once / batches)
    return min(1.0, 2 * twice / (batches * max(batches - 1, 1)))


def are_all(times_seen: Sequence[int], batches: int) -> bool:
    """Whether the values that were seen are all there are: none of them is rare, each stood in half of the batches at least."""
    return min(times_seen, default=batches) * 2 >= batches


@cache
def student(share: float, freedom: int) -> float:
    """The quantile of Student's t distribution, for a share above a half."""
    low, high = 0.0, 10.0
    while _below(high, freedom) < share and high < 1e9:
        high *= 10
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
        if high - low <= 1e-9 * high:
            break
    return high


def _below(value: float, freedom: int) -> float:
    return 1 - _beta(freedom / 2, 0.5, freedom / (freedom + value * value)) / 2


def _beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function. Source: DLMF 8.17.22, by Lentz's method."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    found = d
    for m in range(1, 300):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * found

"""How often records of one fall into each level, found by expectation and maximisation over counted patterns of levels.

Splink's own stops where a level has no share at all, which few records bring about; here what is taken beforehand counts as a few pairs more.
Source: Fellegi and Sunter, A Theory for Record Linkage, 1969; Dempster, Laird and Rubin, 1977.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ITERATIONS = 50
CONVERGED = 1e-4
FEWEST_MATCHES = 0.5
Shares = Sequence[Sequence[float]]
"""By comparison and level."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many pairs fall into these levels, one for each comparison; None where a side has no value, or where it is not asked."""

    levels: tuple[int | None, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Model:
    """`ms` and `us` by comparison and level; `taken` is how many pairs what was taken beforehand counts as."""

    ms: Shares
    us: Shares
    taken: float


def expected(patterns: Sequence[Pattern], model: Model) -> list[list[float]]:
    """Expected numbers of pairs of one in each level of each comparison, over patterns of one block."""
    total = sum(one.pairs for one in patterns)
    share, ms = 0.5, [list(one) for one in model.ms]
    counts: list[list[float]] = [[0.0] * len(one) for one in ms]
    for _ in range(ITERATIONS if total else 0):
        counts, matches = _expect(patterns, _ratios(ms, model.us), share)
        share = min(max(matches, FEWEST_MATCHES) / total, 0.99)
        before, ms = ms, maximised(counts, model)
        if (
            max(abs(a - b) for one, other in zip(before, ms, strict=True) for a, b in zip(one, other, strict=True))
            < CONVERGED
        ):
            break
    return counts


def matches(patterns: Sequence[Pattern], ms: Shares, us: Shares, total: float) -> float:
    """How many of the pairs are of one, where they are among `total` that could be: repeated until it says what it was told."""
    ratios, found = _ratios(ms, us), max(FEWEST_MATCHES, sum(one.pairs for one in patterns) * 0.1)
    for _ in range(ITERATIONS):
        before = found
        _, said = _expect(patterns, ratios, min(before / max(total, 1.0), 0.5))
        found = max(said, FEWEST_MATCHES)
        if abs(found - before) < CONVERGED * before:
            break
    return found


def maximised(counts: Shares, model: Model) -> list[list[float]]:
    """Shares of counts, with what is taken beforehand."""
    return [
        [(count + model.taken * before) / (sum(one) + model.taken) for count, before in zip(one, taken, strict=True)]
        for one, taken in zip(counts, model.ms, strict=True)
    ]


def _ratios(ms: Shares, us: Shares) -> list[Mapping[int | None, float]]:
    return [
        {None: 1.0, **{at: m / u for at, (m, u) in enumerate(zip(one, other, strict=True))}}
        for one, other in zip(ms, us, strict=True)
    ]


def _expect(
    patterns: Sequence[Pattern], ratios: Sequence[Mapping[int | None, float]], share: float
) -> tuple[list[list[float]], float]:
    counts: list[list[float]] = [[0.0] * (len(one) - 1) for one in ratios]
    odds, matches = share / (1 - share), 0.0
    for pattern in patterns:
        factor = odds
        for ratio, level in zip(ratios, pattern.levels, strict=True):
            factor *= ratio[level]
        here = pattern.pairs * factor / (1 + factor)
        matches += here
        for count, level in zip(counts, pattern.levels, strict=True):
            if level is not None:
                count[level] += here
    return counts, matches

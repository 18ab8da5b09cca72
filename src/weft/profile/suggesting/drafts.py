"""A rule in the making: what it measures in every batch, and what is made of that once it is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from weft.profile.suggesting.chances import FEW, Bounds, are_all, chance_of_new, drifts, expected
from weft.profile.suggesting.facts import ColumnFacts
from weft.profile.suggesting.values import Dimension, FalseAlarms, LeftOut, Rule, Suggestion
from weft.standards.writing import OneLine

RESTLESS = "it differs too much from batch to batch for any bound"
DRIFTING = "it drifts, so that a bound would be wrong before long"
OFTENEST = 0.005
"""False alarms, as a share of runs, from which a rule is not worth having."""
NORMAL = "one more value of a normal variable, or of its logarithm, whichever is wider"


@dataclass(frozen=True, slots=True)
class Budget:
    """What all rules of a table may cost together, in false alarms, shared out alike: `chance` is for one of them."""

    chance: float
    batches: int
    rows: tuple[int, ...]
    is_split: bool = False

    @property
    def total(self) -> int:
        return sum(self.rows)


Series = Sequence[tuple[Any, ...]]
"""For each number of a draft its value in each batch."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`numbers` are measured in every batch, with ODCS's placeholders; `settle` makes a suggestion of what they were.

    `body` is how the rule measures it: the fields of an ODCS rule but its threshold. `instead_of` names kinds of the same column
    that say less, and are dropped where this one stands.
    """

    kind: str
    column: ColumnFacts | None
    name: str
    dimension: Dimension
    body: Rule
    numbers: tuple[str, ...]
    settle: Settle
    about: str = ""
    says: str = ""
    instead_of: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        return self.column.name if self.column else ""

    def suggestion(self, threshold: Mapping[str, Any], evidence: str, alarms: FalseAlarms, severity: str) -> Suggestion:
        told = f"{evidence} {told_alarms(alarms)}"
        rule = {"name": self.name, **self.body, **threshold, "dimension": self.dimension, "severity": severity}
        return Suggestion(self.kind, self.place, {**rule, "description": told}, evidence, alarms, self.about)

    def left_out(self, why: str) -> LeftOut:
        return LeftOut(self.kind, self.place, why)

    def with_body(self, **fields: Any) -> Draft:
        return replace(self, body={**self.body, **fields})


Settle = Callable[[Draft, Series, Budget], Suggestion | LeftOut | None]


def told_alarms(alarms: FalseAlarms) -> str:
    if alarms.at_most is not None:
        return f"False alarms expected: none, and at 95 % confidence in no more than {percent(alarms.at_most)} of runs."
    seen = (
        f"; of {alarms.batches} batches left out in turn, {alarms.alarms or 'none'} would have alarmed"
        if alarms.batches
        else ""
    )
    return f"False alarms expected: {percent(alarms.rate)} of runs{seen}."


def percent(share: float) -> str:
    """As people write it: two digits, and what is next to nothing as that."""
    value = 100 * share
    return "under 0.001 %" if value < 0.001 else f"{value:.2g} %" if value < 10 else f"{value:.0f} %"


def shown(number: float) -> float | int:
    """A number as a bound is written: six digits."""
    rounded = float(f"{number:.6g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def lowered(number: float) -> float | int:
    return _outward(number, math.floor)


def raised(number: float) -> float | int:
    return _outward(number, math.ceil)


def _outward(number: float, to: Callable[[float], int]) -> float | int:
    """Four digits, never inside of what was computed."""
    if not number or not math.isfinite(number):
        return 0
    digits = 3 - math.floor(math.log10(abs(number)))
    scaled = to(number * 10.0**digits)
    found = scaled / 10**digits if digits > 0 else scaled * 10.0**-digits
    return shown(found)


def said(values: Sequence[float]) -> str:
    """A series in a few words."""
    low, high = min(values), max(values)
    return (
        f"{shown(float(f'{low:.4g}')):,}"
        if low == high
        else f"{shown(float(f'{low:.4g}')):,} to {shown(float(f'{high:.4g}')):,}"
    )


def never_seen(batches: int) -> FalseAlarms:
    """Of what no batch did: the exact binomial bound (Clopper and Pearson)."""
    at_most = 1 - 0.05 ** (1 / batches)
    return FalseAlarms(0.0, "no batch did it; the bound is Clopper and Pearson's", 0, batches, at_most)


# What is made of a series: each is a `settle`.


def never(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
    """No row of any batch does it, so none may."""
    counts = series[0]
    if any(counts):
        return draft.left_out(f"{sum(counts):,} rows do it")
    rate = never_seen(budget.batches)
    return draft.suggestion({"mustBe": 0}, f"{draft.says}: none of {budget.total:,} rows.", rate, "error")


def no_more_than(most: int, rate: FalseAlarms, evidence: str) -> Settle:
    """A number of rows that was found beforehand."""

    def settle(draft: Draft, _: Series, __: Budget) -> Suggestion:
        threshold = {"mustBe": 0} if most == 0 else {"mustBeLessOrEqualTo": most}
        return draft.suggestion(threshold, evidence, rate, "warning")

    return settle


def only_known(times: Mapping[str, int], strangers: Sequence[int], evidence: str, noun: str) -> Settle:
    """Only what was seen before, from in how many batches each was; where some are rare, as many rows of others as new ones use to bring.

    `strangers` are the rows of each batch that have what stands in no other batch.
    """
    batches = len(strangers)
    if are_all(list(times.values()), batches):
        return no_more_than(0, never_seen(batches), evidence)
    fresh = max(chance_of_new(list(times.values()), batches), 1 / (batches + 1) ** 2)
    if fresh**3 > OFTENEST:
        return lambda draft, _, __: draft.left_out(
            f"in {percent(fresh)} of batches there is a {noun} that was never seen before"
        )
    most = 2 * max(strangers) + 2
    model = f"a {noun} that was never seen is expected in {percent(fresh)} of batches (Good and Turing), so many rows of them as the cube of that"
    return no_more_than(most, FalseAlarms(fresh**3, model, sum(rows > most for rows in strangers), batches), evidence)


def between(
    least: Callable[[float, Budget], float] | None = None,
    *,
    low: bool = True,
    high: bool = True,
    floor: float | None = None,
    ceiling: float = math.inf,
) -> Settle:
    """Bounds for one more value; `least` is the spread that counting alone gives, for the mean of the series."""

    def settle(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
        values = [float(value) for value in series[0] if value is not None and math.isfinite(float(value))]
        if len(values) < max(FEW, len(series[0])):
            return draft.left_out("some batches have no such number")
        if drifts(values) and not budget.is_split:
            return draft.left_out(DRIFTING)
        middle = math.fsum(values) / len(values)
        found = expected(values, budget.chance, least(middle, budget) if least else 1e-9 * abs(middle))
        if found is None:
            return draft.left_out(RESTLESS)
        threshold = _threshold(
            found, low=low and (floor is None or found.low > floor), high=high and found.high < ceiling
        )
        if threshold is None:
            return draft.left_out(RESTLESS) if high else None
        alarms = FalseAlarms(found.rate, NORMAL, found.alarms, len(values))
        return draft.suggestion(threshold, f"{draft.says}: {said(values)} in {len(values)} batches.", alarms, "warning")

    return settle


def _threshold(found: Bounds, *, low: bool, high: bool) -> Rule | None:
    """A bound that nothing can be beyond is not said."""
    bottom, top = lowered(found.low), raised(found.high)
    if low and high:
        return {"mustBeBetween": OneLine([bottom, top])}
    if high:
        return {"mustBeLessOrEqualTo": top}
    return {"mustBeGreaterOrEqualTo": bottom} if low else None

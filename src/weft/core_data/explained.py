"""Why two records are one, or are not: everything that speaks for it, as a value to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weft.product.core_data import CoreRule, Decision, RecordId, Thresholds

Verdict = Literal["same", "review", "different"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as it is compared: each field's standardized value, None where there is none; `core_id` is '' before it was published."""

    record: RecordId
    values: tuple[tuple[str, str | None], ...]
    core_id: str


@dataclass(frozen=True, slots=True)
class Term:
    """One step of the waterfall: what a comparison found, in which level, and its weight in bits. The first is `(prior)`."""

    comparison: str
    left: str | None
    right: str | None
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tied:
    """A pair that joined two records, and by what: a rule's name, 'weights' or 'decision'."""

    left: RecordId
    right: RecordId
    by: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Explained:
    """`verdict` is on this pair alone, `said` in words; `are_one` is what was published, `chain` the pairs that lead from one to the other.

    `speaks` are the rules that decide the pair, in order (the first decides); `met_in` is what brings the two to be compared, as a person
    says it, nothing where they never are. The weight is the sum of the terms' weights; both it and the probability are None where there are
    no comparisons.
    """

    left: Seen
    right: Seen
    speaks: tuple[CoreRule, ...]
    decisions: tuple[Decision, ...]
    met_in: tuple[str, ...]
    evidence: tuple[Term, ...]
    weight: float | None
    probability: float | None
    thresholds: Thresholds
    verdict: Verdict
    said: str
    are_one: bool
    chain: tuple[Tied, ...]

"""What is suggested of a table: rules of ODCS, each with its evidence and how often it is expected to alarm for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Dimension = Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]
Rule = Mapping[str, Any]
"""One ODCS quality rule as it is written."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """`rate` is the share of clean runs in which the check is expected to fail, by the `model` that is told.

    `alarms` of `batches` are those past batches that break what is learnt from all the others: what was seen, beside what is expected.
    """

    rate: float
    model: str
    alarms: int = 0
    batches: int = 0
    at_most: float | None = None
    """With 95 % confidence, where nothing but that it never happened is known."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One rule to take over. `id` is stable from run to run: `range(delay)`; `column` is empty where it is of the table."""

    kind: str
    column: str
    rule: Rule
    evidence: str
    false_alarms: FalseAlarms
    about: str = ""
    """What tells it from others of its kind and column: the other columns that it looks at."""

    @property
    def id(self) -> str:
        return f"{self.kind}({', '.join(part for part in (self.column, self.about) if part)})"

    @property
    def name(self) -> str:
        return str(self.rule["name"])


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was looked at and is not suggested, and why."""

    kind: str
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """All that is suggested of one table. `batches` are the past contents that it was learnt from, of `rows` rows together."""

    table: str
    batches: int
    rows: int
    learnt_from: str
    suggestions: tuple[Suggestion, ...]
    left_out: tuple[LeftOut, ...] = field(default=())

    @property
    def expected_rate(self) -> float:
        """The share of clean runs in which any of them is expected to fail: at most the sum."""
        return min(1.0, sum(one.false_alarms.rate for one in self.suggestions))

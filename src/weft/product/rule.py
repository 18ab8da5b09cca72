"""A governance rule as it was published into the registry, and a waiver of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

RuleKind = Literal["policy", "classifications", "access"]


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """One version of a rule's text; of each name the highest version binds, unless it retires the rule.

    `because` is why it was retired or published, as whoever did said it.
    """

    kind: RuleKind
    name: str
    version: int
    text: str
    who: str
    at: datetime
    is_retired: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """What a rule finds at some subjects is let pass, until the end of a day in UTC. Of a rule and subject the newest counts.

    `subject` is as the rule names it, or a pattern: `operations.*`. A waiver that is withdrawn ends at once.
    """

    rule: str
    subject: str
    reason: str
    who: str
    until: date
    at: datetime
    is_withdrawn: bool = False

    def holds(self, today: date) -> bool:
        return not self.is_withdrawn and today <= self.until

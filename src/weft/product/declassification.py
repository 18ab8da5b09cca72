"""A declassification: an owner's word, approved by governance, that a column is less confidential than what it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from weft.names import DomainName, LineName, domain_of

State = Literal["requested", "approved", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Declassification:
    """Keyed by `id`. Of one column of a line; without a column, of the row filters that the line inherits.

    `names` are the classifications, or the row filters, that are lifted: what others say of it stays. It ends after `until`, in UTC.
    """

    id: str
    line: LineName
    column: str
    names: tuple[str, ...]
    reason: str
    until: date
    asked_by: str
    asked_at: datetime
    state: State = "requested"
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    """What whoever decided said of it."""
    revision: int = 0
    """Grows with each change: who decides names the one that they saw."""

    @property
    def domain(self) -> DomainName:
        return domain_of(self.line)

    def standing(self, today: date) -> str:
        """Its state, and whether its time is over."""
        return "expired" if self.state == "approved" and today > self.until else self.state

    def is_in_force(self, today: date) -> bool:
        return self.state == "approved" and today <= self.until

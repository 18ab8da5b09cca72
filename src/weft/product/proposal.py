"""A proposal to extend a port by what a product keeps to itself: who asks for what and why, and what its owner answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from weft.names import DomainName, ProductName, domain_of

ProposalState = Literal["open", "accepted", "declined"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Keyed by `id`. `wanted` is what is asked for: a step's name, or `table.column`; `port` is the one to extend, where it is known.

    `who` asks, `answered_by` is of the product's domain; `version` is the port's where the answer names one that has it.
    """

    id: str
    product: ProductName
    wanted: str
    who: str
    reason: str
    use_case: str
    asked_at: datetime
    port: str = ""
    state: ProposalState = "open"
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    version: str = ""
    revision: int = 0

    @property
    def domain(self) -> DomainName:
        return domain_of(self.product)

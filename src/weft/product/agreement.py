"""An agreement: who may read which port, for what purpose, until when, on which terms; and each step of its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from weft.names import IDENTIFIER, DomainName, ProductName

State = Literal["requested", "half approved", "granted", "refused", "revoked"]
Standing = Literal["requested", "half approved", "granted", "refused", "revoked", "expired"]
Word = Literal[
    "requested",
    "approved",
    "granted",
    "refused",
    "revoked",
    "renewal asked",
    "renewal approved",
    "renewed",
    "renewal refused",
]
"""`approved` is the first of two levels; `granted` and `renewed` are what the last level says."""
OPEN: tuple[State, ...] = ("requested", "half approved")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody did to an agreement. `level` is 1 or 2 where an approver said it, else 0."""

    word: Word
    who: str
    at: datetime
    level: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract said of the port when it was asked for."""

    version: str = ""
    usage: str = ""
    limitations: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Keyed by `id`. `port` is `domain.product.port`, `line` the label of a major of it; later minors are covered.

    `reader` is a person's or a service's name, or a product's. `until` is the last day in force, in UTC; None before it is
    granted. `asked_until` is the day that is asked for, while a request or a renewal waits to be decided.
    """

    id: str
    reader: str
    port: str
    line: str
    purpose: str
    use_case: str
    requested_by: str
    requested_at: datetime
    role: str = ""
    state: State = "requested"
    until: date | None = None
    asked_until: date | None = None
    terms: Terms = Terms()
    rulings: tuple[Ruling, ...] = ()
    """All that was done to it, the oldest first."""
    revision: int = 0
    """Grows with each change: who decides names the one that they saw."""

    @property
    def product(self) -> ProductName:
        return ProductName(self.port.rpartition(".")[0])

    @property
    def domain(self) -> DomainName:
        return DomainName(self.port.partition(".")[0])

    @property
    def port_name(self) -> str:
        return self.port.rpartition(".")[2]

    def is_of(self, reader: str) -> bool:
        """Whether it is theirs: names are alike however they are capitalised."""
        return self.reader.casefold() == reader.casefold()

    @property
    def is_of_product(self) -> bool:
        """Whether it is a product that reads."""
        domain, dot, product = self.reader.partition(".")
        return bool(dot and IDENTIFIER.fullmatch(domain) and IDENTIFIER.fullmatch(product))

    @property
    def is_renewal(self) -> bool:
        """Whether it is in force or was, and more time is asked for."""
        return self.state == "granted" and self.asked_until is not None

    @property
    def is_open(self) -> bool:
        """Whether it waits to be decided."""
        return self.state in OPEN or self.is_renewal

    def standing(self, today: date) -> Standing:
        """Its state, and whether its time is over."""
        return "expired" if self.state == "granted" and not self.is_in_force(today) else self.state

    def is_in_force(self, today: date) -> bool:
        return self.state == "granted" and self.until is not None and today <= self.until

    @property
    def since(self) -> datetime | None:
        """When it was granted first."""
        return next((one.at for one in self.rulings if one.word == "granted"), None)

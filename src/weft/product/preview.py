"""A preview of a port: whom `build.yaml` shows it to, and what they said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from weft.errors import Place
from weft.names import ProductName

Word = Literal["good", "bad", "reason"]
"""What a verdict says; `reason` is the owner's, why a version goes stable without what is asked for."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`departures@1.3.0-beta.1` of `previews` in `build.yaml`: the products (`domain.product`) and people who may read it.

    `until` is the last day of it, in UTC; None says that it does not end.
    """

    port: str
    version: str
    invites: tuple[str, ...] = ()
    until: date | None = None
    place: Place = field(default=Place(""), compare=False)

    def is_over(self, today: date) -> bool:
        return self.until is not None and today > self.until

    def __str__(self) -> str:
        return f"{self.port}@{self.version}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one of the invited said of a preview, at that time; their newest counts. `given_by` is who typed it."""

    product: ProductName
    port: str
    version: str
    who: str
    word: Word
    comment: str
    at: datetime
    given_by: str = ""

"""What came of asking or deciding."""

from __future__ import annotations

from dataclasses import dataclass

from weft.product.agreement import Agreement
from weft.product.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exactly one of `agreement` and `proposal` is set. `is_changed` is whether this call did anything; `waits_for` decide next."""

    agreement: Agreement | None = None
    proposal: Proposal | None = None
    is_changed: bool = True
    waits_for: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

"""Whether whoever asks may: a decision of the table of permissions as a refusal."""

from __future__ import annotations

from weft.access import Action, Reader, allowed
from weft.errors import Refused


def allow(who: Reader, action: Action, domain: str = "") -> None:
    """Raises: Refused, with whom to ask."""
    decision = allowed(who, action, domain)
    if not decision.is_allowed:
        raise Refused(decision.reason, mend=decision.mend)

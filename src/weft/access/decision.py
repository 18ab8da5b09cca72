"""What was decided of a wish to see something, and why, in words that whoever asked is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` says why; `mend`, where it was refused, whom to ask and for what."""

    is_allowed: bool
    reason: str
    mend: str = ""

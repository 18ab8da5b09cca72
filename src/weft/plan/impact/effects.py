"""What each kind of change can do to whoever reads what changed."""

from __future__ import annotations

from typing import Literal

from weft.plan.changes.change import Change

Effect = Literal["takes away", "retypes", "unpromises", "means", "adds", "hides", "none"]
"""`takes away` what SQL names, `retypes` it, `unpromises` something of it, `means` otherwise, `adds` a column, `hides` from some readers."""

_EFFECTS: dict[str, Effect] = {
    "contract replaced": "takes away",
    "table removed": "takes away",
    "table called otherwise": "takes away",
    "column removed": "takes away",
    "column renamed": "takes away",
    "type widened": "retypes",
    "type narrowed": "retypes",
    "type changed": "retypes",
    "column added": "adds",
    "meaning changed": "means",
    "enum value added": "unpromises",
    "rule dropped": "unpromises",
    "rule weakened": "unpromises",
    "rule changed": "unpromises",
    "role dropped": "hides",
    "role changed": "hides",
    "classification raised": "hides",
}
BOUND: tuple[Effect, ...] = ("takes away", "retypes", "adds")
"""Of these, binding a consumer's own SQL again is the best evidence there is."""


def effect_of(change: Change) -> Effect:
    """A change that is nobody's trouble has none: told in the plan, and no consumer is listed for it."""
    found = _EFFECTS.get(change.kind)
    if found:
        return found
    return "unpromises" if change.breaks else "none"


def is_bound(change: Change) -> bool:
    """Whether consumers' SQL is to be bound again over what it leaves."""
    return effect_of(change) in BOUND

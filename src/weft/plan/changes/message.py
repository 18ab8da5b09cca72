"""The differences between two contracts as a message that other tools read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weft.plan.changes.change import Change, Impact
from weft.plan.changes.claims import least_version
from weft.product.contract import Contract
from weft.standards.omds import Compared, Difference, Level, Side, message

_LEVEL: dict[Impact, Level] = {"breaking": "MAJOR", "conditional": "MAJOR", "minor": "MINOR", "patch": "PATCH"}


def difference_message(old: Contract, new: Contract, changes: Iterable[Change]) -> dict[str, Any]:
    """In the form of OMDS. What nobody has settled counts as major, and its message says what would settle it."""
    changes = tuple(changes)
    least = least_version(old.semantic_version, changes)
    return message(
        Compared(
            Side(old.id, old.version),
            Side(new.id, new.version),
            tuple(_difference(change) for change in changes),
            suggested_version=str(least) if changes else "",
        )
    )


def _difference(change: Change) -> Difference:
    unsettled = {
        "binding": " (major unless every consumer's own SQL still binds)",
        "sight": " (major unless every reader still sees it)",
    }
    said = change.reason + (unsettled.get(change.settles or "", "") if change.impact == "conditional" else "")
    return Difference(
        type=change.act,
        section=change.section,
        field=change.field,
        path=change.path,
        level=_LEVEL[change.impact],
        before=change.before,
        after=change.after,
        message=said,
    )

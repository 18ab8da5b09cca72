"""What a new contract changes for the consumers of the old one, and the version that this deserves."""

from weft.plan.changes.change import UNKNOWN, Bridge, Change, Impact, Known, Rebind, all_judged, judged
from weft.plan.changes.claims import least_version, too_small, why_too_small, worst
from weft.plan.changes.comparing import contract_changes
from weft.plan.changes.kinds import KINDS
from weft.plan.changes.meaning import meaning_changes
from weft.plan.changes.message import difference_message
from weft.plan.changes.rules import RULES

__all__ = [
    "KINDS",
    "RULES",
    "UNKNOWN",
    "Bridge",
    "Change",
    "Impact",
    "Known",
    "Rebind",
    "all_judged",
    "contract_changes",
    "difference_message",
    "judged",
    "least_version",
    "meaning_changes",
    "too_small",
    "why_too_small",
    "worst",
]

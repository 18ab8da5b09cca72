"""All differences between two contracts, each judged for whoever reads the old one."""

from __future__ import annotations

from dataclasses import replace

from weft.plan.changes.change import UNKNOWN, Change, Known
from weft.plan.changes.pairs import Pair
from weft.plan.changes.rules import RULES
from weft.product.contract import Contract


def contract_changes(old: Contract, new: Contract, known: Known = UNKNOWN) -> tuple[Change, ...]:
    """In the order of RULES, and within each of the old contract; none where the two promise the same in the same words.

    The version itself is no difference: it is the claim that the differences are held against.
    """
    pair = Pair(old, new, known)
    return tuple(_reaching(change, known) for rule in RULES for change in rule(pair))


def _reaching(change: Change, known: Known) -> Change:
    """Who reads what changed; a change that is settled already names whom it breaks."""
    if change.affects or (change.settles and change.impact != "conditional"):
        return change
    return replace(change, affects=known.readers_of(change.table, change.column))

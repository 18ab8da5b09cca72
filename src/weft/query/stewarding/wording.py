"""Verdicts of core data in words, as the terminal and the portal say them."""

from __future__ import annotations

from weft.query.stewarding.values import Linked, Tied

BY = {"weights": "by the weights", "decision": "by a steward's decision", "alone": "by nothing: it stands alone"}


def chance(probability: float | None) -> str:
    """A probability in percent; what is next to nothing or to certain is not rounded to it."""
    if probability is None:
        return ""
    percent = 100 * probability
    shown = f"{percent:.1f}" if 0.1 <= percent <= 99.9 else f"{percent:.3f}"
    near = shown in ("100.000", "0.000") and percent not in (0, 100)
    return f"{'over 99.999' if near and percent > 50 else 'under 0.001' if near else shown.rstrip('0').rstrip('.')} %"


def decided_by(one: Linked) -> str:
    """What tied a record: a rule by its name, the weights, a decision."""
    return BY.get(
        one.decided_by, f"by the rule '{one.decided_by}'" if one.decided_by else "in a way that is not published"
    )


def verdict(found: Tied) -> str:
    """Whether two records are one, and what decided it, in a sentence or two."""
    return " ".join(part for part in (_whether(found), _steward(found)) if part)


def _whether(found: Tied) -> str:
    if found.is_one:
        return f"They are one, {found.left.core_id}: {_tie(found)}"
    ids = f"{found.left.core_id} and {found.right.core_id}"
    if found.decision and found.decision.verdict == "different":
        return f"They are two, {ids}, for a steward decided so."
    if found.pair:
        return f"They are two, {ids}, until a steward decides: {found.pair.reason or 'they wait for review'}."
    if found.near:
        return f"They are two, {ids}; what waits for review is a pair of other records of the two."
    return f"They are two, {ids}: no rule and no weight ties them."


def _tie(found: Tied) -> str:
    if not found.chain:
        return "which of its records were tied to which is not published."
    if len(found.chain) == 1:
        return f"tied to each other {decided_by(found.chain[0])}."
    return f"not tied to each other, but over {len(found.chain) - 1} more."


def _steward(found: Tied) -> str:
    if not found.decision:
        return ""
    why = f", for '{found.decision.why}'" if found.decision.why else ""
    return f"{found.decision.by or 'A steward'} decided on {found.decision.on} that they are {found.decision.verdict}{why}."

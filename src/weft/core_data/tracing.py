"""What decided each record: of the pairs that joined its cluster, the one that leads to the cluster's first record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weft.core_data.clustering import BY_DECISION, BY_RULE, Tie

ALONE, WEIGHTS, DECISION = "alone", "weights", "decision"


def deciding_ties(joined: Iterable[Tie]) -> Mapping[int, tuple[int, Tie]]:
    """For each record of a cluster of several: the record it was matched with, and the tie.

    The ties of a cluster are a tree; each record has the one towards the lowest record, and that one has its surest. So all ties are told.
    """
    ties: dict[int, list[Tie]] = {}
    for tie in joined:
        ties.setdefault(tie.left, []).append(tie)
        ties.setdefault(tie.right, []).append(tie)
    found: dict[int, tuple[int, Tie]] = {}
    for first in sorted(ties):
        if first not in found:
            surest = min(ties[first])
            found[first] = (_other(surest, first), surest)
            _descend(first, ties, found)
    return found


def _descend(first: int, ties: Mapping[int, list[Tie]], found: dict[int, tuple[int, Tie]]) -> None:
    waiting = [first]
    while waiting:
        record = waiting.pop()
        for tie in ties[record]:
            other = _other(tie, record)
            if other not in found:
                found[other] = (record, tie)
                waiting.append(other)


def _other(tie: Tie, record: int) -> int:
    return tie.right if tie.left == record else tie.left


def said_of(tie: Tie, rules: tuple[str, ...]) -> str:
    """`decided_by`: a steward's decision, a rule by its name, or the weights."""
    if tie.kind == BY_DECISION:
        return DECISION
    return rules[tie.rule] if tie.kind == BY_RULE else WEIGHTS

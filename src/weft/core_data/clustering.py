"""Pairs become clusters: the surest pair first, and none that would bring together what is held apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

BY_DECISION, BY_RULE, BY_WEIGHT = 0, 1, 2


class Tie(NamedTuple):
    """A pair that may be joined, in the order in which they are: a steward's, a rule's (by its place), then the heaviest."""

    kind: int
    rule: int
    lightness: float
    left: int
    right: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Refusal:
    tie: Tie
    reason: str


@dataclass(frozen=True, slots=True)
class Apart:
    """What holds records apart. `source_of` is the unique source of a record, -1 where it may have several; `stewards` are records that
    a steward holds apart; `differ` is why a rule does, '' where none does, asked only of `ruled` records.
    """

    source_of: Callable[[int], int]
    source_name: Callable[[int], str]
    stewards: Mapping[int, frozenset[int]]
    ruled: frozenset[int] = frozenset()
    differ: Callable[[int, int], str] = lambda left, right: ""


STEWARD = "a steward holds them apart"


class Clusters:
    """Records joined so far; a record that nothing was joined to is a cluster of itself."""

    def __init__(self, apart: Apart) -> None:
        self.apart = apart
        self.joined: list[Tie] = []
        self.refused: list[Refusal] = []
        self._parent: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}

    def root(self, record: int) -> int:
        parent = self._parent
        root = record
        while (above := parent.get(root, root)) != root:
            root = above
        while record != root:
            parent[record], record = root, parent.get(record, record)
        return root

    def members(self, root: int) -> list[int]:
        return self._members.get(root) or [root]

    def join(self, ties: Iterable[Tie]) -> None:
        for tie in ties:
            left, right = self.root(tie.left), self.root(tie.right)
            if left == right:
                continue
            if tie.kind != BY_DECISION and (reason := self.held_apart(left, right)):
                self.refused.append(Refusal(tie, reason))
            else:
                self._unite(min(left, right), max(left, right))
                self.joined.append(tie)

    def _unite(self, first: int, second: int) -> None:
        """The lowest record stands for all."""
        self._members[first] = self.members(first) + self._members.pop(second, [second])
        self._parent[second] = first

    def held_apart(self, left: int, right: int) -> str:
        """Why two clusters cannot be one, in words; '' where nothing holds them apart."""
        ours, theirs = self.members(left), self.members(right)
        return self._by_steward(ours, theirs) or self._by_source(ours, theirs) or self._by_rule(ours, theirs)

    def _by_steward(self, ours: list[int], theirs: list[int]) -> str:
        stewards = self.apart.stewards
        found = stewards and any(not stewards.get(one, frozenset()).isdisjoint(theirs) for one in ours)
        return STEWARD if found else ""

    def _by_source(self, ours: list[int], theirs: list[int]) -> str:
        source_of = self.apart.source_of
        held = {source for one in ours if (source := source_of(one)) >= 0}
        for one in theirs if held else ():
            if (source := source_of(one)) in held:
                return f"each has a record of {self.apart.source_name(source)}, which holds each once"
        return ""

    def _by_rule(self, ours: list[int], theirs: list[int]) -> str:
        ruled = self.apart.ruled
        if not ruled:
            return ""
        speaking = [one for one in theirs if one in ruled]
        for one in (one for one in ours if one in ruled) if speaking else ():
            if reason := next((said for other in speaking if (said := self.apart.differ(one, other))), ""):
                return reason
        return ""


def contradiction(same: Iterable[tuple[int, int]], different: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The first two records that stewards hold apart and, by others, the same."""
    nothing = Apart(lambda record: -1, str, {})
    clusters = Clusters(nothing)
    clusters.join(Tie(BY_DECISION, 0, 0.0, left, right) for left, right in same)
    return next(((left, right) for left, right in different if clusters.root(left) == clusters.root(right)), None)

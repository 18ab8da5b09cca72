"""Pairs become clusters: the surest pair first, and none that would bring together what is held apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
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
    """What holds records apart. `source_of` is the unique source of a record, -1 where it may have several; `stewards` are, by record,
    those that a steward holds apart from it; `said` is what a record says to the rules, where it says anything; `differ` is why a rule
    holds two records apart, '' where none does: equal of records that say the same.
    """

    source_of: Callable[[int], int]
    source_name: Callable[[int], str]
    stewards: Mapping[int, frozenset[int]]
    said: Mapping[int, Hashable] = field(default_factory=dict)
    differ: Callable[[int, int], str] = lambda left, right: ""


STEWARD = "a steward holds them apart"


@dataclass(slots=True)
class _Inside:
    """What can hold a cluster apart from another, each in the order in which it came: its unique sources, its records that a steward
    spoke of, and one record for each thing that is said to the rules. Of many records that are alike it is as small as of one.
    """

    sources: dict[int, None]
    stewarded: list[int]
    said: dict[Hashable, int]

    def add(self, other: _Inside) -> None:
        self.sources.update(other.sources)
        self.stewarded += other.stewarded
        for said, record in other.said.items():
            self.said.setdefault(said, record)


class Clusters:
    """Records joined so far; a record that nothing was joined to is a cluster of itself."""

    def __init__(self, apart: Apart) -> None:
        self.apart = apart
        self.joined: list[Tie] = []
        self.refused: list[Refusal] = []
        self._parent: dict[int, int] = {}
        self._inside: dict[int, _Inside] = {}

    def root(self, record: int) -> int:
        parent = self._parent
        root = record
        while (above := parent.get(root, root)) != root:
            root = above
        while record != root:
            parent[record], record = root, parent.get(record, record)
        return root

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
        inside = self._inside[first] = self._of(first)
        inside.add(self._of(second))
        self._inside.pop(second, None)
        self._parent[second] = first

    def _of(self, root: int) -> _Inside:
        return self._inside.get(root) or self._alone(root)

    def _alone(self, record: int) -> _Inside:
        source, apart = self.apart.source_of(record), self.apart
        return _Inside(
            {source: None} if source >= 0 else {},
            [record] if record in apart.stewards else [],
            {apart.said[record]: record} if record in apart.said else {},
        )

    def held_apart(self, left: int, right: int) -> str:
        """Why two clusters cannot be one, in words; '' where nothing holds them apart."""
        ours, theirs = self._of(left), self._of(right)
        return self._by_steward(ours, theirs) or self._by_source(ours, theirs) or self._by_rule(ours, theirs)

    def _by_steward(self, ours: _Inside, theirs: _Inside) -> str:
        stewards = self.apart.stewards
        found = any(not stewards[one].isdisjoint(theirs.stewarded) for one in ours.stewarded)
        return STEWARD if found else ""

    def _by_source(self, ours: _Inside, theirs: _Inside) -> str:
        source = next((one for one in theirs.sources if one in ours.sources), -1)
        return f"each has a record of {self.apart.source_name(source)}, which holds each once" if source >= 0 else ""

    def _by_rule(self, ours: _Inside, theirs: _Inside) -> str:
        found = (self.apart.differ(one, other) for one in ours.said.values() for other in theirs.said.values())
        return next((reason for reason in found if reason), "")


def contradiction(same: Iterable[tuple[int, int]], different: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The first two records that stewards hold apart and, by others, the same."""
    nothing = Apart(lambda record: -1, str, {})
    clusters = Clusters(nothing)
    clusters.join(Tie(BY_DECISION, 0, 0.0, left, right) for left, right in same)
    return next(((left, right) for left, right in different if clusters.root(left) == clusters.root(right)), None)

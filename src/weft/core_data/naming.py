"""Core ids: each made of the record that founds it, kept through merges and splits."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from weft.product.core_data import RecordId

LENGTH = 12
BEGUN, MERGED, SPLIT, MOVED, RETURNED, ENDED = "begun", "merged", "split", "moved", "returned", "ended"


def founded_id(prefix: str, record: RecordId, again: int = 0) -> str:
    """The id that a record founds: `HCP-` and 60 bits of a digest; another of it each time that `again` grows."""
    told = f"{len(record.source)}:{record.source}:{record.id}" + (f":{again}" if again else "")
    return f"{prefix}-{base64.b32encode(sha256(told.encode()).digest()).decode()[:LENGTH]}"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: `core_id` is who goes on, or is new; `other` whom the records belonged to before."""

    event: str
    core_id: str
    other: str
    why: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of ids. `held` is the id that a record had; `gone` are records that had one and are no more.

    `age` orders ids from the oldest on; `merged` are the ids that a record had before they were merged into others, the last first;
    `is_used` is whether a cluster that is not looked at has an id.
    """

    held: Mapping[RecordId, str]
    gone: Mapping[str, tuple[RecordId, ...]]
    age: Callable[[str], str]
    merged: Callable[[RecordId], Sequence[str]]
    is_used: Callable[[str], bool]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """`ids` of the clusters in their order, and what happened to ids."""

    ids: tuple[str, ...]
    events: tuple[Event, ...]


def named(clusters: Sequence[Sequence[RecordId]], before: Before, prefix: str) -> Named:
    """Each cluster's id. Clusters are in the order of their first records, and their records in theirs."""
    return _Naming(clusters, before, prefix).named()


class _Naming:
    def __init__(self, clusters: Sequence[Sequence[RecordId]], before: Before, prefix: str) -> None:
        self.clusters, self.before, self.prefix = clusters, before, prefix
        self.ids: dict[int, str] = {}
        self.taken: set[str] = set()
        self.fresh: dict[int, str] = {}
        self.had: dict[str, Counter[int]] = {}
        self.founders: dict[str, int] = {}

    def named(self) -> Named:
        self._look()
        self._keep()
        for at in range(len(self.clusters)):
            if at not in self.ids:
                self._begin(at)
        return Named(tuple(self.ids[at] for at in range(len(self.clusters))), tuple(self._events()))

    def _look(self) -> None:
        for at, records in enumerate(self.clusters):
            for record in records:
                if held := self.before.held.get(record):
                    self.had.setdefault(held, Counter())[at] += 1
        for held, where in self.had.items():
            if len(where) > 1:
                self._find_founder(held, where)

    def _find_founder(self, held: str, where: Iterable[int]) -> None:
        for at in where:
            if any(founded_id(self.prefix, record) == held for record in self.clusters[at]):
                self.founders[held] = at

    def _claims(self, held: str) -> list[int]:
        """Who may have an id: the cluster of its founder, then those with most of its records."""
        where = self.had[held]
        return sorted(where, key=lambda at: (self.founders.get(held) != at, -where[at], at))

    def _keep(self) -> None:
        """Every cluster keeps the oldest of the ids that it is first to have; what it does not keep goes to who is next and has none."""
        left = sorted(self.had, key=lambda held: (self.before.age(held), -max(self.had[held].values()), held))
        claims, turn = {held: self._claims(held) for held in left}, 0
        while left:
            for held in left:
                if (at := claims[held][turn]) not in self.ids:
                    self.ids[at] = held
                    self.taken.add(held)
            turn += 1
            left = [held for held in left if held not in self.taken and turn < len(claims[held])]

    def _begin(self, at: int) -> None:
        returned = next(
            (one for record in self.clusters[at] for one in self.before.merged(record) if self._is_free(one)), ""
        )
        self.ids[at] = returned or self._founded(at)
        self.taken.add(self.ids[at])
        self.fresh[at] = RETURNED if returned else BEGUN

    def _founded(self, at: int) -> str:
        again = 0
        while True:
            for record in self.clusters[at]:
                if self._is_free(found := founded_id(self.prefix, record, again)):
                    return found
            again += 1

    def _is_free(self, one: str) -> bool:
        return one not in self.taken and one not in self.had and not self.before.is_used(one)

    def _events(self) -> Iterable[Event]:
        for at, records in enumerate(self.clusters):
            yield from self._events_of(at, records)
        for held, gone in sorted(self.before.gone.items()):
            if held not in self.taken and held not in self.had:
                yield Event(ENDED, held, "", "its records are no more", _texts(gone))

    def _events_of(self, at: int, records: Sequence[RecordId]) -> Iterable[Event]:
        core_id = self.ids[at]
        came: dict[str, list[RecordId]] = {}
        for record in records:
            if (held := self.before.held.get(record)) and held != core_id:
                came.setdefault(held, []).append(record)
        if at in self.fresh and not came and not self.before.is_first:
            yield Event(self.fresh[at], core_id, "", "new records", _texts(records))
        for held, moved in sorted(came.items()):
            yield Event(self._what(at, held), core_id, held, "", _texts(moved))

    def _what(self, at: int, held: str) -> str:
        if held not in self.taken:
            return MERGED
        return (RETURNED if self.fresh[at] == RETURNED else SPLIT) if at in self.fresh else MOVED


def _texts(records: Iterable[RecordId]) -> tuple[str, ...]:
    return tuple(str(record) for record in records)

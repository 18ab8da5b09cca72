"""What a change does to one consumer, as a value with its evidence; and all that one change does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from weft.errors import Place
from weft.names import LineName
from weft.plan.changes.change import Change

Verdict = Literal["broken", "affected", "untouched"]
WEIGHT: dict[Verdict, int] = {"broken": 0, "affected": 1, "untouched": 2}


ConsumerKind = Literal["product", "person"]
"""A product reads by its input ports; a person or service by what it asks, which the query log has."""


class Cell(NamedTuple):
    """A column of a line; an empty column is the table as a whole."""

    line: LineName
    column: str

    def __str__(self) -> str:
        return f"{self.line}.{self.column}" if self.column else self.line


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a consumer's SQL cannot make its tables any more: its own `columns` that it loses (none: all of its `lines`)."""

    lines: tuple[LineName, ...]
    message: str
    place: Place
    columns: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """One consumer of what changed: a product, or who asked (`kind`). `columns` are its own that change or are lost, `path` leads from what changed to the first of them.

    `query` is the file that reads what changed, or through which the change comes. `distance` is 1 where the consumer reads the
    changed line itself, and one more for each product between.
    """

    consumer: str
    verdict: Verdict
    because: str
    columns: tuple[Cell, ...] = ()
    path: tuple[Cell, ...] = ()
    query: Place = field(default=Place(""))
    distance: int = 1
    kind: ConsumerKind = "product"
    loses_promise: bool = False
    """Whether something that it reads is promised no longer, or less: its SQL goes on, and may meet what it never met."""
    may_lose_sight: bool = False
    """Whether it breaks only if it may not see what it reads any more, which nobody knows."""
    agreement: str = ""
    """The id of the agreement by which somebody is concerned who did not ask lately."""
    misses: tuple[str, ...] = ()
    """What it wrote down that it expects, and that nobody promises any more, in words."""

    @property
    def is_direct(self) -> bool:
        return self.distance == 1

    @property
    def waits(self) -> bool:
        """Whether it breaks only because what it reads cannot be made anew: it stays on the data of before."""
        return self.verdict == "broken" and not self.is_direct


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom one change of a line reaches: those that break first, the nearest first, then by name. No change: the line itself is gone."""

    line: LineName
    change: Change | None
    consumers: tuple[Reached, ...]

    @property
    def is_worth_a_word(self) -> bool:
        """What could break somebody is told with the evidence even where it does not; what could not, only where it concerns somebody."""
        may_break = self.change is None or self.change.breaks or self.change.settles
        return bool(may_break) or any(one.verdict != "untouched" for one in self.consumers)

    def of(self, verdict: Verdict) -> tuple[Reached, ...]:
        return tuple(one for one in self.consumers if one.verdict == verdict)

    @property
    def direct(self) -> tuple[Reached, ...]:
        """The products that read the line itself."""
        return tuple(one for one in self.consumers if one.is_direct and one.kind == "product")

    @property
    def nearest(self) -> tuple[Reached, ...]:
        """Those, and the people and services that read it."""
        return tuple(one for one in self.consumers if one.is_direct)


def broken_by(reach: Reach) -> tuple[str, ...]:
    """The products that read the line itself and break, and the people who may read it no longer."""
    return tuple(one.consumer for one in reach.nearest if one.verdict == "broken")


def in_all(reaches: Iterable[Reach]) -> tuple[Reached, ...]:
    """Each consumer once, by the worst that any of the changes does to it."""
    worst: dict[str, Reached] = {}
    for one in (one for reach in reaches for one in reach.consumers):
        known = worst.get(one.consumer)
        if known is None or _rank(one) < _rank(known):
            worst[one.consumer] = one
    return in_order_of_weight(worst.values())


def in_order_of_weight(found: Iterable[Reached]) -> tuple[Reached, ...]:
    return tuple(sorted(found, key=lambda one: (*_rank(one), one.consumer)))


def _rank(one: Reached) -> tuple[int, int]:
    return 4 * WEIGHT[one.verdict] + one.may_lose_sight - one.loses_promise - bool(one.misses), one.distance

"""Pairs and core ids as a steward sees them, and the waterfall that leads from two records at random to what is thought of two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from weft.errors import Misuse
from weft.product.core_data import RecordId

PRIOR = "(prior)"
Side = tuple[str, str]
"""A source and an id in it."""
Key = tuple[str, str, str, str]
"""A pair: source and id of its left record, then of its right one."""


def record_of(said: str) -> RecordId:
    """`source:id` as a record; an id may hold colons. Raises: Misuse."""
    source, colon, id = said.partition(":")
    if not (source and colon and id):
        raise Misuse(f"'{said}' is no record", mend="Write source:id, as the crosswalk has them.")
    return RecordId(source, id)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison of two records. `weight` is in bits: 1 makes it twice as likely that they are one, -1 half as likely."""

    comparison: str
    level: str
    weight: float
    left: str | None = None
    right: str | None = None

    @property
    def is_prior(self) -> bool:
        return self.comparison == PRIOR


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall: from the sum before to the sum after it, in bits."""

    comparison: str
    level: str
    weight: float
    before: float
    after: float


def waterfall(evidence: Sequence[Evidence]) -> tuple[Step, ...]:
    """Every comparison as a bar that begins where the one before it ended."""
    return tuple(_steps(evidence))


def _steps(evidence: Sequence[Evidence]) -> Iterator[Step]:
    at = 0.0
    for one in evidence:
        yield Step(one.comparison, one.level, one.weight, at, at + one.weight)
        at += one.weight


def likely(weight: float) -> float:
    """The probability that a sum of weights stands for."""
    return 1 / (1 + 2.0**-weight) if weight > -1000 else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that wait for a steward. `reason` says why nobody but a person decides. Values are None where they are not for whoever asks."""

    left: RecordId
    right: RecordId
    left_core: str
    right_core: str
    probability: float | None
    weight: float | None
    reason: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> Key:
        return self.left.source, self.left.id, self.right.source, self.right.id


@dataclass(frozen=True, slots=True)
class Sought:
    """Which pairs are looked at. `decided` are left out: what a steward wrote of them is not applied yet.

    `source` is one that either record is of; probabilities are inclusive. `most` 0 is all of them.
    """

    source: str = ""
    least: float = 0.0
    greatest: float = 1.0
    most: int = 20
    skip: int = 0
    decided: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one product, the surest first. `same` and `review` are its thresholds; `masked` are columns whose values are withheld."""

    product: str
    entity: str
    id_column: str
    same: float
    review: float
    waiting: int
    """That are as was sought."""
    pairs: tuple[Pair, ...]
    published_at: datetime | None = None
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """A record of the crosswalk: why it is where it is, and with which record that was decided."""

    record: RecordId
    core_id: str
    probability: float | None = None
    weight: float | None = None
    decided_by: str = ""
    matched_with: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """One field of an entity: the value that survived, how many sources say it, how many say anything, and how many values there are."""

    field: str
    value: str | None
    agreeing: int
    saying: int
    variants: int


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the ids' history: what became of `core_id`, and with which `other`."""

    at: datetime
    event: str
    core_id: str
    other: str
    why: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoreRecord:
    """All that is known of one core id. Where it is no more, `records` is empty and the history says what became of it."""

    product: str
    entity: str
    core_id: str
    values: tuple[tuple[str, str | None], ...]
    records: tuple[Linked, ...]
    fields: tuple[Agreed, ...]
    history: tuple[Happened, ...]
    waiting: tuple[Pair, ...]
    masked: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    """What its team publishes no table of: corroboration, history."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a steward decided of a pair, as it was applied."""

    verdict: str
    by: str
    on: str
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """Two records as they are compared now, where their sources are. `values` are a field, the left record's and the right one's.

    `rules` speak of them, the first of which decides; `met_in` is what brings them to be compared, nothing where they never are.
    """

    values: tuple[tuple[str, str | None, str | None], ...]
    evidence: tuple[Evidence, ...]
    probability: float | None
    weight: float | None
    rules: tuple[str, ...]
    met_in: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Tied:
    """Two records: where each is, and what ties them or keeps them apart.

    `chain` leads from the left record to the right one over who was matched with whom, where both have one core id. `pair` is theirs in
    the review, `near` are pairs of the review between other records of the two ids.
    """

    product: str
    entity: str
    left: Linked
    right: Linked
    same: float
    review: float
    chain: tuple[Linked, ...] = ()
    decision: Standing | None = None
    pair: Pair | None = None
    near: tuple[Pair, ...] = ()
    history: tuple[Happened, ...] = ()
    masked: tuple[str, ...] = ()
    withholds_values: bool = False
    weighed: Weighed | None = None
    not_weighed: str = ""
    """Why they were not."""

    @property
    def is_one(self) -> bool:
        return bool(self.left.core_id) and self.left.core_id == self.right.core_id

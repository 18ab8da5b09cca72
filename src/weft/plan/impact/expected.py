"""What consumers wrote down that they expect, where a change leaves it promised by nobody: said with whom it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from weft.names import LineName, ProductName
from weft.plan.changes.change import Change
from weft.plan.impact.effects import effect_of
from weft.plan.impact.reached import Reach, Reached, in_order_of_weight
from weft.plan.impact.web import Web
from weft.plan.promised import Promise, asks, no_longer_promised
from weft.product.checks import Check
from weft.product.contract import Contract
from weft.product.expectations import Expectation, expectations_of, place_of
from weft.product.mesh import Mesh


class Missed(NamedTuple):
    """One thing that a consumer expects of a line, and the promise of it that goes."""

    expectation: Expectation
    check: Check
    promise: Promise

    def __str__(self) -> str:
        place, what = place_of(self.expectation, self.check), f"{self.check.id} {asks(self.check)}".strip()
        return f"it expects {what} ({place}), which was promised ({self.promise.said}) and is no longer"


def missed_of(line: LineName, promise: tuple[Contract, Contract], web: Web, before: Mesh) -> tuple[Missed, ...]:
    """All that the direct readers of a line expect of it which its old contract promises and its new one does not."""
    old, new = promise
    expected = (one for reader in web.readers.get(line, ()) for one in expectations_of(reader.product, before))
    return tuple(
        Missed(*found) for found in no_longer_promised(old, new, (one for one in expected if one.line == line))
    )


def with_missed(reach: Reach, missed: Iterable[Missed]) -> Reach:
    """A consumer whose expectation rested on the promise loses it, whatever its SQL reads."""
    by_consumer: dict[ProductName, list[Missed]] = {}
    for one in missed if reach.change else ():
        if reach.change and _takes(reach.change, one.check):
            by_consumer.setdefault(one.expectation.consumer, []).append(one)
    if not by_consumer:
        return reach
    return replace(reach, consumers=in_order_of_weight(_told(reach.consumers, by_consumer)))


def _told(consumers: Sequence[Reached], missed: Mapping[ProductName, Sequence[Missed]]) -> Iterator[Reached]:
    for one in consumers:
        found = missed.get(ProductName(one.consumer), ()) if one.is_direct and one.kind == "product" else ()
        yield _missing(one, tuple(map(str, found))) if found else one


def _missing(one: Reached, said: tuple[str, ...]) -> Reached:
    because = "; ".join(said)
    if one.verdict == "broken":
        return replace(one, because=f"{one.because}; {because}", misses=said)
    return replace(one, verdict="affected", because=because, loses_promise=True, misses=said)


def _takes(change: Change, check: Check) -> bool:
    """Whether it may be this change by which what is checked is promised no longer: it is of the same part of the contract."""
    if effect_of(change) not in ("takes away", "retypes", "unpromises"):
        return False
    if check.kind == "serviceLevel":
        return change.section == "slaProperties"
    if change.column:
        return change.column in check.columns
    return bool(change.table) and (not check.columns or not change.kind.startswith(("grain", "unit")))

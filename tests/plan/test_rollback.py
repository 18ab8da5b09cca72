"""Where a rollback leads, and who was built on what it withdraws."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weft.errors import Refused, Unknown
from weft.names import LineName, ProductName, RunId, SnapshotId, sortable_id
from weft.plan.rollback import resting_on, rollback
from weft.product.environment import Published, Stood
from weft.product.snapshot import Pointer, Recorded

NOW = datetime.now(UTC)
A, B, C = (LineName(f"d.{name}.t@1") for name in "abc")
OLD, NEW, OF_B, OF_C = (SnapshotId(sortable_id()) for _ in range(4))
PRODUCT = ProductName("d.a")


def pointer(line: LineName, snapshot: SnapshotId, **parts: str) -> Pointer:
    return Pointer(line, snapshot, "f", 7, NOW, RunId("r"), parts={k.replace("_", " "): v for k, v in parts.items()})


def published(revision: int, snapshot: SnapshotId, kind: str = "published") -> Published:
    return Published(revision, kind, f"run{revision}", "ann", NOW, "d", {A: Stood(snapshot, "f")})


def recorded(*pointers: Pointer) -> Recorded:
    return Recorded(9, "prod", {p.line: p for p in pointers}, {PRODUCT: "d"})


STANDS = recorded(pointer(A, NEW), pointer(B, OF_B, read_t=NEW), pointer(C, OF_C, through_t=OF_B))


def test_it_leads_to_the_last_that_stood_elsewhere() -> None:
    publishes = (published(7, NEW), published(6, NEW), published(5, OLD), published(1, OF_C))
    found = rollback(PRODUCT, STANDS, publishes)
    assert (found.to.revision, found.expects, found.withdrawn) == (5, 7, {NEW: A})


def test_it_leads_to_a_run_or_a_revision_that_is_named() -> None:
    publishes = (published(7, NEW), published(5, OLD), published(1, OF_C))
    assert rollback(PRODUCT, STANDS, publishes, "run1").to.revision == 1
    assert rollback(PRODUCT, STANDS, publishes, "5").to.revision == 5
    with pytest.raises(Unknown, match="by run or revision 'run2'"):
        rollback(PRODUCT, STANDS, publishes, "run2")


def test_it_does_not_go_back_to_what_was_withdrawn_before() -> None:
    publishes = (published(8, OLD, "rolled back"), published(7, NEW), published(5, OLD), published(1, OF_C))
    stands = recorded(pointer(A, OLD))
    assert rollback(PRODUCT, stands, publishes).to.revision == 1


def test_what_stands_there_already_is_refused() -> None:
    with pytest.raises(Refused, match="already"):
        rollback(PRODUCT, STANDS, (published(7, NEW), published(5, OLD)), "7")


def test_what_is_gone_is_refused_and_what_is_kept_is_named() -> None:
    gone = replace(published(5, OLD), gone=(A,))
    with pytest.raises(Refused, match=r"not kept any more. Still kept: revision 1"):
        rollback(PRODUCT, STANDS, (published(7, NEW), gone, published(1, OF_C)))


def test_dependants_are_followed_through_steps_and_over_products() -> None:
    assert resting_on(STANDS, {NEW: A}) == {B: A, C: A}


def test_what_was_built_on_something_else_does_not_rest_on_it() -> None:
    stands = recorded(pointer(A, NEW), pointer(B, OF_B, read_t=OLD))
    assert resting_on(stands, {NEW: A}) == {}

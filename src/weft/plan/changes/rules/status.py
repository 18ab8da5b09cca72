"""Where a contract stands in its life."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_contract


def status(pair: Pair) -> Iterator[Change]:
    """That a line ends takes nothing from its data while it lasts: readers are told, and retiring has a gate of its own."""
    old, new = pair.old.status, pair.new.status
    if old == new:
        return
    at = of_contract("status")
    if new in ("deprecated", "retired"):
        yield Change("line ending", at, "minor", f"it was {old} and is {new}: readers are told to move on", old, new)
    else:
        yield Change("status changed", at, "patch", f"it was {old} and is {new}", old, new)

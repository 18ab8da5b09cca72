"""The contract's id: input ports name it."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_contract


def identity(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.id, pair.new.id
    if old != new:
        reason = f"consumers name this contract '{old}' in their input ports, and nothing answers to that any more"
        yield Change("contract replaced", of_contract("id"), "breaking", reason, old, new)

"""The terms of use: what it costs, what it is for, and what it is not for; consumers are asked to take note."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Act, Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_contract


def terms(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    for what, at, before, after in (
        ("price", of_contract("price"), old.price, new.price),
        ("usage", of_contract("description", "usage"), old.usage, new.usage),
        ("limitations", of_contract("description", "limitations"), old.limitations, new.limitations),
    ):
        if " ".join(before.split()) != " ".join(after.split()):
            act: Act = "CHANGE" if before and after else "ADD" if after else "REMOVE"
            reason = f"the {what} of this data changed: consumers are asked to take note of it"
            yield Change("terms changed", at, "minor", reason, before or None, after or None, act, acknowledge=True)

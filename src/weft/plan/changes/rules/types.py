"""The type of a column: wider, narrower, or another."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change, Rebind
from weft.plan.changes.lattice import widens
from weft.plan.changes.pairs import ColumnPair, Pair
from weft.plan.changes.spots import of_column


def types(pair: Pair) -> Iterator[Change]:
    for columns in pair.columns:
        if columns.old.type != columns.new.type:
            yield _change(columns)


def _change(columns: ColumnPair) -> Change:
    table, old, new = columns
    at = of_column(table, old.name, "physicalType")
    if widens(old.type, new.type):
        reason = f"{new.type} holds every {old.type}, but what is computed from it changes its type too"
        rebind = Rebind(table, new.name, new.type)
        return Change("type widened", at, "conditional", reason, old.type, new.type, settles="binding", rebind=rebind)
    if widens(new.type, old.type):
        reason = f"{new.type} holds less than {old.type}: what consumers compare, join and keep may no longer fit"
        return Change("type narrowed", at, "breaking", reason, old.type, new.type)
    reason = f"{new.type} is another type than {old.type}: it is compared, computed and shown differently"
    return Change("type changed", at, "breaking", reason, old.type, new.type)

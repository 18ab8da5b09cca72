"""The values that a column may have."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import ColumnPair, Pair
from weft.plan.changes.spots import Spot, of_column
from weft.product.contract import Scalar


def enums(pair: Pair) -> Iterator[Change]:
    for columns in pair.columns:
        yield from _values(columns, of_column(columns.table, columns.old.name, "enum"))
        yield from _closing(
            columns, of_column(columns.table, columns.old.name, "closedEnum", within="customProperties")
        )


def _values(columns: ColumnPair, at: Spot) -> Iterator[Change]:
    name, old, new = columns.old.name, columns.old.limits.enum, columns.new.limits.enum
    if old and not new:
        reason = f"'{name}' was one of {_listed(old)}, and may now be anything"
        yield Change("enum dropped", at, "breaking", reason, old, None, "REMOVE")
        return
    if new and not old:
        yield Change("enum promised", at, "minor", f"'{name}' is now one of {_listed(new)}", None, new, "ADD")
        return
    if added := _without(new, old):
        yield _added(columns, added, at)
    if removed := _without(old, new):
        yield Change(
            "enum value removed", at, "minor", f"'{name}' is no longer {_listed(removed)}", removed, None, "REMOVE"
        )


def _added(columns: ColumnPair, added: tuple[Scalar, ...], at: Spot) -> Change:
    name, values = columns.old.name, _listed(added)
    if columns.old.closed_enum:
        reason = f"'{name}' promised a closed list (closedEnum), and may now be {values}"
        return Change("closed enum grew", at, "breaking", reason, None, added, "ADD")
    reason = f"'{name}' may now be {values}; consumers are told, as the list was not promised to be closed"
    return Change("enum value added", at, "minor", reason, None, added, "ADD")


def _closing(columns: ColumnPair, at: Spot) -> Iterator[Change]:
    old, new = columns.old, columns.new
    was, now = bool(old.closed_enum and old.limits.enum), bool(new.closed_enum and new.limits.enum)
    if was and not now and new.limits.enum:
        reason = f"the list of '{old.name}' was promised to be closed, and may now grow"
        yield Change("enum opened", at, "breaking", reason, True, False)
    elif now and not was:
        yield Change("enum closed", at, "minor", f"the list of '{old.name}' is promised to stay as it is", False, True)


def _without(values: tuple[Scalar, ...], others: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """Those not among the others; true is not 1."""
    known = {(isinstance(value, bool), value) for value in others}
    return tuple(value for value in values if (isinstance(value, bool), value) not in known)


def _listed(values: tuple[Scalar, ...]) -> str:
    return ", ".join(repr(value) for value in values)

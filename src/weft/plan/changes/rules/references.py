"""What columns refer to: foreign keys."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import Spot, of_column, of_table
from weft.product.contract import Relationship, Table

_Identity = tuple[tuple[str, ...], str, tuple[str, ...]]


def references(pair: Pair) -> Iterator[Change]:
    for old, new in pair.tables:
        names = pair.names(old.name)
        was = {_identity(one, names): one for one in old.relationships}
        now = {_identity(one, {}): one for one in new.relationships}
        for identity, one in was.items():
            if identity not in now and not _gone(one, new, names):
                said = _said(one)
                reason = f"{said} held, and is promised no longer: whoever joins along it may lose rows"
                yield Change("reference dropped", _spot(old, one), "breaking", reason, said, None, "REMOVE")
        for identity, one in now.items():
            if identity not in was:
                said = _said(one)
                yield Change("reference promised", _spot(old, one), "minor", f"{said} now holds", None, said, "ADD")


def _identity(one: Relationship, names: dict[str, str]) -> _Identity:
    return tuple(names.get(name, name) for name in one.columns), one.to_table, one.to_columns


def _gone(one: Relationship, new: Table, names: dict[str, str]) -> bool:
    """Whether a column of it was removed, which is said already."""
    return any(new.column(names.get(name, name)) is None for name in one.columns)


def _said(one: Relationship) -> str:
    return f"{', '.join(one.columns)} -> {one.to_table}.{'+'.join(one.to_columns)}"


def _spot(table: Table, one: Relationship) -> Spot:
    if len(one.columns) == 1:
        return of_column(table.name, one.columns[0], "relationships")
    return of_table(table.name, "relationships")

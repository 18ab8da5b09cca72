"""What tells rows apart: unique columns and the primary key."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair, TablePair
from weft.plan.changes.spots import of_column, of_table
from weft.product.contract import Column, Table


def keys(pair: Pair) -> Iterator[Change]:
    for tables in pair.tables:
        names = pair.names(tables.old.name)
        yield from _unique(tables, names)
        yield from _primary(tables, tuple(names.get(name, name) for name in tables.old.key))


def _unique(tables: TablePair, names: dict[str, str]) -> Iterator[Change]:
    for old in tables.old.columns:
        new = tables.new.column(names.get(old.name, old.name))
        if new is None:
            continue
        at = of_column(tables.old.name, old.name, "unique")
        if old.unique and not _is_unique(new, tables.new):
            reason = f"'{old.name}' may now repeat, and whoever joins by it meets rows more than once"
            yield Change("unique dropped", at, "breaking", reason, True, False)
        elif new.unique and not _is_unique(old, tables.old):
            yield Change(
                "unique promised", at, "minor", f"no value of '{old.name}' is there twice any more", False, True
            )


def _is_unique(column: Column, table: Table) -> bool:
    return column.unique or table.key == (column.name,)


def _primary(tables: TablePair, was: tuple[str, ...]) -> Iterator[Change]:
    now = tables.new.key
    if was == now:
        return
    at = of_table(tables.old.name, "primaryKey")
    shown = ", ".join(was), ", ".join(now)
    if not was:
        yield Change("key promised", at, "minor", f"rows are now told apart by {shown[1]}", was, now)
    elif not now:
        reason = f"rows were told apart by {shown[0]}, and now by nothing: whoever merges by it counts twice"
        yield Change("key dropped", at, "breaking", reason, was, now)
    elif set(was) == set(now):
        yield Change("key reordered", at, "patch", "the same columns are the key, in another order", was, now)
    elif set(now) < set(was):
        reason = f"fewer columns, {shown[1]}, tell rows apart; those of before still do"
        yield Change("key narrowed", at, "minor", reason, was, now)
    else:
        reason = f"rows were told apart by {shown[0]}, and now only by {shown[1]}: one row is another thing"
        yield Change("key changed", at, "breaking", reason, was, now)

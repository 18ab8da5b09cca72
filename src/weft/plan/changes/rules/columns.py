"""Columns removed, added, renamed as far as can be seen, and put in another order."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair, TablePair
from weft.plan.changes.renames import Rename, bridge
from weft.plan.changes.spots import of_column, of_table


def columns(pair: Pair) -> Iterator[Change]:
    for tables in pair.tables:
        renamed = pair.renames[tables.old.name]
        yield from _renamed(tables, renamed)
        yield from _removed(tables, {one.old.name for one in renamed})
        yield from _added(tables, {one.new.name for one in renamed})
        yield from _reordered(tables, pair.names(tables.old.name))


def _renamed(tables: TablePair, renamed: tuple[Rename, ...]) -> Iterator[Change]:
    old, new = tables
    for one in renamed:
        what = f"'{one.old.name}' is gone and '{one.new.name}' is new with {', '.join(one.evidence)}"
        yield Change(
            "column renamed",
            of_column(old.name, one.old.name, "name"),
            "breaking",
            f"{what}: renamed, it seems; a bridge serves the readers of the old name",
            one.old.name,
            one.new.name,
            bridge=bridge(old, new, renamed),
        )


def _removed(tables: TablePair, renamed: set[str]) -> Iterator[Change]:
    for column in tables.old.columns:
        if tables.new.column(column.name) is None and column.name not in renamed:
            at = of_column(tables.old.name, column.name)
            reason = f"the column '{column.name}' is there no longer, and whatever reads it fails"
            yield Change("column removed", at, "breaking", reason, f"{column.name} {column.type}", None, "REMOVE")


def _added(tables: TablePair, renamed: set[str]) -> Iterator[Change]:
    for column in tables.new.columns:
        if tables.old.column(column.name) is None and column.name not in renamed:
            at = of_column(tables.old.name, column.name)
            reason = f"the column '{column.name}' is new, and nothing reads it yet"
            yield Change("column added", at, "minor", reason, None, f"{column.name} {column.type}", "ADD")


def _reordered(tables: TablePair, names: dict[str, str]) -> Iterator[Change]:
    before = [names.get(column.name, column.name) for column in tables.old.columns]
    after = [column.name for column in tables.new.columns]
    kept = tuple(name for name in before if name in after)
    now = tuple(name for name in after if name in before)
    if kept != now:
        reason = "columns stand in another order: whoever reads by name meets the same, whoever reads by place does not"
        yield Change("columns reordered", of_table(tables.old.name, "properties"), "minor", reason, kept, now)

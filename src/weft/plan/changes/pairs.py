"""Two contracts side by side: each table and column of the old one with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from weft.plan.changes.change import Known
from weft.plan.changes.renames import Rename, renames
from weft.product.contract import Column, Contract, Table


class TablePair(NamedTuple):
    old: Table
    new: Table


class ColumnPair(NamedTuple):
    """A column before and after: under its name, or under the one that it seems to have been given."""

    table: str
    old: Column
    new: Column


@dataclass(frozen=True)
class Pair:
    """All that a rule looks at."""

    old: Contract
    new: Contract
    known: Known

    @cached_property
    def tables(self) -> tuple[TablePair, ...]:
        """Tables that are in both, in the order of the old contract."""
        found = ((table, self.new.table(table.name)) for table in self.old.tables)
        return tuple(TablePair(old, new) for old, new in found if new)

    @cached_property
    def renames(self) -> dict[str, tuple[Rename, ...]]:
        """By table."""
        return {old.name: renames(old, new, self.known) for old, new in self.tables}

    @property
    def columns(self) -> Iterator[ColumnPair]:
        for old, new in self.tables:
            names = self.names(old.name)
            for column in old.columns:
                if after := new.column(names.get(column.name, column.name)):
                    yield ColumnPair(old.name, column, after)

    def names(self, table: str) -> dict[str, str]:
        """The old name of each renamed column of a table, and its new one."""
        return {rename.old.name: rename.new.name for rename in self.renames.get(table, ())}

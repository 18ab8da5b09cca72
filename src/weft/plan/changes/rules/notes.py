"""What no reader's query depends on: where data is kept, what is written about it, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import ColumnPair, Pair, TablePair
from weft.plan.changes.spots import Spot, of_column, of_contract, of_table

_Note = tuple[str, Spot, object, object]


def notes(pair: Pair) -> Iterator[Change]:
    for kind, at, before, after in _notes(pair):
        if before != after:
            name = f" of '{at.column or at.table}'" if at.table else ""
            was, now = (
                str(value) if isinstance(value, (str, bool)) and value != "" else None for value in (before, after)
            )
            reason = f"{at.field}{name} changed, and no query depends on it"
            yield Change(kind, at, "patch", reason, was, now)


def _notes(pair: Pair) -> Iterator[_Note]:
    old, new = pair.old, pair.new
    yield "server changed", of_contract("servers"), old.servers, new.servers
    yield "owner changed", of_contract("team"), old.team, new.team
    yield "support changed", of_contract("support"), old.support, new.support
    yield "tags changed", of_contract("tags"), set(old.tags), set(new.tags)
    yield "described otherwise", of_contract("name"), old.name, new.name
    yield "described otherwise", of_contract("description", "purpose"), old.purpose, new.purpose
    yield "noted otherwise", of_contract("customProperties"), old.custom, new.custom
    for tables in pair.tables:
        yield from _of_table(tables)
    for columns in pair.columns:
        yield from _of_column(columns)


def _of_table(pair: TablePair) -> Iterator[_Note]:
    old, new = pair
    yield "described otherwise", of_table(old.name, "description"), old.description, new.description
    yield "described otherwise", of_table(old.name, "businessName"), old.business_name, new.business_name
    yield "tags changed", of_table(old.name, "tags"), set(old.tags), set(new.tags)
    yield "noted otherwise", of_table(old.name, "physicalName"), old.physical_name, new.physical_name


def _of_column(pair: ColumnPair) -> Iterator[_Note]:
    table, old, new = pair
    name = old.name
    yield "described otherwise", of_column(table, name, "description"), old.description, new.description
    yield "described otherwise", of_column(table, name, "businessName"), old.business_name, new.business_name
    yield "tags changed", of_column(table, name, "tags"), set(old.tags), set(new.tags)
    yield "noted otherwise", of_column(table, name, "physicalName"), old.physical_name, new.physical_name
    yield "noted otherwise", of_column(table, name, "criticalDataElement"), old.critical, new.critical

"""The migration ledger: who is on which line of a product, since when, and whether anybody is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from weft.names import LineName
from weft.product.ending import dates, ending
from weft.product.product import Product
from weft.query.facts import Facts, only, rows_of
from weft.query.pages import Consumer, LineLedger

CONSUMER = ("kind", "consumer", "how", "is_pinned", "since", "last_built_at", "last_read_at", "times", "columns")


def ledger_of(facts: Facts, product: Product, tables: Iterable[str]) -> tuple[LineLedger, ...]:
    """Of each line of some tables, in the order of ports."""
    wanted = set(tables)
    promises = [promise for promise in product.promises if promise[2].name in wanted]
    lines = [product.line(table.name, contract.line) for _, contract, table in promises]
    on: dict[str, list[Consumer]] = {}
    found = facts.relation("consumers", only("line_name", lines))
    for line, kind, name, how, *row in rows_of(found, "line_name", *CONSUMER):
        on.setdefault(line, []).append(_consumer(kind, name, how, tuple(row)))
    return tuple(
        _of_line(facts, line, (contract.version, ending(port, contract), dates(contract)), tuple(on.get(line, ())))
        for line, (port, contract, _) in zip(lines, promises, strict=True)
    )


def _consumer(kind: str, name: str, how: str, row: tuple[Any, ...]) -> Consumer:
    is_pinned, since, built_at, read_at, times, columns = row
    return Consumer(kind, name, how, is_pinned, since, built_at, read_at, times, tuple(columns))


def _of_line(facts: Facts, line: LineName, said: tuple[str, str, str], consumers: tuple[Consumer, ...]) -> LineLedger:
    """It can be retired where no product is on it and nobody read it in the days that `mesh.yaml` names."""
    since = datetime.now(UTC) - timedelta(days=facts.library.settings.unread_days)
    keeping = (one for one in consumers if one.kind == "product" or (one.last_read_at and one.last_read_at >= since))
    return LineLedger(line, *said, consumers, not any(keeping))

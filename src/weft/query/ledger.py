"""The migration ledger: who is on which line of a product, since when, and whether anybody is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from weft.access.reader import names_product
from weft.names import LineName
from weft.product.contract import Contract, Table
from weft.product.ending import dates, ending
from weft.product.product import OutputPort, Product
from weft.query.facts import Facts, among, only, rows_of
from weft.query.pages import Consumer, LineLedger

AGREED = ("port", "line", "reader", "agreement", "granted_at", "until")
Promise = tuple[OutputPort, Contract, Table]
CONSUMER = ("kind", "consumer", "how", "is_pinned", "since", "last_built_at", "last_read_at", "times", "columns")


def ledger_of(facts: Facts, product: Product, tables: Iterable[str]) -> tuple[LineLedger, ...]:
    """Of each line of some tables, in the order of ports."""
    wanted = set(tables)
    promises: list[Promise] = [promise for promise in product.promises if promise[2].name in wanted]
    lines = [product.line(table.name, contract.line) for _, contract, table in promises]
    on: dict[str, list[Consumer]] = {}
    found = facts.relation("consumers", only("line_name", lines))
    for line, kind, name, how, *row in rows_of(found, "line_name", *CONSUMER):
        on.setdefault(line, []).append(_consumer(kind, name, how, tuple(row)))
    for line, agreed in _agreed(facts, product, (promises, lines)):
        on.setdefault(line, []).append(agreed)
    return tuple(
        _of_line(facts, line, (contract.version, ending(port, contract), dates(contract)), tuple(on.get(line, ())))
        for line, (port, contract, _) in zip(lines, promises, strict=True)
    )


def _agreed(
    facts: Facts, product: Product, of: tuple[list[Promise], list[LineName]]
) -> Iterator[tuple[LineName, Consumer]]:
    """Whoever may read by an agreement in force, as far as whoever asks may know of it; products are there by their input ports."""
    found = among(among(facts.relation("agreements"), "product", [product.name]), "state", ["granted"])
    for port, label, reader, identity, since, until in rows_of(found, *AGREED):
        for line, (own, contract, _) in zip(of[1], of[0], strict=True):
            if (own.name, contract.line) == (port, label) and not names_product(reader):
                yield line, Consumer("agreement", reader, f"agreement {identity} until {until}", since=since)


def _consumer(kind: str, name: str, how: str, row: tuple[Any, ...]) -> Consumer:
    is_pinned, since, built_at, read_at, times, columns = row
    return Consumer(kind, name, how, is_pinned, since, built_at, read_at, times, tuple(columns))


def _of_line(facts: Facts, line: LineName, said: tuple[str, str, str], consumers: tuple[Consumer, ...]) -> LineLedger:
    """It can be retired where no product is on it, nobody may read it by an agreement, and nobody read it in the days that `mesh.yaml` names."""
    since = datetime.now(UTC) - timedelta(days=facts.library.settings.unread_days)
    keeping = (one for one in consumers if one.kind != "person" or (one.last_read_at and one.last_read_at >= since))
    return LineLedger(line, *said, consumers, not any(keeping))

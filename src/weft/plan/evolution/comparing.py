"""From what is published in `prod` to what is written: every line of every output port, before and after."""

from __future__ import annotations

from collections.abc import Iterator

from weft.names import ProductName
from weft.plan.changes import UNKNOWN, Change, Known, contract_changes
from weft.plan.evolution.made import Making, changes_of_making
from weft.plan.evolution.origins import with_origins
from weft.plan.evolution.values import Compared, Evolution, KnownOf, PortChange, PortLine
from weft.product.product import Product

Lines = dict[tuple[str, str], PortLine]
"""By port and line."""


def nothing_known(line: PortLine) -> Known:
    return UNKNOWN


def evolution(compared: Compared, known_of: KnownOf = nothing_known) -> Evolution:
    """Of the products that changed: what they promise and how it is made, before and after.

    A product that is new changes nothing for anybody; of one that is gone, all lines are.
    """
    changed: list[PortChange] = []
    new: list[PortLine] = []
    gone: list[PortLine] = []
    for name in compared.changed:
        product = compared.after.products.get(name)
        before, after = _lines(compared.before.products.get(name)), _lines(product)
        changed += _changed(compared, (before, after), known_of)
        new += [line for key, line in after.items() if key not in before] if before else []
        gone += [line for key, line in before.items() if key not in after]
    return Evolution(tuple(changed), tuple(new), tuple(gone))


def gone_lines(compared: Compared) -> tuple[PortLine, ...]:
    """Only what goes: nothing of what stays is compared."""
    found: list[PortLine] = []
    for name in compared.changed:
        after = _lines(compared.after.products.get(name))
        found += [line for key, line in _lines(compared.before.products.get(name)).items() if key not in after]
    return tuple(found)


def promises_changed(compared: Compared) -> tuple[PortChange, ...]:
    """Only what contracts say otherwise: no SQL is looked at, and no contract that is as it was."""
    found: list[PortChange] = []
    for name in compared.changed:
        before, after = _lines(compared.before.products.get(name)), _lines(compared.after.products.get(name))
        for key, old in before.items():
            if (new := after.get(key)) is not None and new.contract != old.contract:
                changes = contract_changes(old.contract, new.contract)
                found.append(PortChange(old.product, old.port, old.contract, new.contract, changes))
    return tuple(found)


def _lines(product: Product | None) -> Lines:
    if product is None:
        return {}
    found = ((port, product.promise(port)) for port in product.output_ports)
    return {
        (port.name, contract.line): PortLine(product.name, port.name, contract)
        for port, contract in found
        if contract and not contract.is_retired
    }


def _changed(compared: Compared, lines: tuple[Lines, Lines], known_of: KnownOf) -> Iterator[PortChange]:
    before, after = lines
    for key, old in before.items():
        if (new := after.get(key)) is None:
            continue
        known = with_origins(known_of(old), (old, new), compared)
        changes = (*contract_changes(old.contract, new.contract, known), *_meaning(compared, (old, new), known))
        if changes or old.version != new.version:
            yield PortChange(old.product, old.port, old.contract, new.contract, changes)


def _meaning(compared: Compared, lines: tuple[PortLine, PortLine], known: Known) -> Iterator[Change]:
    """Of the tables that both promise."""
    old, new = lines
    for table in old.contract.tables:
        promised = new.contract.table(table.name)
        making = _making(compared, old, table.name), _making(compared, new, table.name, after=True)
        if promised and making[0] and making[1]:
            columns = tuple(column.name for column in table.columns if promised.column(column.name))
            yield from changes_of_making(table.name, columns, (making[0], making[1]), known)


def _making(compared: Compared, line: PortLine, table: str, *, after: bool = False) -> Making | None:
    mesh = compared.after if after else compared.before
    product = mesh.products[ProductName(line.product)]
    transform = product.transform_of(table, line.line)
    return Making(product, transform, mesh.reads(product)) if transform else None

"""What classifications ask of what is written: names that the set has, columns of row filters that are there, and are not dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from weft.access.classifications import Classifications, said_of
from weft.access.inheriting import Inherited, Web, inherited
from weft.errors import Fault, Faults, did_you_mean
from weft.names import LineName, ProductName
from weft.product.contract import Contract, Table
from weft.product.product import Product

if TYPE_CHECKING:
    from weft.session.opened import Opened


def faults_of_classifications(session: Opened, of: frozenset[ProductName]) -> tuple[Fault, ...]:
    """Of some products as they are written; and of the set itself, where the folder has one."""
    from weft.query.classified import rules_in_force, written

    try:
        written(session)
        rules = rules_in_force(session)
    except Faults as error:
        return error.faults
    if rules.is_empty:
        return ()
    products = [session.mesh.products[name] for name in sorted(of) if name in session.mesh.products]
    found = [fault for product in products for fault in _of_columns(product, rules)]
    if rules.row_rules and products:
        found += _of_rows(products, rules, inherited(_web(session, products), rules))
    return tuple(found)


def _of_columns(product: Product, rules: Classifications) -> Iterator[Fault]:
    known = [value for level in rules.levels for value in level.values]
    columns = (column for contract in product.contracts for table in contract.tables for column in table.columns)
    unknown = ((column, said) for column in columns for said in said_of(column) if not rules.knows(said))
    for column, said in unknown if rules.levels else ():
        message = f"'{column.name}' is classified '{said}', which no classification of the mesh is of"
        mend = did_you_mean(said, known) or "Choose one of `weft access classifications`."
        yield Fault(column.place, message, f"{mend} Until then nobody sees it.")


def _of_rows(products: list[Product], rules: Classifications, found: Inherited) -> Iterator[Fault]:
    promises = ((product, *promise) for product in products for promise in product.promises)
    for product, _, contract, table in promises:
        line = product.line(table.name, contract.line)
        lost = [name for name, columns in found.rows.get(line, {}).items() if not columns]
        yield from (_lost(line, (contract, table), name, rules) for name in lost)


def _lost(line: LineName, of: tuple[Contract, Table], name: str, rules: Classifications) -> Fault:
    contract, table = of
    rule = next(rule for rule in rules.row_rules if rule.name == name)
    if rule in rules.rules_of((*table.tags, *contract.tags)):
        message = f"{table.name} carries a tag of the row filter '{name}', and has no column '{rule.column}'"
        return Fault(
            table.place, message, f"Add the column, or remove the tag: until then nobody sees a row of {line}."
        )
    message = f"{table.name} is made of what the row filter '{name}' is on, and drops its column '{rule.column}'"
    mend = f"Keep the column, or ask: weft access declassify {line} --because '...' --until DAY. Until then others see no row."
    return Fault(table.place, message, mend, "warning")


def _web(session: Opened, products: list[Product]) -> Web:
    """As it will be: what is applied, and over it what is written."""
    from datetime import UTC, datetime

    from weft.plan.lineage import lineage_of
    from weft.query.classified import said_of, values_of, web
    from weft.query.origins import reads_of

    mesh = session.mesh
    found = web(session, datetime.now(UTC).date())
    own = {line for product in products for line in product.lines_made.values()}
    values = {cell: sources for cell, sources in found.values.items() if cell[0] not in own}
    reads = {line: origins for line, origins in found.reads.items() if line not in own}
    for product in products:
        values |= values_of({product.name: lineage_of(product, mesh)})
        reads |= {str(line): origins for line, origins in reads_of(product, mesh).items()}
    return replace(found, tables={**found.tables, **dict(said_of(mesh))}, values=values, reads=reads)

"""A relationship to a table that the product neither promises nor reads, or to a column that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground, tables_read
from weft.errors import Fault, did_you_mean
from weft.product.contract import Contract, Relationship, Table


def a_relationship_is_to_nothing(ground: Ground) -> Iterator[Fault]:
    for contract, table in tables_read(ground):
        known = targets(ground, contract)
        for relationship in table.relationships:
            if relationship.to_table.partition(".")[0] not in ground.unanswered:
                yield from _faults(relationship, known)


def targets(ground: Ground, contract: Contract) -> dict[str, Table]:
    """What a relationship of a contract may name: tables of the contract, what the product promises, what it reads."""
    promised = {key: table for key, (_, table) in ground.promised.items()}
    read = {name: read.table for name, read in ground.reads.items()}
    return {**read, **promised, **{table.name: table for table in contract.tables}}


def _faults(relationship: Relationship, known: dict[str, Table]) -> Iterator[Fault]:
    target = known.get(relationship.to_table)
    if target is None:
        message = f"relationship: '{relationship.to_table}' is neither promised nor read by this product"
        yield Fault(relationship.place, message, did_you_mean(relationship.to_table, known))
        return
    names = [column.name for column in target.columns]
    for column in relationship.to_columns:
        if column.partition(".")[0] not in names:
            message = f"relationship: '{relationship.to_table}' has no column '{column}'"
            yield Fault(relationship.place, message, did_you_mean(column, names))

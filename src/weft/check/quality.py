"""A quality rule's query that the guard refuses, that does not bind over its table, or that returns more than one value."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground, columns_of, said_of, tables_read
from weft.check.relationships import targets
from weft.engine.seam import Columns
from weft.errors import Fault, WeftError, did_you_mean
from weft.product.contract import Contract, QualityRule, Table
from weft.sql import reading, rule_query


def a_quality_query_does_not_bind(ground: Ground) -> Iterator[Fault]:
    for contract, table in tables_read(ground):
        rules = [rule for rule in table.rules if rule.kind == "sql"]
        sayable = _sayable(ground, contract, table) if rules else {}
        for rule in rules:
            yield from faults_of_rule(rule, table, sayable, ground)


def _sayable(ground: Ground, contract: Contract, table: Table) -> dict[str, Columns]:
    """The table itself, and those that its relationships name."""
    known = targets(ground, contract)
    names = [relationship.to_table for relationship in table.relationships]
    return {**{name: columns_of(known[name]) for name in names if name in known}, table.name: columns_of(table)}


def faults_of_rule(rule: QualityRule, table: Table, sayable: dict[str, Columns], ground: Ground) -> Iterator[Fault]:
    """What is wrong with a rule's SQL, where it may say these names."""
    said = f"quality rule '{rule.name}'"
    if not rule.query.strip():
        yield Fault(rule.place, f"{said} has no query", "Write one under `query:`.")
        return
    try:
        text = rule_query(rule.query, table.name, rule.column)
        names = reading(text).names
        if unknown := [name for name in names if name not in sayable]:
            message = f"{said} reads '{unknown[0]}', and it may read its own table and those of its relationships"
            yield Fault(rule.place, message, did_you_mean(unknown[0], sayable))
            return
        columns = ground.engine.bind(text, {name: sayable[name] for name in names if sayable[name]})
    except WeftError as error:
        yield Fault(rule.place, f"{said}: {said_of(error)}", error.mend)
        return
    if len(columns) != 1:
        message = f"{said} returns {len(columns)} columns, and a rule is one value"
        yield Fault(rule.place, message, "Return one, such as SELECT count(*) FROM {object} WHERE ....")

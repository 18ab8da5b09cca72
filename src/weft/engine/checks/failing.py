"""The rows that break a check, to look at: at most a thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.engine.checks.keys import orphan, there
from weft.engine.checks.measures import WRITTEN, Counted
from weft.engine.checks.metrics import condition, duplicated_columns
from weft.engine.checks.proof import Proof
from weft.engine.checks.rows import breaking
from weft.engine.checks.rules import offer_tables, rule_text
from weft.engine.stage import Stage
from weft.engine.text import listed
from weft.errors import EngineFault, Unknown
from weft.product.checks import Check

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 1000


def failing_rows(stage: Stage, proof: Proof, identity: str) -> pa.Table:
    """Rows of the table, of which those with a duplicated key stand together; for a rule in SQL, what its query returns.

    Raises: Unknown, where the suite has no such check; EngineFault, where it has no rows to show.
    """
    check = next((one for one in proof.suite.checks if one.id == identity), None)
    if check is None:
        raise Unknown("check", identity, [one.id for one in proof.suite.checks])
    own = Stage(stage.cursor)
    try:
        query = _query(own, check, proof)
        table: pa.Table = own.cursor.sql(query).to_arrow_table()
        return table
    finally:
        own.close()


def _query(own: Stage, check: Check, proof: Proof) -> str:
    if check.kind == "sql" and check.rule:
        text = rule_text(check.rule, proof)
        offer_tables(own, proof, text)
        return f"SELECT * FROM (\n{own.ready(text).sql}) LIMIT {MOST}"
    return f"{proof.written}{_rows(check, proof)} LIMIT {MOST}"


def _rows(check: Check, proof: Proof) -> str:
    rule = check.rule
    if check.kind == "relationship" and check.relationship:
        return f"SELECT w.* FROM {orphan(check.relationship, proof.references.get(check.relationship.to_table))}"
    if check.kind in ("unique", "primaryKey"):
        return _duplicated(check.columns)
    if rule and rule.metric == "duplicateValues":
        return _duplicated(duplicated_columns(rule))
    if rule and rule.metric == "rowCount":
        return f"SELECT count(*) AS rows FROM {WRITTEN}"
    if rule and (counted := condition(rule, proof.subject)):
        return f"FROM {WRITTEN} WHERE {counted}"
    if rule:
        raise EngineFault(f"check '{check.id}' is not executed, so that no row fails it")
    measure = breaking(proof.subject.column(check.columns[0]), check)
    return f"FROM {WRITTEN} WHERE {measure.condition if isinstance(measure, Counted) else 'false'}"


def _duplicated(columns: tuple[str, ...]) -> str:
    """All rows of each key that is there more than once."""
    key = listed(columns)
    repeated = f"SELECT {key} FROM {WRITTEN} WHERE {there(columns)} GROUP BY ALL HAVING count(*) > 1"
    return f"FROM {WRITTEN} SEMI JOIN ({repeated}) AS repeated USING ({key}) ORDER BY {key}"

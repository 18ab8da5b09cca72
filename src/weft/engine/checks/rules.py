"""Quality rules of type sql: the author's own query over the table, guarded, and the one value that it returns."""

from __future__ import annotations

import time
from collections.abc import Iterable
from decimal import Decimal

import duckdb

from weft.engine.checks.measures import Ruled, Shared, family
from weft.engine.checks.proof import Answer, Proof, fetched
from weft.engine.clock import TELLS_TIME
from weft.engine.faults import plain
from weft.engine.stage import Stage
from weft.engine.text import parquet, rows_of
from weft.errors import EngineFault, WeftError
from weft.product.contract import QualityRule


def rule_text(rule: QualityRule, proof: Proof) -> str:
    """The query with the table's name and the column's in it. Raises: Refused, where the guard lets it not pass."""
    return proof.remembered.rule(rule.query, proof.table, rule.column).text


def asked_of_author(stage: Stage, proof: Proof, query: str) -> Answer:
    """What a rule's query returns: one row of one value, a number, a boolean or a text."""
    started = time.perf_counter()
    own = Stage(stage.cursor, stage.signatures)
    try:
        offer_tables(own, proof, query)
        (column,) = _one_column(own, query)
        answer = fetched(own, f"SELECT * FROM (\n{own.ready(query).sql}) LIMIT 2")
        if isinstance(answer, Answer):
            return answer
        if not answer:
            return Answer(message="the query returned no row", failed=True)
        if family(column) not in ("number", "float", "text") and column != "BOOLEAN":
            return Answer(message=f"the query returned a {column}, and a rule needs a number", failed=True)
        return Answer(answer[0], "the query returned NULL" if answer[0] is None else "", time.perf_counter() - started)
    except duckdb.InterruptException:
        raise
    except (WeftError, duckdb.Error) as error:
        return Answer(message=str(error) if isinstance(error, WeftError) else plain(error), failed=True)
    finally:
        own.close()


def ruled(rule: QualityRule, proof: Proof) -> Shared | Ruled:
    """How a rule's number comes about: beside others', where it is one number of the table's own rows."""
    read = proof.remembered.rule(rule.query, proof.table, rule.column)
    text, found = read.text, read.aggregate
    if found is None or not found.columns <= {name.lower() for name, _ in proof.columns}:
        return Ruled(text)
    return Shared(found.number, text)


def shared(stage: Stage, proof: Proof, measure: Shared, counted: Answer) -> Answer:
    """What the shared scan found, where it is what a rule may return; else the query is asked by itself, which says what is wrong."""
    if counted.failed or not isinstance(counted.value, (int, float, str, Decimal)):
        return asked_of_author(stage, proof, measure.query)
    return counted


def offer_tables(own: Stage, proof: Proof, query: str) -> None:
    """The table by its name, and those that its relationships name, where the query says them."""
    if TELLS_TIME.search(query):
        own.define(proof.clock)
    own.offer(proof.table, rows_of(proof.files, proof.columns), proof.columns)
    for name, files in proof.references.items():
        if files and name != proof.table and _leaf(name) in query:
            own.offer(name, f"FROM {parquet(files)}")


def _leaf(name: str) -> str:
    return name.rpartition(".")[2]


def _one_column(own: Stage, query: str) -> Iterable[str]:
    columns = own.typed(query, "quality rule")
    if len(columns) != 1:
        raise EngineFault(f"the query returns {len(columns)} columns, and a rule needs one value")
    return [str(columns[0][1])]

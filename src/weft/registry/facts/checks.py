"""What checks found: the latest of each, and all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import LineName, label_of, leaf_of, product_of
from weft.registry.database import Row
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, real, text, texts, time
from weft.registry.values import decoded

FOUND = """
    SELECT environment, line, check_name, kind, columns_json, outcome, severity, dimension, measured_json, threshold, unit,
           rows, message, description, seconds, snapshot, run, checked_at, consumer
    FROM check_results
"""
LATEST = f"""{FOUND} WHERE seq IN (
    SELECT max(seq) FROM check_results WHERE environment = ? GROUP BY environment, line, check_name) ORDER BY line, seq"""
HISTORY = f"{FOUND} ORDER BY seq"


def _row(found: Row) -> tuple[Any, ...]:
    environment, line, name, kind, columns, outcome, severity, dimension, measured, *rest, run, checked_at, consumer = (
        found
    )
    value = decoded(measured, bool | int | float | str | None)
    number = float(value) if isinstance(value, (bool, int, float)) else None
    line = LineName(line)
    of = (environment, product_of(line), leaf_of(line), label_of(line), line, name, kind)
    said = None if value is None else str(value)
    return (
        *of,
        decoded(columns, list[str]),
        outcome,
        severity,
        dimension,
        number,
        said,
        *rest,
        run or None,
        checked_at,
        consumer or None,
    )


def _latest(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    return map(_row, ledger.rows(LATEST, (ledger.environment,)))


def _history(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    return map(_row, ledger.rows(HISTORY))


COLUMNS = (
    text("environment", "Where the table was published, or was to be"),
    text("product", "domain.product"),
    text("table_name", "The table, without domain and product"),
    text("line", "The line's label: 1, or a preview's whole version"),
    text("line_name", "domain.product.table@line"),
    text("check_name", "The check, such as required(dep_time)"),
    text("kind", "What kind of check it is: required, unique, library, sql, ..."),
    texts("column_names", "The columns that it looks at"),
    text("outcome", "passed, failed, error (it could not be computed), skipped, or not executable"),
    text(
        "severity",
        "error: a failure stops the publish; warning; info. What a consumer expects beyond the promise is a warning",
    ),
    text("dimension", "The dimension of quality: completeness, uniqueness, conformity, ..."),
    real("measured", "What was counted or computed; NULL where that is no number"),
    text("measured_text", "The same as text"),
    text("threshold", "What it must be"),
    text("unit", "rows or percent"),
    integer("rows", "Rows that were looked at"),
    text("message", "Why it was skipped, or what went wrong"),
    text("description", "What the contract says of it"),
    real("seconds", "How long it took"),
    text("snapshot", "The snapshot that was checked; NULL where it was not kept"),
    text("run", "The run that checked; NULL where none did"),
    time("checked_at", "When that was"),
    text("consumer", "The product that expects it; NULL where the table's own contract promises it"),
)
CHECKS = Relation(
    "checks",
    "One row for each check of each line: what it found last.",
    ("line_name", "check_name"),
    COLUMNS,
    _latest,
)
CHECK_HISTORY = Relation(
    "check_history",
    "One row for each time that a check was computed, of every environment, oldest first.",
    ("environment", "line_name", "check_name", "checked_at"),
    COLUMNS,
    _history,
)

"""Who read what: the query log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from weft.names import LineName, label_of, leaf_of, product_of
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time
from weft.registry.values import decoded

READS = """
    SELECT day, line, environment, who, door, columns_json, times, first_at, last_at, sql_digest, sql_text
    FROM reads WHERE environment = ? ORDER BY day, line, who, door, columns_digest
"""
EPOCH = date(1970, 1, 1)


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for day, name, environment, who, door, columns, *rest in ledger.rows(READS, (ledger.environment,)):
        line = LineName(name)
        of = (environment, str(product_of(line)), leaf_of(line), label_of(line), name)
        yield (str(EPOCH + timedelta(days=day)), *of, who, door, decoded(columns, list[str]), *rest)


READS_RELATION = Relation(
    "reads",
    "One row for each day, line, reader, door and set of columns: the query log. What products read in their builds is in `consumers`.",
    ("day", "line_name", "who", "door", "columns"),
    (
        text("day", "The day in UTC: 2026-11-21"),
        text("environment", "Where it was read"),
        text("product", "domain.product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("who", "Who read it"),
        text("door", "How: query, shell, python"),
        texts("columns", "The columns that were read, in the table's order; none where only rows were counted"),
        integer("times", "How often on that day"),
        time("first_at", "When first on that day"),
        time("last_at", "When last on that day"),
        text(
            "sql_digest", "Of the last question's text; empty of others' questions, but for who watches over the mesh"
        ),
        text(
            "sql_text",
            "The last question, its first 2,000 characters; empty of others' questions, but for who watches over the mesh",
        ),
    ),
    lambda _: (),
    fresh=_rows,
)

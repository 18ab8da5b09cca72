"""The tables that products promise, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, integer, text, texts, time

UNPUBLISHED = (None, None, None, None, None)


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product, port, contract, table in ledger.promises():
        line = product.line(table.name, contract.line)
        snapshot, revision, published_at, rows, size = ledger.standing.get(line, UNPUBLISHED)
        yield (
            product.name,
            product.domain,
            table.name,
            contract.line,
            line,
            product.newest_line(table.name) == contract.line,
            port.name,
            contract.id,
            contract.version,
            contract.status,
            table.business_name,
            table.description,
            table.grain,
            list(table.key),
            list(table.tags),
            len(table.columns),
            snapshot,
            rows,
            size,
            revision,
            published_at,
        )


TABLES = Relation(
    "tables",
    "One row for each table of each line that a product promises.",
    ("line_name",),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        boolean("is_newest", "Whether a query that names no line reads this one"),
        text("port", "The output port that promises it"),
        text("contract_id", "The contract that promises it"),
        text("version", "The contract's version"),
        text("status", "The contract's status"),
        text("business_name", "What the business calls it"),
        text("description", "What it holds"),
        text("grain", "What one row is"),
        texts("key_columns", "The primary key's columns, in order"),
        texts("tags", "Its tags"),
        integer("columns", "How many columns it has"),
        text("snapshot", "What is published; NULL where nothing is yet"),
        integer("rows", "Rows of that snapshot"),
        integer("bytes", "Bytes of that snapshot's files"),
        integer("revision", "Of the registry, by the publish that pointed at it"),
        time("published_at", "When that was"),
    ),
    _rows,
    is_of_publishes=True,
)

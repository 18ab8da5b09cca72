"""The columns of promised tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, integer, text, texts


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product, _, contract, table in ledger.promises():
        of = (product.name, product.domain, table.name, contract.line, product.line(table.name, contract.line))
        for position, column in enumerate(table.columns, 1):
            yield (
                *of,
                position,
                column.name,
                column.type,
                column.required,
                column.unique,
                column.key_position or None,
                column.classification,
                column.critical,
                list(column.tags),
                column.business_name,
                column.description,
                column.unit,
                column.classification,
                "",
                "",
            )


COLUMNS = Relation(
    "columns",
    "One row for each column of each table of each line that a product promises.",
    ("line_name", "column_name"),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        integer("position", "Its place in the table, from 1"),
        text("column_name", "The column"),
        text("type", "The DuckDB type that is promised"),
        boolean("required", "Whether it is never NULL"),
        boolean("is_unique", "Whether no value is there twice"),
        integer("key_position", "Its place in the primary key, from 1; NULL where it is not part of it"),
        text("classification", "What the contract classifies it as: public, internal, confidential, ..."),
        boolean("critical", "Whether it is a critical data element"),
        texts("tags", "Its tags"),
        text("business_name", "What the business calls it"),
        text("description", "What it says"),
        text("unit", "The unit of its values"),
        text(
            "classification_effective",
            "The strictest classification that holds of it, its own or inherited; what its contract says where the mesh classifies nothing",
        ),
        text(
            "inherited_from",
            "The column whose contract says that: domain.product.table@line.column; '' where it is its own",
        ),
        text("mask_kind", "How whoever is not cleared sees it: hash, last four, ...; '' where all see it clear"),
    ),
    _rows,
)

"""Which column is computed from which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import LineName, label_of, leaf_of, product_of
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, text

OUTSIDE = "source:"


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product, edges in ledger.edges.items():
        for edge in edges:
            yield (
                product,
                leaf_of(edge.line),
                label_of(edge.line),
                edge.line,
                edge.column,
                edge.source,
                None if edge.source.startswith(OUTSIDE) else product_of(LineName(edge.source)),
                edge.source_column,
                edge.kind,
            )


COLUMN_LINEAGE = Relation(
    "column_lineage",
    "One row for each column and a column that it is computed from, within one product.",
    ("line_name", "column_name", "source", "source_column", "kind"),
    (
        text("product", "The product that computes it: domain.product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("column_name", "The column that is computed"),
        text(
            "source",
            "What it is computed from: domain.product.table@line, or source:NAME for data from outside the mesh",
        ),
        text("source_product", "The product that the source belongs to; NULL for data from outside the mesh"),
        text("source_column", "The column there"),
        text("kind", "value: its values flow; condition: it only decides which rows there are"),
    ),
    _rows,
    is_of_publishes=True,
)

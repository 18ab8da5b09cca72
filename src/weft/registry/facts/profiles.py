"""What profiles found of each column of each snapshot that was profiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import domain_of, label_of, leaf_of, product_of
from weft.product.profiled import KeptProfile
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, integer, real, text, time
from weft.registry.values import decoded, microseconds

ALL = "SELECT value_json FROM profiles ORDER BY line_name, snapshot"


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for (value,) in ledger.rows(ALL):
        one: KeptProfile = decoded(value, KeptProfile)
        line = one.line
        of = (product_of(line), domain_of(line), leaf_of(line), label_of(line), line, one.snapshot)
        for position, column in enumerate(one.columns, 1):
            yield (
                *of,
                microseconds(one.profiled_at),
                position,
                column.name,
                column.type,
                one.rows,
                one.sampled_rows,
                column.nulls,
                column.empties,
                column.placeholders,
                column.distinct,
                column.is_distinct_exact,
                column.minimum,
                column.maximum,
                column.mean,
                column.deviation,
                column.meaning,
                column.personal,
                column.findings,
                one.score,
            )


PROFILES = Relation(
    "profiles",
    "One row for each column of each snapshot that was profiled and is still kept; only of tables that whoever reads may read.",
    ("snapshot", "column_name"),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("snapshot", "The snapshot that was profiled"),
        time("profiled_at", "When"),
        integer("position", "The column's place in the table, from 1"),
        text("column_name", "The column"),
        text("type", "Its DuckDB type"),
        integer("rows", "Rows of the snapshot"),
        integer("sampled_rows", "Rows that were looked at closely: for patterns, meanings, placeholders"),
        integer("nulls", "Rows without a value"),
        integer("empties", "Texts that are empty or blank"),
        integer("placeholders", "Values that stand for none, of the rows that were looked at closely"),
        integer("distinct_values", "How many values there are"),
        boolean("is_distinct_exact", "Whether that was counted; else it is HyperLogLog's, within about 4 %"),
        text("minimum", "The smallest value; NULL where the reader sees the column masked"),
        text("maximum", "The largest value; NULL where the reader sees the column masked"),
        real("mean", "The mean; NULL where the reader sees the column masked"),
        real("deviation", "The standard deviation; NULL where the reader sees the column masked"),
        text("meaning", "What the values seem to be: e-mail, zip, npi, ...; '' where that is not known"),
        text("personal", "none, possible, likely or sensitive: whether they seem to say who somebody is"),
        integer("findings", "How many things are untidy in it"),
        real("table_score", "The table's score, in percent"),
    ),
    lambda _: (),
    fresh=_rows,
)

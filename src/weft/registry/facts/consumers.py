"""Who is on which line: products by their input ports, people and services as measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import LineName, ProductName, label_of, leaf_of, product_of
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, integer, text, texts, time
from weft.registry.values import decoded

SINCE = "SELECT product, port, since FROM input_lines WHERE environment = ?"
BUILT = "SELECT product, max(published_at) FROM pointers WHERE environment = ? GROUP BY product"
READS = """
    SELECT line, who, door, columns_json, times, first_at, last_at FROM reads WHERE environment = ? ORDER BY line, who, door, last_at
"""
Row = tuple[Any, ...]


def _products(ledger: Ledger) -> Iterator[Row]:
    since = {(row[0], row[1]): row[2] or None for row in ledger.rows(SINCE, (ledger.environment,))}
    built: dict[str, int] = dict(ledger.rows(BUILT, (ledger.environment,)))
    used = _used(ledger)
    for product in ledger.products:
        for read in ledger.mesh.reads(product).values():
            if read.line is None:
                continue
            on = since.get((product.name, read.port.name))
            columns = sorted(used.get((product.name, read.line), ()))
            how = (read.port.name, bool(read.port.version))
            yield (*_line(read.line), "product", product.name, *how, on, built.get(product.name), None, None, columns)


def _used(ledger: Ledger) -> dict[tuple[ProductName, str], set[str]]:
    """The columns of each line that flow into what a product promises, or decide which rows that has."""
    found: dict[tuple[ProductName, str], set[str]] = {}
    for product, edges in ledger.edges.items():
        for edge in edges:
            found.setdefault((product, edge.source), set()).add(edge.source_column)
    return found


def _measured(ledger: Ledger) -> Iterator[Row]:
    """All days together: by line, person and door."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    for line, who, door, columns, times, first_at, last_at in ledger.rows(READS, (ledger.environment,)):
        known = found.setdefault((line, who, door), [first_at, last_at, 0, {}])
        known[0], known[1], known[2] = min(known[0], first_at), max(known[1], last_at), known[2] + times
        known[3] |= dict.fromkeys(decoded(columns, list[str]))
    for (line, who, door), (first_at, last_at, times, columns) in found.items():
        yield (*_line(LineName(line)), "person", who, door, False, first_at, None, last_at, times, sorted(columns))


def _line(line: LineName) -> tuple[str, str, str, str]:
    return product_of(line), leaf_of(line), label_of(line), line


CONSUMERS = Relation(
    "consumers",
    "One row for each line and each that is on it: a product by an input port, a person or service as the query log has measured.",
    ("line_name", "kind", "consumer", "how"),
    (
        text("product", "The product that is read: domain.product"),
        text("table_name", "The table, without domain and product"),
        text("line", "The line's label: 1, or a preview's whole version"),
        text("line_name", "domain.product.table@line"),
        text("kind", "product or person"),
        text("consumer", "Who: domain.product, or a name as the query log has it"),
        text("how", "Of a product the input port, of a person the door: query, shell, python"),
        boolean(
            "is_pinned", "Whether a product's manifest names the version; else it stays on the line that it recorded"
        ),
        time("since", "Since when it is on this line; NULL where that was not recorded yet"),
        time("last_built_at", "When a product last published; NULL for a person"),
        time("last_read_at", "When a person last read it; NULL for a product"),
        integer("times", "How often a person read it, as far back as the query log goes; NULL for a product"),
        texts("columns", "The columns that it reads"),
    ),
    _products,
    fresh=_measured,
    order=("line_name", "kind", "consumer", "how"),
    is_of_publishes=True,
)

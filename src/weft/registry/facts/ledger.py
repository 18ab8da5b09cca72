"""What facts are made from: one environment's recorded state in one view, each set read once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from weft.names import LineName, ProductName
from weft.product.contract import Contract, Table
from weft.product.mesh import Domain, Mesh
from weft.product.product import OutputPort, Product
from weft.product.snapshot import ColumnEdge, Recorded
from weft.registry import reading
from weft.registry.database import Row, Transaction, Value
from weft.registry.values import decoded

STANDING = """
    SELECT p.line, p.snapshot, p.revision, p.published_at, s.rows, s.bytes
    FROM pointers p JOIN snapshots s ON s.id = p.snapshot WHERE p.environment = ?
"""
EDGES = "SELECT product, edges_json FROM column_lineage WHERE environment = ? ORDER BY product"
LAST_PUBLISH = """
    SELECT product, max(revision), max(published_at) FROM publishes WHERE environment = ? GROUP BY product
"""


class Ledger:
    def __init__(self, transaction: Transaction, environment: str) -> None:
        self.environment = environment
        self._transaction = transaction

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._transaction.rows(sql, values)

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        return reading.domains(self._transaction, self.environment)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """By name."""
        found = reading.products(self._transaction, None, self.environment)
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def mesh(self) -> Mesh:
        domains, products = {d.name: d for d in self.domains}, {p.name: p for p in self.products}
        return Mesh("", domains, products, recorded_lines=self.input_lines)

    @cached_property
    def input_lines(self) -> dict[tuple[ProductName, str], str]:
        """(product, input port) to the label of the line that it reads."""
        return {(row[0], row[1]): row[2] for row in self.rows(reading.INPUT_LINES, (self.environment,))}

    @cached_property
    def edges(self) -> dict[ProductName, tuple[ColumnEdge, ...]]:
        """How the columns of each product are computed, as last published; products by name."""
        return {
            product: decoded(said, tuple[ColumnEdge, ...]) for product, said in self.rows(EDGES, (self.environment,))
        }

    @cached_property
    def standing(self) -> dict[LineName, Row]:
        """Line to its snapshot, revision, time of publish, rows and bytes."""
        return {row[0]: row[1:] for row in self.rows(STANDING, (self.environment,))}

    @cached_property
    def last_publishes(self) -> dict[ProductName, Row]:
        """Product to its last revision and the time of it."""
        return {row[0]: row[1:] for row in self.rows(LAST_PUBLISH, (self.environment,))}

    @cached_property
    def recorded(self) -> Recorded:
        return reading.recorded(self._transaction, self.environment)

    def promises(self) -> Iterator[tuple[Product, OutputPort, Contract, Table]]:
        for product in self.products:
            for port, contract, table in product.promises:
                yield product, port, contract, table

"""The relations of the `mesh` domain with what is written and not applied yet in place of what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from weft.errors import Unknown
from weft.names import LineName, ProductName, product_of
from weft.product.candidate import Candidate
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.product.snapshot import ColumnEdge
from weft.registry.database import Row, Transaction
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relations import RELATIONS
from weft.registry.reading import standing_in

if TYPE_CHECKING:
    import pyarrow as pa


class Overlaid(Ledger):
    """A ledger in which a candidate's products are as they are written. What they published stays, as far as they still promise it."""

    def __init__(self, transaction: Transaction, environment: str, candidate: Candidate) -> None:
        super().__init__(transaction, standing_in(transaction, environment))
        self._candidate = candidate

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        found = {domain.name: domain for domain in (*super().domains, *self._candidate.domains)}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def products(self) -> tuple[Product, ...]:
        found = {product.name: product for product in (*super().products, *self._candidate.products)}
        return tuple(found[name] for name in sorted(found) if name not in self._candidate.gone)

    @cached_property
    def edges(self) -> dict[ProductName, tuple[ColumnEdge, ...]]:
        found = super().edges | self._candidate.edges
        return {name: edges for name, edges in found.items() if name not in self._candidate.gone}

    @cached_property
    def standing(self) -> dict[LineName, Row]:
        touched = {product.name for product in self._candidate.products} | {*self._candidate.gone}
        promised = {product.line(table.name, contract.line) for product, _, contract, table in self.promises()}
        return {
            line: row for line, row in super().standing.items() if product_of(line) not in touched or line in promised
        }


def overlaid(
    transaction: Transaction, relations: Iterable[str], environment: str, candidate: Candidate
) -> dict[str, pa.Table]:
    """Each relation by its name, all of one view and made of one ledger. Raises: Unknown."""
    ledger = Overlaid(transaction, environment, candidate)
    return {name: _relation(name, ledger) for name in relations}


def _relation(name: str, ledger: Ledger) -> pa.Table:
    if name not in RELATIONS:
        raise Unknown("relation in the domain mesh", name, RELATIONS)
    return RELATIONS[name].table(ledger)

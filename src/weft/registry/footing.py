"""What decisions about sight rest on, kept by the state of the registry: of what has not moved nothing is read twice.

Agreements are never kept: one that is revoked ends with the next question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weft.names import DomainName, ProductName
from weft.product.agreement import Agreement
from weft.product.footing import Footing
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.registry import reading
from weft.registry.database import Transaction
from weft.registry.values import decoded

STATE = "SELECT name, value FROM counters WHERE name IN ('revision', 'journal')"
HIDING = "SELECT value_json FROM products WHERE environment = ? AND value_json LIKE '%\"discoverable\":%'"
ASKING = "SELECT value_json FROM products WHERE environment = ? AND value_json LIKE ?"
RULE = """
    SELECT content FROM rules r WHERE kind = 'access' AND name = 'agreements' AND retired = 0
    AND version = (SELECT max(version) FROM rules n WHERE n.kind = r.kind AND n.name = r.name)
"""
ENVIRONMENTS = 8
"""How many are kept at once."""


@dataclass
class Known:
    """One environment at one state of the registry."""

    state: tuple[tuple[str, int], ...]
    environment: str
    domains: dict[DomainName, Domain]
    undiscoverable: dict[ProductName, Product]
    asking: dict[ProductName, Product]
    rule: str
    products: dict[ProductName, Product | None] = field(default_factory=dict)
    _input_lines: dict[tuple[ProductName, str], str] | None = None

    def footing(
        self, transaction: Transaction, names: Iterable[ProductName], agreements: tuple[Agreement, ...]
    ) -> Footing:
        wanted = tuple(dict.fromkeys(names))
        if missing := [name for name in wanted if name not in self.products]:
            found = reading.products(transaction, missing, self.environment)
            self.products |= {name: found.get(name) for name in missing}
        products = {name: one for name in wanted if (one := self.products[name]) is not None}
        lines = self._lines(transaction)
        return Footing(self.domains, products, self.undiscoverable, self.asking, agreements, lines, self.rule)

    def _lines(self, transaction: Transaction) -> dict[tuple[ProductName, str], str]:
        if self._input_lines is None:
            rows = transaction.rows(reading.INPUT_LINES, (self.environment,))
            self._input_lines = {(product, port): label for product, port, label in rows}
        return self._input_lines


class Kept:
    """Of one registry, the newest state of each environment that was asked of."""

    def __init__(self, known: dict[str, Known]) -> None:
        self._known = known

    def at(self, transaction: Transaction, environment: str) -> Known:
        state = tuple(sorted((str(name), int(value)) for name, value in transaction.rows(STATE)))
        found = self._known.get(environment)
        if found is None or found.state != state:
            found = _known(transaction, state, reading.standing_in(transaction, environment))
            if len(self._known) >= ENVIRONMENTS:
                self._known.clear()
            self._known[environment] = found
        return found


def _known(transaction: Transaction, state: tuple[tuple[str, int], ...], environment: str) -> Known:
    domains = {domain.name: domain for domain in reading.domains(transaction, environment)}
    hiding = [decoded(text, Product) for (text,) in transaction.rows(HIDING, (environment,))]
    asking = _asking(transaction, hiding, environment)
    rule = next((str(text) for (text,) in transaction.rows(RULE)), "")
    return Known(state, environment, domains, {product.name: product for product in hiding}, asking, rule)


def _asking(transaction: Transaction, hiding: list[Product], environment: str) -> dict[ProductName, Product]:
    """Whoever reads a port of these: it is their people who know of it."""
    ids = {contract.id for product in hiding for contract in product.contracts}
    found: dict[ProductName, Product] = {}
    for id_ in sorted(ids):
        for (text,) in transaction.rows(ASKING, (environment, f"%{id_}%")):
            product: Product = decoded(text, Product)
            if any(port.contract_id == id_ for port in product.input_ports):
                found[product.name] = product
    return found

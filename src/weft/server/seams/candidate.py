"""The registry with one product as it is about to be published: what is decided of it is decided of its own new manifest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from weft.names import PROD, LineName, ProductName
from weft.product.product import InputPort, Product

if TYPE_CHECKING:
    from weft.product.contract import Contract
    from weft.product.footing import Footing
    from weft.registry.seam import Agreements, Registry


class Candidate:
    """Everything but that product is as it is recorded."""

    def __init__(self, registry: Registry, product: Product) -> None:
        self._registry, self._product = registry, product

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        wanted = None if names is None else set(names)
        found = dict(self._registry.products(wanted, environment))
        if wanted is None or self._product.name in wanted:
            found[self._product.name] = self._product
        return found

    @property
    def agreements(self) -> Footed:
        return Footed(self._registry.agreements, self._product)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)


class Footed:
    """Agreements as they are recorded; decisions about the product rest on it as it is about to be published."""

    def __init__(self, agreements: Agreements, product: Product) -> None:
        self._agreements, self._product = agreements, product

    def footing(self, reader: str, products: Iterable[ProductName], environment: str) -> Footing:
        found = self._agreements.footing(reader, products, environment)
        return replace(found, products={**found.products, self._product.name: self._product})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._agreements, name)


def declaring(name: ProductName, contract: Contract, line: LineName) -> Product:
    """A product as it would be, had it this line's contract as an input port: of one that was never applied nothing else is known."""
    port = InputPort(line.rpartition(".")[2].partition("@")[0], contract.id, contract.version)
    return Product(name, name, "", "", (), (port,))

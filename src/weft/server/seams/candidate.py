"""The registry with one product as it is about to be published: what is decided of it is decided of its own new manifest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weft.names import PROD, ProductName
from weft.product.product import Product
from weft.registry.seam import Registry


class Candidate:
    """Everything but that product is as it is recorded."""

    def __init__(self, registry: Registry, product: Product) -> None:
        self._registry, self._product = registry, product

    def products(
        self, names: Iterable[ProductName] | None = None, environment: str = PROD
    ) -> dict[ProductName, Product]:
        wanted = None if names is None else set(names)
        found = self._registry.products(wanted, environment)
        if wanted is None or self._product.name in wanted:
            found[self._product.name] = self._product
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)

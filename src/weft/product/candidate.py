"""What is written and not applied yet, beside what is recorded: the difference that a policy is asked over."""

from __future__ import annotations

from dataclasses import dataclass, field

from weft.names import ProductName
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.product.snapshot import ColumnEdge


@dataclass(frozen=True, slots=True)
class Candidate:
    """These products and domains stand for the recorded ones of their names; those that are gone, for none.

    `edges` say how the columns of these products are computed; of a product without any, what is recorded counts.
    """

    products: tuple[Product, ...] = ()
    domains: tuple[Domain, ...] = ()
    gone: tuple[ProductName, ...] = ()
    edges: dict[ProductName, tuple[ColumnEdge, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.products or self.domains or self.gone)


NOTHING = Candidate()

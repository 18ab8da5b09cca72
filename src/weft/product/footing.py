"""What a decision about somebody's sight rests on, as the registry has it at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weft.names import DomainName, ProductName
from weft.product.agreement import Agreement
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product


@dataclass(frozen=True, slots=True)
class Footing:
    """`products` are those that were asked for; `undiscoverable` all that have a port which says that it is not discoverable.

    `asking` are the products that have one of those ports as an input. `agreements` are the reader's, in whatever state; `rule` is the text that governance published of agreements, else ''.
    """

    domains: Mapping[DomainName, Domain]
    products: Mapping[ProductName, Product]
    undiscoverable: Mapping[ProductName, Product] = field(default_factory=dict)
    asking: Mapping[ProductName, Product] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    input_lines: Mapping[tuple[ProductName, str], str] = field(default_factory=dict)
    rule: str = ""

    def mesh(self) -> Mesh:
        """Of the products that were asked for."""
        return Mesh("", dict(self.domains), dict(self.products), recorded_lines=dict(self.input_lines))

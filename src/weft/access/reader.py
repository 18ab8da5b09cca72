"""Who asks: a product, a person, or the owner of the workspace."""

from __future__ import annotations

from dataclasses import dataclass

from weft.names import IDENTIFIER, ProductName


@dataclass(frozen=True, slots=True)
class Reader:
    """`name` is a product's (`domain.product`), or a person's mail address or user name.

    Without a name it is the owner of the workspace, from whom nothing is kept: the boundary of a mesh of one folder is the
    file system's.
    """

    name: str = ""

    @property
    def is_owner(self) -> bool:
        return not self.name

    @property
    def product(self) -> ProductName | None:
        """The product that asks; None where it is a person."""
        return ProductName(self.name) if names_product(self.name) else None


OWNER = Reader()


def names_product(name: str) -> bool:
    """Whether this names a product, and not a person."""
    domain, dot, product = name.partition(".")
    return bool(dot and IDENTIFIER.fullmatch(domain) and IDENTIFIER.fullmatch(product))

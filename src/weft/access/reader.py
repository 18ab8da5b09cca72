"""Who asks: a product, a service, a person, or the owner of the workspace; with what was granted to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weft.access.roles import Grant
from weft.access.scopes import Scope
from weft.names import IDENTIFIER, ProductName

Kind = Literal["person", "service", "product"]
Attributes = tuple[tuple[str, tuple[str, ...]], ...]


def names_product(name: str) -> bool:
    """Whether this names a product, and not a person."""
    domain, dot, product = name.partition(".")
    return bool(dot and IDENTIFIER.fullmatch(domain) and IDENTIFIER.fullmatch(product))


@dataclass(frozen=True, slots=True)
class Reader:
    """`name` is a product's (`domain.product`), a service's (`domain/service`), or a person's mail address or user name.

    Without a name it is the owner of the workspace, from whom nothing is kept: the boundary of a mesh of one folder is the
    file system's. A name that a product could have is a product's, whatever `kind` was said.
    """

    name: str = ""
    grants: tuple[Grant, ...] = ()
    attributes: Attributes = ()
    """What row filters ask of the reader, by name: `region` to `("EU", "US")`."""
    kind: Kind = "person"
    scopes: tuple[Scope, ...] | None = None
    """What the token that is shown may be used for; None where it is no token."""

    def __post_init__(self) -> None:
        if names_product(self.name):
            object.__setattr__(self, "kind", "product")

    @property
    def is_owner(self) -> bool:
        return not self.name

    @property
    def product(self) -> ProductName | None:
        """The product that asks; None where it is none."""
        return ProductName(self.name) if self.kind == "product" else None

    def values(self, attribute: str) -> tuple[str, ...]:
        """Of one attribute; none where it was not given."""
        return next((values for name, values in self.attributes if name == attribute), ())

    def roles(self, domain: str = "") -> frozenset[str]:
        """Of one domain, or of the mesh."""
        return frozenset(grant.role for grant in self.grants if grant.domain == domain)


OWNER = Reader()

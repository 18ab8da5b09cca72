"""Who decides on agreements: whom the contract's role names, first and second level, else the owners of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from weft.names import DomainName
from weft.product.contract import Contract, Member, Role
from weft.product.mesh import Mesh
from weft.product.product import Product

OWNER_ROLE = "owner"
BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:and|or)\s+")


@dataclass(frozen=True, slots=True)
class Approvers:
    """By level. `second` is empty where one level decides. Nobody in `first` leaves it to the owner of the workspace."""

    first: tuple[str, ...]
    second: tuple[str, ...] = ()
    are_named: bool = False
    """Whether the contract names them; else they are the owners of the domain."""

    @property
    def levels(self) -> int:
        return 2 if self.second else 1

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.first, *self.second)))

    def of(self, level: int) -> tuple[str, ...]:
        return self.second if level == 2 else self.first


def approvers(product: Product, contract: Contract, role: str, mesh: Mesh) -> Approvers:
    """Who decides on a role of a contract."""
    said = role_named(contract, role) or Role("")
    people = tuple(members(product, mesh))
    first, second = (_named(texts, people) for texts in (said.first_level_approvers, said.second_level_approvers))
    if first or second:
        return Approvers(first or second, second if first else (), are_named=True)
    return Approvers(owners(product, mesh))


def role_named(contract: Contract, role: str) -> Role | None:
    return next((one for one in contract.roles if one.role == role), None)


def members(product: Product, mesh: Mesh) -> Iterator[Member]:
    """Who belongs to a product: its own team, and that of its domain."""
    domain = mesh.domains.get(DomainName(product.domain))
    for team in (product.team, *([domain.team] if domain else ())):
        yield from team.members


def owners(product: Product, mesh: Mesh) -> tuple[str, ...]:
    """The owners of a product's domain by its `domain.yaml`; where none is called so, of the product; else all of their teams."""
    domain = mesh.domains.get(DomainName(product.domain))
    teams = (*([domain.team] if domain else ()), product.team)
    for team in teams:
        if found := tuple(m.username for m in team.members if is_owner(m)):
            return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(m.username for team in teams for m in team.members))


def is_owner(member: Member) -> bool:
    return member.role.strip().casefold() == OWNER_ROLE


def _named(text: str, people: tuple[Member, ...]) -> tuple[str, ...]:
    """Usernames as said; a word that a team uses as a role or a name stands for those people."""
    found: list[str] = []
    for said in filter(None, BETWEEN.split(text.strip())):
        meant = [m.username for m in people if said.lower() in (m.role.lower(), m.name.lower())]
        found += [said] if any(said == m.username for m in people) else meant or [said]
    return tuple(dict.fromkeys(found))

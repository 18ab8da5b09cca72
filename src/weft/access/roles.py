"""What somebody may be in a mesh: roles of one domain, and roles of the mesh as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

from weft.product.mesh import Domain

DomainRole = Literal["owner", "developer", "steward", "reader"]
MeshRole = Literal["platform", "governance", "auditor"]
Role = Literal[DomainRole, MeshRole]
DOMAIN_ROLES: tuple[DomainRole, ...] = get_args(DomainRole)
MESH_ROLES: tuple[MeshRole, ...] = get_args(MeshRole)
ROLES: tuple[Role, ...] = (*DOMAIN_ROLES, *MESH_ROLES)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One role, in one domain; a role of the mesh has none. A role in a domain says nothing of those nested in it."""

    role: Role
    domain: str = ""

    def __str__(self) -> str:
        return f"{self.role} of {self.domain or 'the mesh'}"


def is_domain_role(role: str) -> TypeGuard[DomainRole]:
    return role in DOMAIN_ROLES


def is_mesh_role(role: str) -> TypeGuard[MeshRole]:
    return role in MESH_ROLES


def team_grants(name: str, domains: Iterable[Domain]) -> Iterator[Grant]:
    """What the teams of `domain.yaml`, as applied, make of a person: members whose role is one of a domain's."""
    wanted = name.casefold()
    for domain in domains:
        for member in domain.team.members:
            role = member.role.strip().casefold()
            if member.username.casefold() == wanted and is_domain_role(role):
                yield Grant(role, domain.name)


def appointments(old: Domain | None, new: Domain) -> tuple[tuple[str, Grant], ...]:
    """Who is given or loses what by applying a `domain.yaml`: only who may appoint there may publish such a change."""
    before = set(_appointed(old)) if old else set()
    return tuple(sorted(before ^ set(_appointed(new))))


def _appointed(domain: Domain) -> Iterator[tuple[str, Grant]]:
    for member in domain.team.members:
        for grant in team_grants(member.username, (domain,)):
            yield member.username.casefold(), grant

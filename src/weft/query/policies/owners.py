"""Whom a violation concerns: the people of what it is about."""

from __future__ import annotations

from weft.product.contract import Member, Team
from weft.product.mesh import Mesh
from weft.product.subject import subject_of

OWNER = "owner"
MOST = 3


def owners(subject: str, mesh: Mesh) -> tuple[str, ...]:
    """User names of the owners of the product, else of its domain; where nobody is called an owner, of the team."""
    found = subject_of(subject, mesh)
    product = mesh.products.get(found.product) if found.product else None
    domain = mesh.domains.get(found.domain) if found.domain else None
    teams = [thing.team for thing in (product, domain) if thing and thing.team.members]
    return tuple(member.username for member in _of(teams[0])[:MOST]) if teams else ()


def _of(team: Team) -> tuple[Member, ...]:
    return tuple(member for member in team.members if member.role == OWNER) or team.members

"""Domains: what each answers for, its people, its products."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from weft.errors import Unknown
from weft.names import DomainName
from weft.query.facts import Facts
from weft.query.pages import DomainPage
from weft.query.show import shown
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Env, Page

router = APIRouter(prefix="/api/v1/domains", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class DomainListed:
    """`products` counts those that it has published."""

    domain: DomainName
    description: str
    team: str
    parent: DomainName | None
    products: int


@dataclass(frozen=True, slots=True)
class DomainList:
    items: tuple[DomainListed, ...]
    next: str


@router.get("", response_model=DomainList, openapi_extra=acts("discover"))
def domains(asking: Asking, part: Page) -> Response:
    """All domains, by name."""
    asking.allow("discover")
    mesh = Facts(asking.library_of(part.env)).mesh
    counted = [product.domain for product in mesh.products.values()]
    listed = [
        DomainListed(one.name, one.description, one.team.name, one.parent, counted.count(one.name))
        for _, one in sorted(mesh.domains.items())
    ]
    return tagged(DomainList(*part.of(listed)), asking.request)


@router.get("/{domain}", response_model=DomainPage, openapi_extra=acts("discover"))
def domain(asking: Asking, domain: str, env: Env = "prod") -> Response:
    """One domain by the five interfaces: data, where, what, how, who."""
    asking.allow("discover")
    page = shown(domain, asking.library_of(env))
    if not isinstance(page, DomainPage):
        raise Unknown("domain", domain)
    return tagged(page, asking.request)

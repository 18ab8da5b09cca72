"""Services: programs of a domain that act in their own name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from weft.access.identities import State
from weft.access.reader import Kind
from weft.server.api.fields import Name
from weft.server.asking import SIGNED_IN, Asking, acts
from weft.session.people import services

router = APIRouter(prefix="/api/v1/services", tags=["people"])
KEEP = acts("keep services")


@dataclass(frozen=True, slots=True)
class WantedService:
    """`domain.product` stands for that product; any other service is `domain/name`."""

    name: Name


@dataclass(frozen=True, slots=True)
class ServiceSaid:
    name: str
    kind: Kind
    domain: str
    state: State
    made_at: datetime
    made_by: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Services:
    services: tuple[ServiceSaid, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    tokens: int


@router.get("", openapi_extra=acts(SIGNED_IN))
def list_services(asking: Asking) -> Services:
    """Those of the domains that one owns; the platform sees all."""
    return Services(tuple(_said(one) for one in services.listed(asking.serving.session.registry, asking.reader)))


@router.post("", status_code=201, openapi_extra=KEEP)
def make_service(asking: Asking, said: WantedService) -> ServiceSaid:
    """It may nothing until it is given a role or an agreement; its tokens are made with `of`."""
    return _said(services.make(asking.serving.session.registry, asking.reader, said.name))


@router.delete("/tokens", openapi_extra=KEEP)
def withdraw_service_tokens(asking: Asking, service: Annotated[Name, Query()]) -> Withdrawn:
    """All tokens of a service end, at once."""
    return Withdrawn(services.withdraw(asking.serving.session.registry, asking.reader, service))


def _said(one: services.Service) -> ServiceSaid:
    return ServiceSaid(one.name, one.kind, one.domain, one.state, one.made_at, one.made_by, one.tokens)

"""Environments: sets of pointers beside `prod`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from weft.product.environment import Environment
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Page

router = APIRouter(prefix="/api/v1/environments", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class EnvironmentList:
    items: tuple[Environment, ...]
    next: str


@router.get("", response_model=EnvironmentList, openapi_extra=acts("discover"))
def environments(asking: Asking, part: Page) -> Response:
    """By name, `prod` not among them."""
    asking.allow("discover")
    return tagged(EnvironmentList(*part.of(asking.library.registry.environments.all())), asking.request)

"""Environments: sets of pointers beside `prod`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from weft.query.seen import relation
from weft.server.asking import Asking, acts
from weft.server.paging import Page
from weft.server.rows import listed

router = APIRouter(prefix="/api/v1/environments", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class EnvironmentListed:
    """As in `mesh.environments`: `changed_lines` point elsewhere than in `prod`."""

    environment: str
    who: str
    revision: int
    made_at: datetime
    used_at: datetime
    expires_at: datetime
    changed_lines: list[str]


@dataclass(frozen=True, slots=True)
class EnvironmentList:
    items: tuple[EnvironmentListed, ...]
    next: str


@router.get("", response_model=EnvironmentList, openapi_extra=acts("discover"))
def environments(asking: Asking, part: Page) -> Response:
    """By name, `prod` not among them."""
    asking.allow("discover")
    found = relation(asking.library_of(part.env), "environments")
    return listed(found.sort_by("environment"), EnvironmentListed, part, asking)

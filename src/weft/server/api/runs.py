"""Runs: what each did, product by product, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.errors import Unknown
from weft.query.history import Entry, history
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Env, Page

router = APIRouter(prefix="/api/v1/runs", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class RunList:
    items: tuple[Entry, ...]
    next: str


@router.get("", response_model=RunList, openapi_extra=acts("discover"))
def runs(
    asking: Asking,
    part: Page,
    name: Annotated[str, Query(max_length=300, description="Of a domain, a product or a table alone.")] = "",
) -> Response:
    """The newest runs first, with what each did for every product and table, its failed checks, and its events."""
    asking.allow("discover")
    found = history(asking.library_of(part.env), name or None, part.start + part.limit + 1)
    return tagged(RunList(*part.of(found)), asking.request)


@router.get("/{run}", response_model=Entry, openapi_extra=acts("discover"))
def run(asking: Asking, run: str, env: Env = "prod") -> Response:
    """One run."""
    asking.allow("discover")
    found = next((entry for entry in history(asking.library_of(env), None, -1) if entry.run == run), None)
    if found is None:
        raise Unknown("run", run)
    return tagged(found, asking.request)

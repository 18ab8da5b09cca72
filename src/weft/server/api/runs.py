"""Runs: what each did, product by product, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.query.history import Entry, history, run_of
from weft.query.seen import relation
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Env, Page
from weft.server.rows import equal, listed

router = APIRouter(prefix="/api/v1/runs", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class RunListed:
    """As in `mesh.runs`; `/api/v1/runs/{run}` tells what it did for each product."""

    run: str
    environment: str
    command: str
    who: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    seconds: float | None
    message: str | None


@dataclass(frozen=True, slots=True)
class RunList:
    items: tuple[RunListed, ...]
    next: str


@dataclass(frozen=True, slots=True)
class RunHistory:
    items: tuple[Entry, ...]
    next: str


@router.get("", response_model=RunList, openapi_extra=acts("discover"))
def runs(asking: Asking, part: Page) -> Response:
    """The newest first."""
    asking.allow("discover")
    found = relation(asking.library_of(part.env), "runs", lambda table: equal(table, {"environment": part.env}))
    return listed(found.sort_by([("run", "descending")]), RunListed, part, asking)


@router.get("/of/{name}", response_model=RunHistory, openapi_extra=acts("discover"))
def runs_of(
    asking: Asking,
    name: str,
    part: Page,
    most: Annotated[int, Query(ge=1, le=100, description="Look back over so many runs at most.")] = 50,
) -> Response:
    """What runs did for a domain, a product or a table, the newest first, with failed checks and events."""
    asking.allow("discover")
    return tagged(RunHistory(*part.of(history(asking.library_of(part.env), name, most))), asking.request)


@router.get("/{run}", response_model=Entry, openapi_extra=acts("discover"))
def run(asking: Asking, run: str, env: Env = "prod") -> Response:
    """What one run did for each product and table, its failed checks, and its events."""
    asking.allow("discover")
    return tagged(run_of(asking.library_of(env), run), asking.request)

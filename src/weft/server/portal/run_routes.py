"""Where the pages about runs are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from weft.server.asking import Asking, acts
from weft.server.portal import runs
from weft.server.portal.answering import page
from weft.server.portal.failing import failing
from weft.server.portal.scheduled import scheduled
from weft.server.portal.waiting import waiting

router = APIRouter(include_in_schema=False)
FINDS = acts("discover")
Words = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class OfRuns:
    """What narrows a page about runs: the name of a domain, a product or a table, and which part of the list."""

    name: Words = ""
    product: Words = ""
    page: Annotated[int, Query(ge=1, le=100_000)] = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", (self.name or self.product).strip())


Narrowed = Annotated[OfRuns, Depends()]


@router.get("/runs", openapi_extra=FINDS)
def runs_page(asking: Asking, of: Narrowed, state: Words = "", part: Words = "") -> Response:
    asking.allow("discover")
    told = runs.runs(asking.library, of.name, (state, of.page))
    return _live(page(asking, "runs_rows.html" if part == "rows" else "runs.html", told), bool(told["now"]))


@router.get("/runs/checks", openapi_extra=FINDS)
def failing_page(asking: Asking, of: Narrowed) -> Response:
    asking.allow("discover")
    return page(asking, "runs_checks.html", failing(asking.library, of.name, of.page))


@router.get("/runs/waiting", openapi_extra=FINDS)
def waiting_page(asking: Asking, of: Narrowed) -> Response:
    asking.allow("discover")
    return page(asking, "runs_waiting.html", waiting(asking.library, of.name, of.page))


@router.get("/runs/schedule", openapi_extra=FINDS)
def schedule_page(asking: Asking, of: Narrowed) -> Response:
    asking.allow("discover")
    return page(asking, "runs_schedule.html", scheduled(asking.library, of.name, of.page))


@router.get("/runs/{id}", openapi_extra=FINDS)
def run_page(asking: Asking, id: str, of: Narrowed, part: Words = "") -> Response:
    asking.allow("discover")
    told = runs.run(asking.library, id, of.page)
    return _live(page(asking, "run_live.html" if part == "live" else "run.html", told), told["is_running"])


def _live(answer: Response, is_running: bool) -> Response:
    """Tells the page's script whether there will be more to see."""
    answer.headers["Weft-Running"] = "true" if is_running else "false"
    return answer

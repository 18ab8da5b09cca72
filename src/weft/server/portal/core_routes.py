"""Where the pages of core data are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from weft.server.asking import Asking, acts
from weft.server.portal.answering import page
from weft.server.portal.core_data import Wanted, id_page, pair_page, waiting
from weft.server.stewarding import ACTION

router = APIRouter(prefix="/products/{name}/core", include_in_schema=False)
STEWARDS = acts(ACTION)
Record = Annotated[str, Query(min_length=3, max_length=2000)]


@router.get("", openapi_extra=STEWARDS)
def queue_page(asking: Asking, name: str, wanted: Annotated[Wanted, Depends()]) -> Response:
    return page(asking, "core_queue.html", waiting(name, wanted, asking))


@router.get("/pair", openapi_extra=STEWARDS)
def one_pair(asking: Asking, name: str, left: Record, right: Record, wanted: Annotated[Wanted, Depends()]) -> Response:
    return page(asking, "core_pair.html", pair_page(name, (left, right), wanted, asking))


@router.get("/ids/{core_id}", openapi_extra=STEWARDS)
def one_id(asking: Asking, name: str, core_id: str) -> Response:
    return page(asking, "core_id.html", id_page(name, core_id, asking))

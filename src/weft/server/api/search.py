"""Search: domains, products, tables and columns by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.query.search import Hit, Kind, search
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Env

router = APIRouter(prefix="/api/v1/search", tags=["catalogue"])
MOST = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What the words are found in, the best first; `missing` are those that a hit does not hold."""

    words: str
    hits: tuple[Hit, ...]


@router.get("", response_model=Found, openapi_extra=acts("discover"))
def find(
    asking: Asking,
    words: Annotated[
        str, Query(max_length=500, description="What holds all of them comes first; typing errors are forgiven.")
    ],
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    kind: Annotated[Kind | None, Query(description="Of one kind alone.")] = None,
    env: Env = "prod",
) -> Response:
    """Domains, products, tables and columns by their names, titles, tags, people and descriptions, tables by their columns too."""
    asking.allow("discover")
    hits = search(words, asking.library_of(env), limit if kind is None else MOST)
    chosen = tuple(hit for hit in hits if kind in (None, hit.kind))[:limit]
    return tagged(Found(words, chosen), asking.request)

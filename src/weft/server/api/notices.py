"""Notices: what happened to products, for the people who use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.query.seen import relation
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Page

router = APIRouter(prefix="/api/v1/notices", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class Notice:
    """As in `mesh.events`: `line_name` is '' where it is of the product as a whole."""

    event: int
    happened_at: datetime
    product: str
    line_name: str
    kind: str
    message: str
    run: str
    who: str


@dataclass(frozen=True, slots=True)
class NoticeList:
    items: tuple[Notice, ...]
    next: str


@router.get("", response_model=NoticeList, openapi_extra=acts("discover"))
def notices(
    asking: Asking,
    part: Page,
    name: Annotated[str, Query(max_length=300, description="Of a domain, a product or a table alone.")] = "",
    kind: Annotated[str, Query(max_length=50)] = "",
    after: Annotated[int, Query(ge=0, le=2**62, description="Those after an event's number alone.")] = 0,
) -> Response:
    """The newest first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    asking.allow("discover")
    found = relation(asking.library_of(part.env), "events")
    keep = pc.and_(pc.equal(found.column("environment"), part.env), pc.greater(found.column("event"), after))
    found = found.filter(keep)
    if kind:
        found = found.filter(pc.equal(found.column("kind"), kind))
    if name:
        lines = zip(found.column("product").to_pylist(), found.column("line_name").to_pylist(), strict=True)
        found = found.filter(pa.array([_concerns(product, line, name) for product, line in lines], pa.bool_()))
    chosen = found.sort_by([("event", "descending")]).select(list(Notice.__dataclass_fields__))
    rows, following = part.rows(chosen)
    return tagged({"items": rows, "next": following}, asking.request)


def _concerns(product: str, line: str, name: str) -> bool:
    """What happened to a product as a whole happened to each of its tables."""
    table = line.partition("@")[0]
    return (
        name in (product, line, table)
        or product.startswith(f"{name}.")
        or (not line and name.startswith(f"{product}."))
    )

"""Columns, over all tables: what a classification or a tag is carried by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.names import LineName
from weft.query.seen import relation
from weft.server.asking import Asking, acts
from weft.server.paging import Page
from weft.server.rows import equal, listed, with_tag

router = APIRouter(prefix="/api/v1/columns", tags=["catalogue"])
Within = Annotated[str, Query(max_length=300, description="Of a domain, a product, or a table's line alone.")]
Text = Annotated[str, Query(max_length=100)]
BY_DOTS = ("domain", "product", "line_name")


@dataclass(frozen=True, slots=True)
class ColumnListed:
    """As in `mesh.columns`."""

    line_name: LineName
    column_name: str
    position: int
    type: str
    required: bool
    is_unique: bool
    key_position: int | None
    classification: str | None
    tags: list[str]
    business_name: str | None
    description: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class ColumnList:
    items: tuple[ColumnListed, ...]
    next: str


@router.get("", response_model=ColumnList, openapi_extra=acts("discover"))
def columns(asking: Asking, part: Page, within: Within = "", classification: Text = "", tag: Text = "") -> Response:
    """Columns, by table and place; with a classification or a tag where one is said."""
    asking.allow("discover")
    said = {BY_DOTS[min(within.count("."), 2)]: within, "classification": classification}
    found = equal(relation(asking.library_of(part.env), "columns"), said)
    return listed(with_tag(found, tag), ColumnListed, part, asking)

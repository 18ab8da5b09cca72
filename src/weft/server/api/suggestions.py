"""Suggested checks of a table: learnt from its past on request, accepted one by one, and handed back as a patch of its contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from weft.errors import Unknown
from weft.query.pages import TablePage
from weft.query.show import shown
from weft.server.answers import answer
from weft.server.asking import Asker, Asking, acts
from weft.server.profiling import State, Work
from weft.server.suggestions import Suggestions, asked, begin, patch, suggestions

router = APIRouter(prefix="/api/v1/tables/{table}/suggestions", tags=["profiles"])
PROFILES = acts("profile")


@dataclass(frozen=True, slots=True)
class SuggestionsSaid:
    """Waiting, running, done or failed, and then `failed` says why; '' where nobody asked since the table was last published."""

    state: State | str = ""
    asked_at: datetime | None = None
    failed: str = ""
    suggestions: Suggestions | None = field(default=None)


class Accepted(BaseModel):
    """Suggestions by their ids."""

    model_config = ConfigDict(extra="forbid")
    accept: list[str] = Field(max_length=5000, examples=[["range(delay)"]])


@router.get("", response_model=SuggestionsSaid, openapi_extra=PROFILES)
def suggested(asking: Asking, table: str) -> Response:
    """What was suggested on this server since the table was last published."""
    page = _page(table, asking)
    return answer(_said(asked(page, asking), page, asking))


@router.post("", response_model=SuggestionsSaid, status_code=202, openapi_extra=PROFILES)
def suggest(asking: Asking, table: str) -> Response:
    """Have it learnt from the table's past what can be promised; GET says when that is done."""
    page = _page(table, asking)
    return answer(_said(begin(page, asking), page, asking), 202)


@router.post(
    "/patch",
    openapi_extra=PROFILES,
    response_class=Response,
    responses={
        200: {
            "description": "A unified diff of the contract, for `git apply`.",
            "content": {"text/x-patch": {"schema": {"type": "string"}}},
        }
    },
)
def accept(asking: Asking, table: str, accepted: Annotated[Accepted, Body()]) -> Response:
    """The contract with the accepted suggestions in it, as a patch; comments, order and all that a person wrote stay as they are."""
    found = patch(_page(table, asking), accepted.accept, asking)
    headers = {"Content-Disposition": f'attachment; filename="{found.file}"', "Cache-Control": "no-store"}
    return Response(found.text, headers=headers, media_type="text/x-patch; charset=utf-8")


def _page(table: str, asking: Asker) -> TablePage:
    """Raises: Unknown."""
    page = shown(table, asking.library) if table.count(".") > 1 else None
    if not isinstance(page, TablePage):
        raise Unknown("table", table)
    return page


def _said(work: Work | None, page: TablePage, asking: Asker) -> SuggestionsSaid:
    if work is None:
        return SuggestionsSaid()
    found = suggestions(work, page, asking) if work.state == "done" else None
    return SuggestionsSaid(work.state, work.asked_at, work.failed, found)

"""`/api/v1/products/{product}/core`: for stewards, what waits for a decision, all of one core id, and decisions as a patch."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from weft.query.stewarding.values import CoreRecord, Queue, Sought, Tied
from weft.server.answers import answer
from weft.server.asking import Asking, acts
from weft.server.stewarding import ACTION, MOST_DECISIONS, Decided, decisions, queue_seen, record_seen, tied_seen

router = APIRouter(prefix="/api/v1/products/{product}/core", tags=["core data"])
STEWARDS = acts(ACTION)
Record = Annotated[
    str, Query(min_length=3, max_length=2000, examples=["crm:1001"], description="A record as `source:id`.")
]
Chance = Annotated[float, Query(ge=0, le=1)]


class Deciding(BaseModel):
    """Two records, each as `source:id`."""

    model_config = ConfigDict(extra="forbid")
    decision: Literal["same", "different"]
    left: str = Field(min_length=3, max_length=2000, examples=["crm:1001"])
    right: str = Field(min_length=3, max_length=2000, examples=["registry:7"])
    why: str = Field("", max_length=1000)


class AllDecided(BaseModel):
    """`why` is the reason of those that have none of their own."""

    model_config = ConfigDict(extra="forbid")
    decisions: list[Deciding] = Field(max_length=MOST_DECISIONS)
    why: str = Field("", max_length=1000)


@router.get("/review", response_model=Queue, openapi_extra=STEWARDS)
def review(  # noqa: PLR0913, PLR0917 one parameter for each
    asking: Asking,
    product: str,
    source: Annotated[str, Query(max_length=200)] = "",
    least: Chance = 0.0,
    greatest: Chance = 1.0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """The pairs of records that wait for a person, the surest first, with what speaks for and against their being one."""
    return answer(queue_seen(asking, product, Sought(source, least, greatest, limit, skip)))


@router.get("/ids/{core_id}", response_model=CoreRecord, openapi_extra=STEWARDS)
def one_id(asking: Asking, product: str, core_id: str) -> Response:
    """All of one core id: its records and what tied them, its values and how they are corroborated, and its history."""
    return answer(record_seen(asking, product, core_id))


@router.get("/tie", response_model=Tied, openapi_extra=STEWARDS)
def tie(asking: Asking, product: str, left: Record, right: Record) -> Response:
    """Why two records are one, or are not."""
    return answer(tied_seen(asking, product, left, right))


@router.post(
    "/decisions",
    openapi_extra=STEWARDS,
    response_class=Response,
    responses={
        200: {
            "description": "A unified diff of the team's decisions file, for `git apply`; its lines, where this server has not the team's folder.",
            "content": {"text/x-patch": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}},
        }
    },
)
def decide(asking: Asking, product: str, decided: Annotated[AllDecided, Body()]) -> Response:
    """Decisions as they would stand in the team's file, under the name of whoever asks. Nothing is written here: they count once the
    team has taken them over and applied."""
    chosen = [Decided(one.decision, one.left, one.right, one.why or decided.why) for one in decided.decisions]
    found = decisions(asking, product, chosen)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"', "Cache-Control": "no-store"}
    kind = "text/x-patch" if found.is_patch else "text/csv"
    return Response(found.text, headers=headers, media_type=f"{kind}; charset=utf-8")

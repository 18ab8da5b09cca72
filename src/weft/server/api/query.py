"""SQL over what is published, answered as it is computed; what runs can be looked at and cancelled by its id."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from weft.names import PROD
from weft.query.service import Demand
from weft.query.service.running import Running
from weft.server.asking import Asking, acts
from weft.server.queries import QueryAnswer, form_of, service_of, who_of

router = APIRouter(prefix="/api/v1/query", tags=["query"])
QUERY = acts("query")
ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$"


class TypedValue(BaseModel):
    """A value that JSON has no word for, as a text."""

    model_config = ConfigDict(extra="forbid")
    type: Literal[
        "bigint", "hugeint", "double", "decimal", "varchar", "date", "time", "timestamp", "timestamptz", "uuid", "blob"
    ]
    value: str | int | float | None


Value = bool | int | float | str | None | TypedValue
Values = dict[str, Value | list[Value]] | list[Value | list[Value]]


class Asked(BaseModel):
    """One question. Values of `$name` come by name, those of `?` and `$1` in their order; they are bound, and never part of the SQL."""

    model_config = ConfigDict(extra="forbid")
    sql: str = Field(max_length=100_000, examples=["SELECT * FROM mesh.tables LIMIT 10"])
    parameters: Values = Field(default_factory=list)
    format: Literal["", "arrow", "jsonl", "csv"] = Field("", description="Else what `Accept` says, else jsonl.")
    compression: Literal["", "zstd", "lz4", "gzip"] = Field(
        "", description="zstd and lz4 of Arrow's buffers, gzip of jsonl and csv."
    )
    rows: int = Field(0, ge=0, le=2**62, description="So many rows are enough; 0 is all.")
    seconds: float = Field(0, ge=0, le=86_400, description="How long it may take, within what the server allows.")
    environment: str = Field(PROD, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")
    id: str = Field(
        "", pattern=f"^$|{ID}", description="A new one of your choice, to cancel it by before it is answered."
    )


class RunningShown(BaseModel):
    """`milliseconds` are from being asked to the end, `rows` are known when it is over."""

    id: str
    who: str
    sql: str
    state: Literal["waiting", "running", "done", "failed", "refused", "cancelled"]
    began: datetime
    milliseconds: int
    rows: int
    bytes: int
    failed: str = ""


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows, as they are computed. `Weft-Columns`, `Weft-Read`, `Weft-Notices`, `Weft-Masked` and `Weft-Query` say "
        "what they are; `Weft-Rows` and `Weft-Cut` too, where the answer is small. An answer that fails on its way is broken off: as Arrow "
        "and CSV its connection is closed without an end, JSON lines end with an object `error`.",
        "content": {
            "application/vnd.apache.arrow.stream": {"schema": {"type": "string", "format": "binary"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


@router.post("", openapi_extra=QUERY, response_class=Response, responses=ANSWERS)
async def ask(
    asking: Asking, asked: Annotated[Asked, Body()], accept: Annotated[str, Header(include_in_schema=False)] = ""
) -> Response:
    """Answer SQL over what is published; anything but reading is refused before it runs."""
    asking.allow("query")
    demand = Demand(
        asked.sql,
        asked.model_dump(include={"parameters"})["parameters"],
        form_of(asked.format, accept),
        asked.compression,
        asked.rows,
        asked.seconds,
        asked.id,
    )
    return QueryAnswer(asking, demand, asked.environment)


@router.get("", openapi_extra=QUERY)
async def listed(asking: Asking) -> list[RunningShown]:
    """The queries of whoever asks that run, and those that ended a while ago, the newest first."""
    asking.allow("query")
    return [_shown(one) for one in service_of(asking.serving).running.of(who_of(asking))]


@router.get("/{id}", openapi_extra=QUERY)
async def looked_at(asking: Asking, id: str) -> RunningShown:
    """What a query of one's own is at, and how it ended."""
    asking.allow("query")
    return _shown(service_of(asking.serving).running.found(id, who_of(asking)))


@router.delete("/{id}", openapi_extra=QUERY)
async def cancelled(asking: Asking, id: str) -> RunningShown:
    """Cancel a query of one's own, whatever it is at; one that is over stays as it is."""
    asking.allow("query")
    found = service_of(asking.serving).running.found(id, who_of(asking))
    found.stop("cancelled")
    return _shown(found)


def _shown(one: Running) -> RunningShown:
    return RunningShown(
        id=one.id,
        who=one.who,
        sql=one.sql,
        state=one.state,
        began=one.began,
        milliseconds=one.milliseconds,
        rows=one.rows,
        bytes=one.bytes,
        failed=one.failed,
    )

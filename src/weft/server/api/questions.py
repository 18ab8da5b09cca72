"""`/api/v1/questions`: what the command line and the Python client ask in the place of a workspace, answered as whoever asks may see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from weft.errors import Misuse, Unknown
from weft.identity.caller import acting_as
from weft.names import PROD
from weft.query.pages import TableWhere
from weft.server.api.registry import as_it_was, refuse_skewed, whole
from weft.server.asking import Asker, Asking, acts
from weft.session.questions import QUESTIONS, AnyPage, page_of
from weft.session.served import ServedSession

router = APIRouter(prefix="/api/v1/questions", tags=["checkouts"])
MOST_BYTES = 2**20
PACKED = "application/msgpack"
_BINARY: dict[str, Any] = {PACKED: {"schema": {"type": "string", "format": "binary"}}}
Environment = Annotated[str, Query(max_length=200, description="`prod`, or the name of an environment")]


@router.post(
    "/{question}",
    response_class=Response,
    responses={200: {"content": _BINARY, "description": "the value"}, 304: {"description": "as it was"}},
    openapi_extra={**acts("discover"), "requestBody": {"required": True, "content": _BINARY}},
)
async def ask(question: str, request: Request, asking: Asking, environment: Environment = PROD) -> Response:
    """One question of Weft's own command line: its arguments, and the answer, are MessagePack. For programs there is the
    catalogue, and `/api/v1/query`."""
    refuse_skewed(request)
    body = await whole(request, MOST_BYTES)
    return as_it_was(await run_in_threadpool(_answered, asking, question, (environment, body)), request)


def _answered(asking: Asker, name: str, said: tuple[str, bytes]) -> bytes:
    environment, body = said
    if name not in QUESTIONS:
        raise Unknown("question", name, QUESTIONS)
    question = QUESTIONS[name]()
    asking.allow(question.action)
    try:
        arguments = msgspec.msgpack.decode(body, type=question.takes)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        mend = "This is for Weft's own command line; /docs describes what is for programs."
        raise Misuse(f"what was sent is not what '{name}' takes: {error}", mend=mend) from error
    with acting_as(asking.reader.name), ServedSession(asking.serving.session, environment, asking.reader) as session:
        found = question.answer(session, *arguments)
    told = without_places(found) if isinstance(found, AnyPage) else found
    return msgspec.msgpack.encode(told, enc_hook=str)


def without_places(found: AnyPage) -> AnyPage:
    """Where the server keeps its files is of no use elsewhere: they are read by asking."""
    page = found.page
    where = replace(page.where, tables=tuple(map(_placeless, page.where.tables)))
    return page_of(replace(page, where=where))


def _placeless(table: TableWhere) -> TableWhere:
    read = replace(table.how_to_read, duckdb="", pyarrow="")
    files = tuple(replace(file, path=Path(file.path.name)) for file in table.files)
    return replace(table, how_to_read=read, files=files, fault="its files are not all there" if table.fault else "")

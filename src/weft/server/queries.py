"""The query service of one server process, and how an answer of it is spoken over HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.responses import Response

from weft.errors import WeftError
from weft.query.service import BrokenOff, Demand, Origin, Service
from weft.server.asking import OWNER_NAME, Asker
from weft.server.serving import Serving

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

LOG = logging.getLogger("weft.server")
PART = "queries"
MEDIA = {
    "arrow": "application/vnd.apache.arrow.stream",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}
ACCEPTED = {
    "application/vnd.apache.arrow.stream": "arrow",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "text/csv": "csv",
}
MOST_HEADER_BYTES = 4096
"""Proxies take few more: columns that need more are told by GET, by the query's id."""


@asynccontextmanager
async def life(serving: Serving) -> AsyncIterator[None]:
    service = serving.parts[PART] = Service(serving.server.queries)
    await service.start()
    try:
        yield
    finally:
        await service.close(serving.server.drain_seconds)


def service_of(serving: Serving) -> Service:
    found: Service = serving.parts[PART]
    return found


def who_of(asking: Asker) -> str:
    return asking.reader.name or OWNER_NAME


def form_of(chosen: str, accept: str) -> str:
    """What was chosen, else the first form that is accepted, else JSON lines, which a person can read."""
    if chosen:
        return chosen
    for part in accept.split(","):
        if form := ACCEPTED.get(part.partition(";")[0].strip().lower()):
            return form
    return "jsonl"


class QueryAnswer(Response):
    """Begins when there is something to send; what fails before is an error like any other.

    What fails later breaks the connection off, so that nobody takes half an answer for a whole one; JSON lines end with an error instead.
    """

    def __init__(self, asking: Asker, demand: Demand, environment: str) -> None:
        self._asking, self._demand, self._environment = asking, demand, environment
        self.background = None
        self.status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asking = self._asking
        service = service_of(asking.serving)
        library = await asyncio.to_thread(asking.library_of, self._environment)
        origin = Origin(who_of(asking), "api", asking.request_id)
        watching: asyncio.Task[None] | None = None
        has_begun = False
        try:
            async with service.ask(self._demand, library, origin) as answering:
                watching = None
                has_begun = True
                await self._sent(answering, send)
        except BrokenOff as broken:
            if not has_begun:
                raise
            await self._broken(broken, send)
        except WeftError as error:
            if not has_begun:
                raise
            await self._broken(error, send)
        finally:
            if watching:
                watching.cancel()

"""The query service of one server process, and how an answer of it is spoken over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from weft.errors import WeftError
from weft.names import PROD
from weft.query.library import Library
from weft.query.service import Answering, Demand, Origin, Service
from weft.server.asking import OWNER_NAME, Asker
from weft.server.errors import ErrorAnswer, ErrorSaid, said
from weft.server.metrics import Metrics
from weft.server.serving import Serving

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.types import Receive, Scope, Send

    from weft.query.service.running import Running

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
SWITCH_SECONDS = 0.0005
"""How long one thread of Python keeps the others waiting: at its own five milliseconds, each question of a thread to the registry may cost as much."""
MOST_HEADER_BYTES = 4096
"""Proxies take few more: columns that need more are told by GET, by the query's id."""


@asynccontextmanager
async def life(serving: Serving) -> AsyncIterator[None]:
    sys.setswitchinterval(SWITCH_SECONDS)
    service = serving.parts[PART] = Service(serving.server.queries)
    await service.start()
    _measure(service, Metrics.of(serving).registry)
    serving.ready["workers"] = lambda: service.is_ready
    try:
        yield
    finally:
        await service.close(serving.server.drain_seconds)


def _measure(service: Service, registry: CollectorRegistry) -> None:
    from prometheus_client import Counter, Gauge

    ended = Counter("weft_queries", "Queries that have ended, by how.", ("outcome",), registry=registry)
    rows = Counter("weft_query_rows", "Rows of queries that have ended.", registry=registry)
    waiting = Gauge("weft_queries_waiting", "Queries that wait for their turn.", registry=registry)
    running = Gauge("weft_queries_running", "Queries that are computed or sent.", registry=registry)
    waiting.set_function(lambda: service.turns.waiting)
    running.set_function(lambda: sum(one.state == "running" for one in service.running.under_way()))

    def note(one: Running) -> None:
        ended.labels(one.state).inc()
        rows.inc(one.rows)

    service.when_ended = note


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


class Abandoned(Exception):
    """An answer that had begun is broken off, and so is its connection."""


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
        library = await _library(asking, self._environment)
        origin = Origin(who_of(asking), request_id=asking.request_id)
        out = _Out(send, self._demand)
        gone = _Gone(receive)
        try:
            async with service_of(asking.serving).ask(self._demand, library, origin) as answering:
                await out.sent(answering)
        except WeftError as error:
            if not out.has_begun:
                raise
            await out.broken(said(error, asking.request_id))
        except asyncio.CancelledError:
            if not gone.is_so:
                raise
        finally:
            gone.forget()


async def _library(asking: Asker, environment: str) -> Library:
    """Of `prod` nothing is read for it, so that no thread is needed."""
    return asking.library if environment == PROD else await asyncio.to_thread(asking.library_of, environment)


class _Gone:
    """Ends what is done for whoever asked, once they have hung up."""

    def __init__(self, receive: Receive) -> None:
        self.is_so = False
        self._receive, self._task = receive, asyncio.current_task()
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_so = True
        if self._task:
            self._task.cancel()

    def forget(self) -> None:
        self._watching.cancel()


class _Out:
    """One answer on its way to whoever asked."""

    def __init__(self, send: Send, demand: Demand) -> None:
        self._send, self._demand = send, demand
        self.has_begun = False

    async def sent(self, answering: Answering) -> None:
        whole = answering.whole() if answering.is_whole else None
        headers = [*_headers(answering, self._demand)]
        if whole is not None:
            headers.append((b"content-length", str(len(whole)).encode()))
        self.has_begun = True
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        if whole is not None:
            await self._part(answering.running, whole, more=False)
            return
        async for part in answering.parts():
            await self._part(answering.running, part, more=True)
        await self._part(answering.running, b"", more=False)

    async def _part(self, running: Running, part: bytes, *, more: bool) -> None:
        """Waits while whoever asked does not take it: so does the process that computes."""
        running.sending_since = time.monotonic()
        await self._send({"type": "http.response.body", "body": part, "more_body": more})
        running.bytes += len(part)
        running.sending_since = 0.0

    async def broken(self, error: ErrorSaid) -> None:
        """Without its last part an answer is none: whoever speaks HTTP sees that it was broken off."""
        LOG.warning(error.what, extra={"request_id": error.request_id, "kind": error.kind})
        if self._demand.form == "jsonl" and not self._demand.compression:
            line = msgspec.json.encode(ErrorAnswer(error)) + b"\n"
            await self._send({"type": "http.response.body", "body": line, "more_body": False})
            return
        raise Abandoned


def _headers(answering: Answering, demand: Demand) -> Iterator[tuple[bytes, bytes]]:
    yield b"content-type", MEDIA[demand.form].encode()
    if demand.compression == "gzip":
        yield b"content-encoding", b"gzip"
    yield b"weft-query", answering.running.id.encode()
    yield b"weft-read", ", ".join(answering.lines).encode()
    columns = [{"name": name, "type": kind} for name, kind in answering.columns]
    told = {b"weft-columns": columns, b"weft-notices": answering.notices, b"weft-masked": dict(answering.masked)}
    for name, value in told.items():
        text = _ascii(value)
        if value and len(text) <= MOST_HEADER_BYTES:
            yield name, text
    if answering.filtered:
        yield b"weft-filtered", ", ".join(answering.filtered).encode()
    if answering.is_whole:
        yield b"weft-rows", str(answering.running.rows).encode()
        yield b"weft-cut", b"true" if answering.is_cut else b"false"


def _ascii(value: object) -> bytes:
    """JSON as a header may hold it."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")

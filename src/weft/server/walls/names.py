"""Each request gets an id; what came of it is one line of the log and a count of the metrics."""

from __future__ import annotations

import logging
import re
import time
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders

from weft.server.errors import unforeseen
from weft.server.logs import REQUEST_ID
from weft.server.metrics import Metrics

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from weft.server.serving import Serving

LOG = logging.getLogger("weft.server")
GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""An id that a caller or a proxy brings along is taken over where it can do no harm in a log."""
SECRET = re.compile(r"token|secret|code|key|link|invitation")
"""Parts of a path that are never written down."""


class Names:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._metrics = app, Metrics.of(serving)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named, began, answered = request_id(scope), time.perf_counter(), _Answered(send)
        scope.setdefault("state", {})["request_id"] = answered.id = named
        mark = REQUEST_ID.set(named)
        try:
            with self._metrics.running():
                await self._app(scope, receive, answered)
        except Exception as error:
            LOG.error("unforeseen", exc_info=error)
            if not answered.status:
                await unforeseen(named)(scope, receive, answered)
        finally:
            self._tell(scope, answered, time.perf_counter() - began)
            REQUEST_ID.reset(mark)

    def _tell(self, scope: Scope, answered: _Answered, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "")
        self._metrics.told(scope["method"], route, answered.status, seconds)
        LOG.info(
            "request",
            extra={
                "method": scope["method"],
                "path": _said(route, scope),
                "status": answered.status,
                "bytes": answered.bytes,
                "ms": round(seconds * 1000, 1),
                "client": (scope.get("client") or ("",))[0],
                "reader": scope["state"].get("reader", ""),
            },
        )


class _Answered:
    """What goes out, watched; `status` is 0 where nobody was left to answer."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.id, self.status, self.bytes = "", 0, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self.id
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if GIVEN.fullmatch(given) else token_hex(8)


def _said(route: str, scope: Scope) -> str:
    """The path as it may be written down: what it names, unless that is a secret."""
    found: dict[str, Any] = scope.get("path_params") or {}
    for name, value in found.items():
        said = "..." if SECRET.search(name) else str(value)
        for written in (f"{{{name}}}", f"{{{name}:path}}"):
            route = route.replace(written, said)
    return route or "(none)"

"""How large a request may be: nothing larger is read into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from weft.errors import TooLarge
from weft.server.errors import refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from weft.server.serving import Serving

LARGER: dict[str, int] = {"/api/v1/registry/": 64 * 2**20, "/api/v1/store/": 16 * 2**30}
"""By the beginning of a path, where a route takes more bytes than the settings say; it reads them as they come."""


class Bodies:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._most = app, serving.server.body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((most for path, most in LARGER.items() if scope["path"].startswith(path)), self._most)
        if _said(scope) > most:
            error = TooLarge(f"the request has more than {most:,} bytes")
            await refused(error, scope["state"]["request_id"])(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, f"the request has more than {most:,} bytes")
            return message

        await self._app(scope, counted, send)


def _said(scope: Scope) -> int:
    found = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(found) if found.isdigit() else 0

"""Cookies go out with whatever is answered: a stream, an error or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from weft.server.serving import Serving


class Cookies:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                for cookie in scope["state"].get("cookies", {}).values():
                    MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, with_cookies if scope["type"] == "http" else send)

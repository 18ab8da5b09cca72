"""The headers that keep a browser from doing with an answer what it is not for. Source: OWASP, HTTP Headers Cheat Sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from weft.server.serving import Serving

NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of what is no page: nothing that it says is ever run or shown by a browser."""
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Of a page of ours: scripts and styles are files of this server, and none stands in the page itself."""
ALWAYS = {
    "Content-Security-Policy": NO_PAGE,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Where a route says something else itself, that stands."""
ONLY_HTTPS = "max-age=31536000; includeSubDomains"


class Headers:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._is_https = app, serving.server.url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                if self._is_https or scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", ONLY_HTTPS)
            await send(message)

        await self._app(scope, receive, headed if scope["type"] == "http" else send)

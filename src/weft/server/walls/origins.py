"""A page of another site cannot act with the cookie of whoever is signed in here.

The first of two walls: by what browsers say of where a request comes from. The second is the session's own token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.errors import Refused
from weft.server.errors import refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from weft.server.serving import Serving

READS = ("GET", "HEAD", "OPTIONS")
OURS = ("same-origin", "none")


class Origins:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._url = app, serving.server.url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READS and self._is_foreign(scope):
            error = Refused("this request comes from a page of another site")
            await refused(error, scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        """What is sent by no browser brings neither of the two headers, and no cookie that it did not mean to."""
        said = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (SITE, ORIGIN)}
        if site := said.get(SITE):
            return site not in OURS
        origin = said.get(ORIGIN)
        return origin is not None and not self._is_ours(origin, scope)

    def _is_ours(self, origin: str, scope: Scope) -> bool:
        """Another port of the same host is another site's."""
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        return origin == self._url or (bool(host) and origin.partition("://")[2] == host)


SITE, ORIGIN = b"sec-fetch-site", b"origin"

"""The names that the server answers to: another site's name that was made to point here gets no answer."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from weft.errors import Misuse
from weft.server.errors import refused
from weft.settings import ServerSettings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from weft.server.serving import Serving


class Hosts:
    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app, self._known = app, hosts(serving.server)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_known(host_of(scope), self._known):
            mend = "Name it under `hosts` of `server` in mesh.yaml, or in WEFT_SERVER_HOSTS."
            error = Misuse("this server does not answer to the host that was asked for", mend=mend)
            await refused(error, scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)


def host_of(scope: Scope) -> str:
    """As the request names it, without a port; '' where it names none, or one that is no name."""
    given = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    try:
        return urlsplit(f"//{given}").hostname or ""
    except ValueError:
        return ""


def hosts(server: ServerSettings) -> frozenset[str]:
    """What is said, what the machine is called, and `localhost`."""
    own = {"localhost", socket.gethostname().lower()}
    said = {host.lower() for host in server.hosts}
    return frozenset(own | said | {host for host in (urlsplit(server.url).hostname,) if host})


def is_known(host: str, known: frozenset[str]) -> bool:
    """An address is no name, and nobody can make another's point here."""
    if host in known or any(name.startswith("*.") and host.endswith(name[1:]) for name in known):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

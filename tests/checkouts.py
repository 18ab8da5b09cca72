"""A server over a folder, run for a test in this very process: a real socket, real requests, readers by their tokens."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.access import Grant, Reader
from weft.errors import NotSignedIn

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass
class Served:
    """`url` is where it is; `readers` may be added to while it runs; `paths` are all that were asked for."""

    url: str
    readers: dict[str, Reader]
    paths: list[str] = field(default_factory=list)
    app: object = None


def developer(name: str, *domains: str) -> Reader:
    return Reader(name, tuple(Grant("developer", domain) for domain in domains))


def owner(name: str, *domains: str) -> Reader:
    return Reader(name, tuple(Grant("owner", domain) for domain in domains))


def by_token(readers: Mapping[str, Reader]) -> Callable[[Request], Reader]:
    def who(request: Request) -> Reader:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in readers:
            raise NotSignedIn("nobody is signed in with that", mend="Log in again.")
        return readers[token]

    return who


@contextmanager
def served(root: Path, readers: Mapping[str, Reader] | None = None) -> Iterator[Served]:
    """Stops when it is left; what it kept stays in the folder. Without readers, accounts and tokens are those of the registry."""
    import uvicorn

    from weft.server.app import application
    from weft.server.serving import Serving
    from weft.server.signing_in import who
    from weft.session import open_session

    known = dict(readers or {})
    with open_session(root) as session, socket.create_server(("127.0.0.1", 0)) as listening:
        app = application(Serving(session, who if readers is None else by_token(known)))
        found = Served(f"http://127.0.0.1:{listening.getsockname()[1]}", known, app=app)

        async def counting(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                found.paths.append(scope["path"])
            await app(scope, receive, send)

        server = uvicorn.Server(uvicorn.Config(counting, log_level="warning", ws="none", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield found
        finally:
            server.should_exit = True
            thread.join(10)

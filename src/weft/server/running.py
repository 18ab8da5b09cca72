"""One server process from its start to its end: it listens, says so, and stops gracefully."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from weft.errors import Misuse
from weft.server.app import application
from weft.server.logs import begin_logging
from weft.server.serving import Serving
from weft.server.settings import address
from weft.settings import ServerSettings

BACKLOG = 2048
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """A first signal lets what runs come to its end, a second one does not; ending by a signal is no failure."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            notify("READY=1")
            self._listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._told) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: object) -> None:
        notify("STOPPING=1")
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(serving: Serving, listening: Callable[[str], None]) -> None:
    """Serves until it is told to stop. `listening` is called with its address once requests are taken.

    Raises: Misuse, where nothing can listen there.
    """
    server = serving.server
    begin_logging(server.log)
    taken = bound(server)
    where = address(server, taken.getsockname()[1])
    with taken:
        Server(_config(serving), lambda: listening(where)).run([taken])


def _config(serving: Serving) -> uvicorn.Config:
    server = serving.server
    return uvicorn.Config(
        application(serving),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(server.proxies),
        forwarded_allow_ips=list(server.proxies),
        ssl_certfile=server.certificate or None,
        ssl_keyfile=server.key or None,
        timeout_graceful_shutdown=max(1, round(server.drain_seconds)),
        timeout_keep_alive=15,
    )


def bound(server: ServerSettings) -> socket.socket:
    """A socket of its own, so that a port that is taken is said in a word."""
    try:
        family, _, _, _, place = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)[0]
        found = socket.create_server(place[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        mend = {errno.EADDRINUSE: f"Stop what listens there, or take another: --port {server.port + 1}."}
        why = f"nothing can listen at {server.host}:{server.port}: {error.strerror or error}"
        raise Misuse(why, mend=mend.get(error.errno or 0, "Say another --host or --port.")) from error
    found.setblocking(False)
    return found


def notify(state: str) -> None:
    """Tells systemd, where it started us. Source: sd_notify(3)."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
        told.connect(f"\0{path[1:]}" if path.startswith("@") else path)
        told.sendall(state.encode())

"""A real server for tests: the application on a port of its own, and a client that speaks HTTP with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from weft.access import OWNER, Reader
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session

WAIT_SECONDS = 20.0


@contextmanager
def served(app: FastAPI, **client: object) -> Iterator[httpx.Client]:
    """Ends the server, and waits until it did."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + WAIT_SECONDS
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < end, "the server did not start in time"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=WAIT_SECONDS, **client
        ) as speaking:  # type: ignore[arg-type]
            yield speaking
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)


@contextmanager
def served_as(session: Session, reader: Reader = OWNER) -> Iterator[httpx.Client]:
    """A server that takes everybody for one reader: for tests of what an answer says, and not of who may ask."""
    with served(application(Serving(session, lambda request: reader))) as client:
        yield client

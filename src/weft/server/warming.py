"""What a catalogue is made of, made before it is asked for: at the start, and again soon after something was published."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from weft.access import OWNER
from weft.errors import WeftError
from weft.query.warm import warm
from weft.server.serving import Serving

LOG = logging.getLogger("weft.server")
EVERY_SECONDS = 1.0
LONGEST_SECONDS = 60.0
"""So long it waits at most after a registry that could not be read."""


@asynccontextmanager
async def warming(serving: Serving) -> AsyncIterator[None]:
    """Nobody waits for it: who asks sooner makes what they need."""
    stop = threading.Event()
    thread = threading.Thread(target=_warm, args=(serving, stop), name="weft-warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, EVERY_SECONDS)


def _warm(serving: Serving, stop: threading.Event) -> None:
    pause = EVERY_SECONDS
    while True:
        try:
            warm(serving.library(OWNER))
            pause = EVERY_SECONDS
        except (WeftError, OSError) as error:
            LOG.warning("nothing could be made ready", extra={"why": str(error)})
            pause = min(LONGEST_SECONDS, pause * 2)
        if stop.wait(pause):
            return

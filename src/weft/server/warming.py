"""What a catalogue is made of, made before it is asked for: at the start, and again soon after something was published."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from weft.access import OWNER, Reader
from weft.errors import WeftError
from weft.query.warm import asked_once, warm
from weft.server.portal.ready import make_ready
from weft.server.serving import Serving

LOG = logging.getLogger("weft.server")
SOMEBODY = Reader("nobody/warming")
"""Has no role and no agreement: what is decided for readers is loaded with the first question in such a name."""
EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
"""What is being made when a server ends is waited for so long: its process would be left behind."""
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
        await asyncio.to_thread(thread.join, PATIENCE_SECONDS)


def _warm(serving: Serving, stop: threading.Event) -> None:
    pause, is_first = EVERY_SECONDS, True
    while True:
        try:
            warm(serving.library(OWNER))
            if is_first:
                asked_once(serving.library(SOMEBODY))
                make_ready(serving.library(SOMEBODY))
            pause, is_first = EVERY_SECONDS, False
        except (WeftError, OSError) as error:
            LOG.warning("nothing could be made ready", extra={"why": str(error)})
            pause = min(LONGEST_SECONDS, pause * 2)
        if stop.wait(pause):
            return

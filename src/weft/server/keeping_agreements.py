"""Agreements while a server runs: whom one concerns is told before it ends, at the start and each hour after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from weft.errors import WeftError
from weft.governance.agreements.ending import tell_endings
from weft.server.serving import Serving

LOG = logging.getLogger("weft.server")
EVERY_SECONDS = 3_600.0


@asynccontextmanager
async def keeping_agreements(serving: Serving) -> AsyncIterator[None]:
    """Nobody waits for it, and what cannot be told stops nothing."""
    keeping = asyncio.create_task(_keep_on(serving))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep_on(serving: Serving) -> None:
    while True:
        await asyncio.to_thread(_tell, serving)
        await asyncio.sleep(EVERY_SECONDS)


def _tell(serving: Serving) -> None:
    session = serving.session
    try:
        for why in tell_endings(session.registry, session.settings):
            LOG.warning("an agreement's end was not told", extra={"why": why})
    except WeftError as error:
        LOG.warning("an agreement's end was not told", extra={"why": str(error)})

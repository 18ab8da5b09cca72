"""The audit trail while a server runs: what a killed server left open is closed, and where the trail ends is signed again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from weft.errors import WeftError
from weft.governance.audit.signing import Witness, unposted, witness
from weft.server.serving import Serving

LOG = logging.getLogger("weft.server.audit")


@asynccontextmanager
async def keeping_audit(serving: Serving) -> AsyncIterator[None]:
    """Signs at the start, at intervals, and once all that was asked here has ended. A trail that cannot be signed stops nobody."""
    settings = serving.session.settings
    watched = witness(settings, serving.session.registry.audit)
    await asyncio.to_thread(_keep, watched)
    keeping = asyncio.create_task(_keep_on(watched, settings.audit.every_seconds))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await asyncio.to_thread(_keep, watched)


async def _keep_on(watched: Witness, every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        await asyncio.to_thread(_keep, watched)


def _keep(watched: Witness) -> None:
    """What is wrong is said each time, for whoever watches the log."""
    try:
        if closed := watched.audit.chain.close_abandoned():
            LOG.warning("reads of a killed server were closed as unknown", extra={"reads": closed})
        if why := unposted(watched):
            LOG.warning("a head of the audit trail was not posted", extra={"why": why})
    except WeftError as error:
        LOG.error("the audit trail was not signed", extra={"why": str(error)})

"""Whether the server lives, and whether it can answer: for whatever starts it, watches it and sends it requests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from weft.errors import WeftError
from weft.server.answers import answer
from weft.server.asking import NOTHING, acts, serving_of

LOG = logging.getLogger("weft.server")
router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["alive"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts` names each part that answers are made of, and whether it can be reached; why not is in the server's log."""

    status: Literal["ready", "not ready"]
    parts: dict[str, bool]


@router.get("/health", openapi_extra=acts(NOTHING))
async def health() -> Health:
    """Whether the process lives. It asks nothing of anybody, so that a slow registry gets no server killed."""
    return Health("alive")


@router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}}, openapi_extra=acts(NOTHING))
def ready(request: Request) -> Response:
    """Whether the registry and the store can be reached: 503 where not."""
    parts = {name: _holds(asked) for name, asked in serving_of(request).ready.items()}
    is_ready = all(parts.values())
    return answer(Readiness("ready" if is_ready else "not ready", parts), 200 if is_ready else 503)


def _holds(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except (WeftError, OSError) as error:
        LOG.warning("not ready", extra={"why": str(error)})
        return False

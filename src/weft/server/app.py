"""The application: every route behind every wall, made of one opened mesh."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from weft.server.api import ROUTERS
from weft.server.errors import RESPONSES, install
from weft.server.serving import Serving

LIVES: tuple[Callable[[Serving], AbstractAsyncContextManager[None]], ...] = ()
"""What is open for as long as the server runs, in the order of opening: each is entered at the start and left at the end."""


def application(serving: Serving) -> FastAPI:
    """The ASGI application of one server process."""
    app = FastAPI(
        title=f"Weft: {serving.session.settings.name}",
        version=version("weft"),
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
        lifespan=_living,
        separate_input_output_schemas=False,
    )
    app.state.serving = serving
    install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as held:
        for life in LIVES:
            await held.enter_async_context(life(app.state.serving))
        yield

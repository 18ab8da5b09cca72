"""The application: every route behind every wall, made of one opened mesh."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from weft.server import profiling, queries
from weft.server.api import ROUTERS
from weft.server.describing import DESCRIPTION, described, operation_id
from weft.server.errors import RESPONSES, install
from weft.server.keeping_agreements import keeping_agreements
from weft.server.keeping_audit import keeping_audit
from weft.server.portal import answering, routes
from weft.server.serving import Serving
from weft.server.walls import walled
from weft.server.warming import warming

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LIVES: tuple[Callable[[Serving], AbstractAsyncContextManager[None]], ...] = (
    keeping_audit,
    keeping_agreements,
    queries.life,
    profiling.life,
    warming,
)
"""What is open for as long as the server runs, in the order of opening: each is entered at the start and left at the end."""

DESCRIBING = Lock()
THREADS = 24
"""So many requests are answered at once, each with a connection of its own to the registry; queries are answered by workers."""


class Application(FastAPI):
    """FastAPI, with our walls around all of it, and the ways of signing in said in its description."""

    def build_middleware_stack(self) -> ASGIApp:
        return walled(super().build_middleware_stack(), self.state.serving)

    def openapi(self) -> dict[str, Any]:
        with DESCRIBING:
            if self.openapi_schema is None:
                self.openapi_schema = described(super().openapi())
            return self.openapi_schema


def application(serving: Serving) -> Application:
    """The ASGI application of one server process."""
    app = Application(
        title=f"Weft: {serving.session.settings.name}",
        description=DESCRIPTION,
        version=version("weft"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
        lifespan=_living,
        separate_input_output_schemas=False,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
    )
    app.state.serving = serving
    install(app)
    answering.install(app)
    for router in (*ROUTERS, routes.router):
        app.include_router(router)
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    async with AsyncExitStack() as held:
        for life in LIVES:
            await held.enter_async_context(life(app.state.serving))
        yield

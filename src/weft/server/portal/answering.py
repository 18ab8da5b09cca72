"""Pages as answers: what every page is told besides its own, and errors as pages for whoever reads pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from weft.errors import NotSignedIn, WeftError
from weft.server.asking import OWNER_NAME
from weft.server.errors import ErrorSaid, id_of, said, status_of
from weft.server.portal.links import data_of
from weft.server.portal.rendering import rendered
from weft.server.walls.headers import PAGE

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from weft.server.asking import Asker

Handler = Callable[["Request", Exception], Awaitable[Response]]
OWN = "private, no-cache"
HEADERS = {"Content-Security-Policy": PAGE, "Cache-Control": OWN}
TITLES = {403: "You may not see this", 404: "There is nothing here", 429: "Too often", 503: "Not just now"}


def page(asking: Asker, template: str, values: dict[str, Any], status: int = 200) -> Response:
    """A page for whoever asks."""
    mesh = asking.serving.session.settings.name
    told = {
        "mesh": mesh,
        "reader": asking.reader.name or OWNER_NAME,
        "place": "",
        "csrf": csrf_of(asking.request),
        "data": data_of(asking.request.url.path, asking.request.query_params.get("q", "")),
        **values,
    }
    return HTMLResponse(rendered(template, told), status, HEADERS)


def csrf_of(request: Request) -> str:
    """What our own pages send along with whatever changes something."""
    state = request.scope.get("state", {})
    return str(getattr(state.get("entered"), "csrf", ""))


def install(app: FastAPI) -> None:
    """Whoever reads pages is told of errors by a page; the API goes on as it was."""
    for kind in (WeftError, HTTPException, Exception):
        before = app.exception_handlers[kind]
        app.add_exception_handler(kind, _handler(before))  # type: ignore[arg-type]


def _handler(before: Handler) -> Handler:
    async def handled(request: Request, error: Exception) -> Response:
        answer = await before(request, error)
        return as_page(request, error, answer) if reads_pages(request) else answer

    return handled


def reads_pages(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def as_page(request: Request, error: Exception, answer: Response) -> Response:
    """The same with the same status. Who is not signed in is led to where they can, and back again."""
    if isinstance(error, NotSignedIn):
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(there, safe='/')}", 303)
    told = said(error, id_of(request)) if isinstance(error, WeftError) else _told(request, answer.status_code)
    status = status_of(error) if isinstance(error, WeftError) else answer.status_code
    mesh = request.app.state.serving.session.settings.name
    values = {
        "title": TITLES.get(status, "That did not work"),
        "error": told,
        "mesh": mesh,
        "reader": _reader(request),
        "place": "",
    }
    return HTMLResponse(rendered("error.html", values), status, {**HEADERS, **_kept(answer)})


def _told(request: Request, status: int) -> ErrorSaid:
    if status == 404:
        return ErrorSaid(
            "NoSuchPath",
            f"There is no page at {request.url.path}.",
            "",
            "Search for it, or begin at the home page.",
            id_of(request),
        )
    return ErrorSaid(
        "Http",
        "Something went wrong, and it was written down.",
        "",
        "Tell the platform's people the request's id.",
        id_of(request),
    )


def _reader(request: Request) -> str:
    return str(request.scope.get("state", {}).get("reader", ""))


def _kept(answer: Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in ("retry-after", "allow") if name in answer.headers}

"""The few pages that people sign in by: plain forms without a script, good in any browser."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from weft.errors import Misuse, NotSignedIn, TooOften, WeftError
from weft.server.asking import NOTHING, acts, serving_of
from weft.server.errors import status_of
from weft.server.portal.rendering import plural, rendered
from weft.server.signing_in import FLOW, FLOW_SECONDS, keep, named, opened, origin_of, providers_of, settings_of
from weft.server.walls.headers import PAGE
from weft.session.people.signing_in import accept, invited, sign_in

router = APIRouter(include_in_schema=False)
HOME = "/"
SEE_OTHER = 303
OVER = "This link is over"
Word = Annotated[str, Form(max_length=1024)]


@router.get("/sign-in", openapi_extra=acts(NOTHING))
def sign_in_page(request: Request, next: str = "") -> Response:
    return _page(request, "sign_in.html", {"name": "", **_ways(request, next=_local(next))})


@router.post("/sign-in", openapi_extra=acts(NOTHING))
def sign_in_form(request: Request, name: Word = "", password: Word = "", next: Word = "") -> Response:
    try:
        found = sign_in(
            serving_of(request).session.registry, settings_of(request), (name, password), origin_of(request)
        )
    except (NotSignedIn, TooOften) as error:
        return _page(request, "sign_in.html", {"name": name, **_ways(request, next=_local(next))}, error)
    opened(request, found)
    return RedirectResponse(_local(next), SEE_OTHER)


@router.get("/invitation/{secret}", openapi_extra=acts(NOTHING))
def invitation_page(request: Request, secret: str) -> Response:
    try:
        account = invited(serving_of(request).session.registry, secret)
    except NotSignedIn as error:
        return _page(request, "entering.html", {"title": OVER}, error)
    return _page(request, "invitation.html", {"name": account.name, **_ways(request, invitation=secret)})


@router.post("/invitation/{secret}", openapi_extra=acts(NOTHING))
def invitation_form(request: Request, secret: str, password: Word = "", again: Word = "") -> Response:
    registry = serving_of(request).session.registry
    try:
        account = invited(registry, secret)
    except NotSignedIn as error:
        return _page(request, "entering.html", {"title": OVER}, error)
    try:
        if password != again:
            raise Misuse("the two passwords are not the same", mend="Type it twice alike.")
        found = accept(registry, settings_of(request), (secret, password), origin_of(request))
    except (Misuse, NotSignedIn) as error:
        return _page(request, "invitation.html", {"name": account.name, "ways": ()}, error)
    opened(request, found)
    return RedirectResponse(HOME, SEE_OTHER)


@router.get("/sign-in/with/{provider}", openapi_extra=acts(NOTHING))
def leave(request: Request, provider: str, invitation: str = "", next: str = "") -> Response:
    """To the provider; what it is recognised by when it comes back lies in this browser's cookie alone."""
    leaving = providers_of(request).leave(provider)
    value = ".".join((leaving.secret, quote(invitation[:200], safe=""), quote(_local(next), safe="")))
    keep(request, FLOW, value.replace("%", "~"), FLOW_SECONDS)
    return RedirectResponse(leaving.url, SEE_OTHER)


@router.get("/sign-in/with/{provider}/back", openapi_extra=acts(NOTHING))
def enter(request: Request, provider: str) -> Response:
    kept = request.cookies.get(named(request, FLOW), "").replace("~", "%")
    secret, invitation, next = [*map(unquote, kept.split(".")), "", "", ""][:3]
    keep(request, FLOW, "", 0)
    try:
        if not secret:
            raise NotSignedIn("this sign-in took too long, or began in another browser", mend="Sign in again.")
        answer = dict(request.query_params)
        found = providers_of(request).enter(provider, answer, secret, (origin_of(request), invitation))
    except WeftError as error:
        return _page(request, "entering.html", {"title": "Not signed in"}, error)
    opened(request, found)
    return RedirectResponse(_local(next), SEE_OTHER)


def _ways(request: Request, next: str = "", invitation: str = "") -> dict[str, Any]:
    """Links to the providers: a form of ours may be sent to this server alone."""
    asked = f"?invitation={quote(invitation, safe='')}" if invitation else f"?next={quote(next, safe='')}"
    links = [(name, f"/sign-in/with/{quote(name)}{asked}") for name in providers_of(request).names]
    return {"next": next, "ways": links}


def _page(request: Request, template: str, values: dict[str, Any], error: WeftError | None = None) -> Response:
    told = {"title": "Sign in", "mesh": serving_of(request).session.settings.name, "reader": "", "place": "", **values}
    headers = {"Content-Security-Policy": PAGE}
    if isinstance(error, TooOften):
        seconds = max(1, round(error.retry_seconds))
        headers["Retry-After"] = str(seconds)
        told["waits"] = plural(seconds, "second") if seconds < 100 else plural(-(-seconds // 60), "minute")
    status = status_of(error) if error else 200
    return HTMLResponse(rendered(template, told | {"error": error}), status, headers)


def _local(path: str) -> str:
    """Where to go next: a path of this server, and nothing that a browser takes for another's."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours and len(path) <= 500 else HOME

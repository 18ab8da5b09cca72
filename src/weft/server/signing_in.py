"""Who sends a request: by a bearer token, or by the session's cookie together with what only our own pages know.

Cookies are out of reach of scripts and of other sites; under https their names begin with `__Host-`, so that no other host of
the same domain can plant one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

from starlette.requests import Request

from weft.access import Reader
from weft.errors import NotSignedIn, Refused
from weft.server.serving import Serving
from weft.session.people import Doorkeeper, Entered
from weft.session.people.providers import Providers
from weft.session.people.signing_in import DEVICE_DAYS, Opened, Origin
from weft.settings import Settings

SESSION, DEVICE, FLOW = "weft_session", "weft_device", "weft_flow"
CSRF = "X-CSRF-Token"
READS = ("GET", "HEAD", "OPTIONS")
FLOW_SECONDS = 600
MEND = "Sign in at /sign-in, or show a token: `Authorization: Bearer weft_...`."


def who(request: Request) -> Reader:
    """Raises: NotSignedIn; Refused, where a page of another site may have sent it."""
    return entered(request).reader


def entered(request: Request) -> Entered:
    """The same for all that ask of one request. Raises: NotSignedIn, Refused."""
    state = request.scope["state"]
    if "entered" not in state:
        state["entered"] = _entered(request)
    found: Entered = state["entered"]
    return found


def _entered(request: Request) -> Entered:
    if "authorization" in request.headers:
        return door_of(request).by_token(_bearer(request.headers["authorization"]))
    secret = request.cookies.get(named(request, SESSION))
    if not secret:
        raise NotSignedIn("nobody is signed in", mend=MEND)
    found = door_of(request).by_session(secret)
    if request.method not in READS and not found.is_meant(request.headers.get(CSRF, "")):
        mend = f"Send the header {CSRF} with what GET /api/v1/me says is `csrf`."
        raise Refused("this request has not the token that our own pages send along", mend=mend)
    if found.is_new:
        keep(request, SESSION, found.secret, _seconds_until(found.credential.expires_at))
    return found


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn(f"'{scheme[:20]}' is no way to sign in here", mend=MEND)
    return token.strip()


def door_of(request: Request) -> Doorkeeper:
    serving = _serving(request)
    found: Doorkeeper = serving.parts.setdefault(
        "door", Doorkeeper(serving.session.registry, serving.session.settings.sign_in)
    )
    return found


def providers_of(request: Request) -> Providers:
    serving = _serving(request)
    return Providers(serving.session.registry, settings_of(request), serving.parts.setdefault("providers", {}))


def settings_of(request: Request) -> Settings:
    """The mesh's, with where this server is reached: as it is told, else as it was asked (its hosts are a closed list)."""
    serving = _serving(request)
    url = serving.server.url or f"{request.url.scheme}://{request.url.netloc}"
    return replace(serving.session.settings, server=replace(serving.server, url=url))


def origin_of(request: Request) -> Origin:
    return Origin(request.client.host if request.client else "", request.cookies.get(named(request, DEVICE), ""))


def opened(request: Request, found: Opened) -> None:
    """Hands the browser what it keeps of a session; of a session that it had before nothing is left."""
    before = request.cookies.get(named(request, SESSION))
    if before:
        _end(request, before)
    keep(request, SESSION, found.session, _seconds_until(found.until))
    keep(request, DEVICE, found.device, DEVICE_DAYS * 86_400)


def _end(request: Request, secret: str) -> None:
    from weft.identity.secrets import digest_of

    _serving(request).session.registry.identities.credentials.withdraw([digest_of("session", secret)])


def keep(request: Request, name: str, value: str, seconds: int) -> None:
    """A cookie that goes out with whatever is answered. None at all is kept for no seconds."""
    cookie: SimpleCookie = SimpleCookie()
    called = named(request, name)
    cookie[called] = value
    morsel: Any = cookie[called]
    morsel.update({"path": "/", "httponly": True, "max-age": seconds})
    # A provider's answer comes from its site: only what is needed there is sent along then.
    morsel["samesite"] = "Strict" if name == DEVICE else "Lax"
    if is_https(request):
        morsel["secure"] = True
    request.scope["state"].setdefault("cookies", {})[called] = morsel.OutputString()


def named(request: Request, name: str) -> str:
    return f"__Host-{name}" if is_https(request) else name


def is_https(request: Request) -> bool:
    return request.url.scheme == "https" or _serving(request).server.url.startswith("https:")


def _serving(request: Request) -> Serving:
    found: Serving = request.app.state.serving
    return found


def _seconds_until(moment: datetime | None) -> int:
    return max(0, int(((moment or datetime.now(UTC) + timedelta(days=1)) - datetime.now(UTC)).total_seconds()))

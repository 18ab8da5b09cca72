"""Signing in and out as a program does it, and who one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from weft.access.reader import Kind
from weft.access.scopes import Scope
from weft.errors import Refused
from weft.identity.secrets import csrf_of
from weft.server.api.fields import Name, Secret
from weft.server.asking import NOTHING, SIGNED_IN, Asking, acts, serving_of
from weft.server.signing_in import SESSION, entered, keep, opened, origin_of, providers_of, settings_of
from weft.session.people.sessions import end_all
from weft.session.people.signing_in import Opened, change_password, sign_in, sign_out

router = APIRouter(prefix="/api/v1", tags=["sign-in"])
CREATED = 201


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in by."""

    name: Name
    password: Annotated[Secret, Field(json_schema_extra={"format": "password"})] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passwords:
    old: Secret = field(repr=False)
    new: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one signs in to this mesh: `providers` are opened at `/sign-in/with/{name}`."""

    mesh: str
    providers: tuple[str, ...]
    password: Literal[True] = True


@dataclass(frozen=True, slots=True)
class SessionSaid:
    """A session that was opened: its secret is in the cookie alone. `csrf` goes into the header X-CSRF-Token of whatever changes something."""

    name: str
    until: datetime
    csrf: str


@dataclass(frozen=True, slots=True)
class GrantSaid:
    role: str
    domain: str
    """'' of a role of the mesh."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks. `scopes` is null for a session, which may all that its account may."""

    name: str
    kind: Kind
    grants: tuple[GrantSaid, ...]
    attributes: dict[str, tuple[str, ...]]
    scopes: tuple[Scope, ...] | None
    until: datetime | None
    csrf: str


@dataclass(frozen=True, slots=True)
class Everywhere:
    """`stay` keeps the session that asks."""

    stay: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    sessions: int


@router.get("/sign-in", openapi_extra=acts(NOTHING))
def ways(request: Request) -> Ways:
    """How one signs in here."""
    return Ways(serving_of(request).session.settings.name, providers_of(request).names)


@router.post("/sign-in", status_code=CREATED, openapi_extra=acts(NOTHING))
def open_session(request: Request, said: Credentials) -> SessionSaid:
    """Sign in by name and password. A wrong name and a wrong password are answered alike; after some failures one waits."""
    registry = serving_of(request).session.registry
    found = sign_in(registry, settings_of(request), (said.name, said.password), origin_of(request))
    return _opened(request, found)


@router.post("/sign-out", status_code=204, response_class=Response, openapi_extra=acts(SIGNED_IN))
def close_session(request: Request, asking: Asking) -> Response:
    """End the session; of a token there is nothing to end."""
    found = entered(request)
    if not found.is_session:
        raise Refused("a token is not signed out", mend="Withdraw it: DELETE /api/v1/tokens/{name}.")
    sign_out(asking.serving.session.registry, found.credential)
    keep(request, SESSION, "", 0)
    return Response(status_code=204)


@router.post("/sign-out/everywhere", openapi_extra=acts(SIGNED_IN))
def close_sessions(request: Request, asking: Asking, said: Everywhere) -> Ended:
    """End all sessions of this account, this one too unless it is to stay. Its tokens stay as they are."""
    found = entered(request)
    if not found.is_session:
        raise Refused("a token signs nobody out", mend="Sign in at /sign-in.")
    spared = found.credential.digest if said.stay else ""
    ended = end_all(asking.serving.session.registry, found.account.name, spared)
    if not said.stay:
        keep(request, SESSION, "", 0)
    return Ended(ended)


@router.get("/me", openapi_extra=acts(SIGNED_IN))
def me(request: Request, asking: Asking) -> Me:
    """Who I am, what I was granted, and what a page of ours sends along."""
    found, reader = entered(request), asking.reader
    grants = tuple(GrantSaid(grant.role, grant.domain) for grant in reader.grants)
    csrf = found.csrf if found.is_session else ""
    return Me(
        reader.name, reader.kind, grants, dict(reader.attributes), reader.scopes, found.credential.expires_at, csrf
    )


@router.post("/me/password", status_code=CREATED, openapi_extra=acts(SIGNED_IN))
def new_password(request: Request, asking: Asking, said: Passwords) -> SessionSaid:
    """Choose another password. All other sessions end."""
    found = entered(request)
    if not found.is_session:
        raise Refused("a token changes no password", mend="Sign in at /sign-in.")
    both = (said.old, said.new)
    registry = asking.serving.session.registry
    return _opened(request, change_password(registry, settings_of(request), found.account, both, origin_of(request)))


def _opened(request: Request, found: Opened) -> SessionSaid:
    opened(request, found)
    return SessionSaid(found.account, found.until, csrf_of(found.session))

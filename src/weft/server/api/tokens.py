"""Personal tokens, and those of services: made, listed and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from weft.access.scopes import Scope
from weft.server.api.fields import PLAIN, Name
from weft.server.asking import Asking, acts
from weft.session.people import tokens

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"])
OWN: Literal["own tokens"] = "own tokens"
Of = Annotated[
    str, Query(max_length=320, pattern=PLAIN, description="A service whose tokens these are; else one's own.")
]


@dataclass(frozen=True, slots=True)
class WantedToken:
    """`days` is how long it lasts; without scopes it may `catalogue` and `query`."""

    name: Annotated[str, Field(min_length=1, max_length=80, examples=["laptop"])]
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20)] = ()
    days: Annotated[float | None, Field(gt=0, le=3650, allow_inf_nan=False)] = None
    of: Annotated[str, Field(max_length=320, pattern=PLAIN)] = ""


@dataclass(frozen=True, slots=True)
class TokenSaid:
    account: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewTokenSaid:
    """`secret` is shown here, and never again."""

    token: TokenSaid
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    tokens: tuple[TokenSaid, ...]


@router.get("", openapi_extra=acts(OWN))
def list_tokens(asking: Asking, of: Of = "") -> Tokens:
    """One's own tokens, or those of a service; their secrets are known to nobody any more."""
    return Tokens(tuple(_said(one) for one in tokens.listed(asking.serving.session.registry, asking.reader, of)))


@router.post("", status_code=201, openapi_extra=acts(OWN))
def make_token(asking: Asking, said: WantedToken) -> NewTokenSaid:
    """A new token, shown once. One that is made by a token is no wider than that."""
    session = asking.serving.session
    wanted = tokens.Wanted(said.name, said.scopes, said.days)
    made = tokens.make(session.registry, session.settings.sign_in, asking.reader, wanted, said.of)
    return NewTokenSaid(_said(made.token), made.secret)


@router.delete("/{name}", status_code=204, response_class=Response, openapi_extra=acts(OWN))
def withdraw_token(asking: Asking, name: Annotated[Name, Path()], of: Of = "") -> Response:
    """It lets nobody in from the next request on."""
    tokens.withdraw(asking.serving.session.registry, asking.reader, name, of)
    return Response(status_code=204)


def _said(one: tokens.Token) -> TokenSaid:
    return TokenSaid(one.account, one.name, one.scopes, one.made_at, one.made_by, one.expires_at, one.used_at)

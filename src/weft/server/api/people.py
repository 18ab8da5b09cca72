"""People and services: invited, locked, given attributes; and who has which role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from weft.access.identities import State
from weft.access.reader import Kind
from weft.server.api.fields import Name, Text
from weft.server.asking import SIGNED_IN, Asking, acts
from weft.server.signing_in import settings_of
from weft.session.people import accounts, listing
from weft.session.people.roles import grant_named

router = APIRouter(prefix="/api/v1/people", tags=["people"])
MANAGE = acts("manage accounts")
Who = Annotated[Name, Path(description="The account: a person's name, or a service's.")]


@dataclass(frozen=True, slots=True)
class WantedGrant:
    role: Text
    domain: Text = ""


@dataclass(frozen=True, slots=True)
class WantedPerson:
    """`grants` are given with the invitation, where whoever invites may give them."""

    name: Name
    grants: Annotated[tuple[WantedGrant, ...], Field(max_length=50)] = ()


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """`url` lets in whoever opens it first, once; it is shown here, and never again."""

    account: str
    until: datetime
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """`roles` are as `owner of operations`, `platform of the mesh`."""

    name: str
    kind: Kind
    state: State
    because: str
    made_at: datetime
    made_by: str
    signed_in_at: datetime | None
    roles: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class People:
    people: tuple[PersonSaid, ...]


@dataclass(frozen=True, slots=True)
class Because:
    because: Annotated[Text, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class AttributesSaid:
    """What row filters ask of a reader. One without values is taken away; what is not named stays."""

    attributes: Annotated[dict[Text, tuple[Text, ...]], Field(max_length=50, examples=[{"region": ["EU"]}])]


@router.get("", openapi_extra=acts(SIGNED_IN))
def list_people(asking: Asking) -> People:
    """Roles of the mesh see all accounts; others themselves, and the services that they keep."""
    return People(tuple(_said(one) for one in listing.listed(asking.serving.session.registry, asking.reader)))


@router.post("", status_code=201, openapi_extra=MANAGE)
def invite_person(request: Request, asking: Asking, said: WantedPerson) -> LinkSaid:
    """A new account, and the link by which its owner chooses a password; again, another link."""
    grants = tuple(grant_named(one.role, one.domain) for one in said.grants)
    registry = asking.serving.session.registry
    return _link(accounts.invite(registry, settings_of(request), asking.reader, said.name, grants))


@router.post("/{name:path}/link", status_code=201, openapi_extra=MANAGE)
def invite_person_again(request: Request, asking: Asking, name: Who) -> LinkSaid:
    """A link to choose a new password. What let the account in before stays good until the link is used."""
    return _link(accounts.invite_again(asking.serving.session.registry, settings_of(request), asking.reader, name))


@router.post("/{name:path}/lock", status_code=204, response_class=Response, openapi_extra=MANAGE)
def lock_person(asking: Asking, name: Who, said: Because) -> Response:
    """Nothing lets this account in any more, from the next request on."""
    accounts.lock(asking.serving.session.registry, asking.reader, name, said.because)
    return Response(status_code=204)


@router.post("/{name:path}/unlock", status_code=204, response_class=Response, openapi_extra=MANAGE)
def unlock_person(asking: Asking, name: Who) -> Response:
    """Its password and tokens are good again."""
    accounts.unlock(asking.serving.session.registry, asking.reader, name)
    return Response(status_code=204)


@router.put("/{name:path}/attributes", openapi_extra=acts("give attributes"))
def give_attributes(asking: Asking, name: Who, said: AttributesSaid) -> AttributesSaid:
    """Say what row filters ask of a reader; the answer is all that it has then."""
    given = tuple(said.attributes.items())
    return AttributesSaid(dict(accounts.give_attributes(asking.serving.session.registry, asking.reader, name, given)))


def _link(one: accounts.Link) -> LinkSaid:
    return LinkSaid(one.account, one.until, one.url)


def _said(one: listing.Person) -> PersonSaid:
    return PersonSaid(
        one.name,
        one.kind,
        one.state,
        one.because,
        one.made_at,
        one.made_by,
        one.signed_in_at,
        one.roles,
        one.attributes,
    )

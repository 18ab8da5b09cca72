"""Roles: who has which, given and withdrawn; and the table of what each may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.access import PERMISSIONS
from weft.access.identities import Source
from weft.server.api.fields import PLAIN, Name, Text
from weft.server.asking import SIGNED_IN, Asking, acts
from weft.session.people import roles

router = APIRouter(prefix="/api/v1", tags=["people"])
APPOINT = acts("appoint")
Asked = Annotated[str, Query(max_length=320, pattern=PLAIN)]


@dataclass(frozen=True, slots=True)
class Appointment:
    """`domain` is '' for a role of the mesh."""

    account: Name
    role: Text
    domain: Text = ""


@dataclass(frozen=True, slots=True)
class RoleSaid:
    """`source` says where it comes from: given, claimed by a provider, or the domain's team."""

    account: str
    role: str
    domain: str
    source: Source
    by: str


@dataclass(frozen=True, slots=True)
class Roles:
    grants: tuple[RoleSaid, ...]


@dataclass(frozen=True, slots=True)
class PermissionSaid:
    """No roles: whoever is signed in. `scope` is what a token needs for it."""

    action: str
    says: str
    roles: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class Permissions:
    permissions: tuple[PermissionSaid, ...]


@router.get("/grants", openapi_extra=acts(SIGNED_IN))
def list_grants(asking: Asking, account: Asked = "", domain: Asked = "") -> Roles:
    """All see their own roles; owners, developers and stewards those of their domain; roles of the mesh all."""
    found = roles.listed(asking.serving.session.registry, asking.reader)
    wanted = (one for one in found if account in ("", one.account) and domain in ("", one.domain))
    return Roles(tuple(RoleSaid(one.account, one.role, one.domain, one.source, one.by) for one in wanted))


@router.post("/grants", status_code=201, openapi_extra=APPOINT)
def give_grant(asking: Asking, said: Appointment) -> Appointment:
    """Owners appoint in their domain, the platform platform and a new domain's first owner, governance governance and auditors."""
    grant = roles.grant_named(said.role, said.domain)
    roles.appoint(asking.serving.session.registry, asking.reader, said.account, grant)
    return said


@router.delete("/grants", status_code=204, response_class=Response, openapi_extra=APPOINT)
def withdraw_grant(
    asking: Asking, account: Annotated[Name, Query()], role: Annotated[Text, Query()], domain: Asked = ""
) -> Response:
    """At once. What a domain's team or a provider says is changed there."""
    roles.withdraw(asking.serving.session.registry, asking.reader, account, roles.grant_named(role, domain))
    return Response(status_code=204)


@router.get("/permissions", openapi_extra=acts(SIGNED_IN))
def list_permissions(asking: Asking) -> Permissions:
    """The one table of who may what."""
    found = (PermissionSaid(action, one.says, one.roles, one.scope) for action, one in PERMISSIONS.items())
    return Permissions(tuple(found))

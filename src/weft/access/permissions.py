"""Who may do what: the one table of permissions, and the one question that is asked of it.

The platform role reads and changes no domain's data or products, and a role of a domain neither the platform nor another
domain: both follow from the table, and a test holds every cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from weft.access.decision import Decision
from weft.access.reader import Reader
from weft.access.roles import Role
from weft.access.scopes import Scope

AnybodyAction = Literal["discover", "query", "request", "propose", "own tokens"]
DomainAction = Literal[
    "read data",
    "read unpublished",
    "see failures",
    "profile",
    "review core data",
    "see consumers",
    "apply",
    "promote",
    "roll back",
    "preview",
    "force",
    "decide agreements",
    "revoke agreements",
    "declassify",
    "appoint",
    "keep services",
    "read domain audit",
]
MeshAction = Literal[
    "operate",
    "manage accounts",
    "make domain",
    "appoint platform",
    "appoint governance",
    "give attributes",
    "publish rules",
    "waive",
    "approve declassification",
    "search audit",
    "export audit",
    "verify audit",
]
Action = Literal[AnybodyAction, DomainAction, MeshAction]
ANYBODY_ACTIONS: tuple[AnybodyAction, ...] = get_args(AnybodyAction)
DOMAIN_ACTIONS: tuple[DomainAction, ...] = get_args(DomainAction)
MESH_ACTIONS: tuple[MeshAction, ...] = get_args(MeshAction)


@dataclass(frozen=True, slots=True)
class Permission:
    """One action: what it is, the roles that may, and the scope that a token needs for it. No roles: anybody signed in."""

    says: str
    scope: Scope
    roles: tuple[Role, ...] = ()


PERMISSIONS: dict[Action, Permission] = {
    "discover": Permission("find what is discoverable, and describe it", "catalogue"),
    "query": Permission("ask for data that an agreement or a role covers", "query"),
    "request": Permission("ask for an agreement, renew or give up one's own", "agreements"),
    "propose": Permission("propose to extend a port", "agreements"),
    "own tokens": Permission("make and withdraw one's own tokens", "tokens"),
    "read data": Permission(
        "read the domain's published data, under masks", "query", ("owner", "developer", "steward", "reader")
    ),
    "read unpublished": Permission("read what is not in prod, and previews", "query", ("owner", "developer")),
    "see failures": Permission("see rows that break a check", "query", ("owner", "developer", "steward")),
    "profile": Permission(
        "have a table measured: its profile, and what is suggested of it", "query", ("owner", "developer", "steward")
    ),
    "review core data": Permission(
        "see which records wait to be decided the same or different, and propose decisions",
        "query",
        ("owner", "developer", "steward"),
    ),
    "see consumers": Permission("see who reads, and the agreements", "agreements", ("owner", "developer", "steward")),
    "apply": Permission("build and publish products", "publish", ("owner", "developer")),
    "promote": Permission("point prod at an environment", "publish", ("owner", "developer")),
    "roll back": Permission("put a product back to where it stood", "publish", ("owner", "developer")),
    "preview": Permission("show a preview to invited consumers", "publish", ("owner", "developer")),
    "force": Permission("take away what is still read, with a reason", "publish", ("owner",)),
    "decide agreements": Permission("grant or refuse an agreement", "agreements", ("owner",)),
    "revoke agreements": Permission("end an agreement before its time", "agreements", ("owner", "steward")),
    "declassify": Permission("ask that a column be declassified", "agreements", ("owner", "steward")),
    "appoint": Permission("give and withdraw roles of the domain", "people", ("owner",)),
    "keep services": Permission("make services of the domain and their tokens", "people", ("owner",)),
    "read domain audit": Permission("read the audit of the domain's tables", "audit", ("owner",)),
    "operate": Permission("look after the server: metrics, sweep", "operate", ("platform",)),
    "manage accounts": Permission("invite, lock, unlock and reset accounts", "people", ("platform",)),
    "make domain": Permission("appoint the first owner of a domain that has none", "people", ("platform",)),
    "appoint platform": Permission("give and withdraw the platform role", "people", ("platform",)),
    "appoint governance": Permission("give and withdraw governance and auditor", "people", ("governance",)),
    "give attributes": Permission("say what row filters ask of a reader", "people", ("governance",)),
    "publish rules": Permission("publish policies, classifications and rules of access", "govern", ("governance",)),
    "waive": Permission("waive a policy, with a reason and an end", "govern", ("governance",)),
    "approve declassification": Permission("approve what an owner asks to declassify", "govern", ("governance",)),
    "search audit": Permission("search the audit of the whole mesh", "audit", ("governance", "auditor")),
    "export audit": Permission("export the audit", "audit", ("auditor",)),
    "verify audit": Permission("verify the audit's chain", "audit", ("auditor",)),
}


def allowed(reader: Reader, action: Action, domain: str = "") -> Decision:
    """Whether a reader may do something: in a domain, where the action is one of a domain's."""
    if reader.is_owner:
        return Decision(True, "it is asked for by the owner of the workspace")
    permission = PERMISSIONS[action]
    if reader.scopes is not None and permission.scope not in reader.scopes:
        return Decision(
            False,
            f"this token of {reader.name} is not made for that: to {permission.says}",
            f"Make a token with the scope '{permission.scope}'.",
        )
    if not permission.roles:
        return Decision(True, "anybody who is signed in may")
    where = domain if action in DOMAIN_ACTIONS else ""
    held = reader.roles(where).intersection(permission.roles) if where or action in MESH_ACTIONS else ()
    if held:
        return Decision(True, f"{reader.name} is {min(held)} of {where or 'the mesh'}")
    return _refused(reader, permission, where or "the mesh")


def _refused(reader: Reader, permission: Permission, where: str) -> Decision:
    roles = " or ".join(permission.roles)
    reason = f"{reader.name} may not {permission.says}: that takes the role {roles} of {where}"
    role = permission.roles[-1]
    whom = APPOINTING.get(role, f"an owner of {where}")
    return Decision(False, reason, f"Ask {whom} to be made {role}.")


APPOINTING = {
    "platform": "those who look after the platform",
    "governance": "those who govern the mesh",
    "auditor": "those who govern the mesh",
}
"""Who gives the roles of the mesh."""

"""How people sign in, as `sign_in` of `mesh.yaml` says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from weft.errors import Fault
from weft.settings import ClaimedRole, OidcProvider, SignIn

if TYPE_CHECKING:
    from weft.standards.document import Document

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def sign_in(said: dict[str, Any]) -> SignIn:
    fields = {name: value for name, value in said.items() if name != "providers"}
    return SignIn(**fields, providers=tuple(_provider(one) for one in said.get("providers") or ()))


def faults(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    """What the schema leaves open: names that are there twice, issuers in clear, roles in the wrong place."""
    from weft.access.roles import DOMAIN_ROLES

    names: set[str] = set()
    for at, one in enumerate((data.get("sign_in") or {}).get("providers") or ()):
        here = ("sign_in", "providers", at)
        if one["name"] in names:
            yield Fault(
                document.place(*here, "name"), f"there are two providers '{one['name']}'", "Name one otherwise."
            )
        names.add(one["name"])
        issuer = urlsplit(one["issuer"])
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            yield Fault(
                document.place(*here, "issuer"), f"the issuer {one['issuer']} is not asked by https", "Say https://."
            )
        for number, role in enumerate(one.get("roles") or ()):
            if (role["role"] in DOMAIN_ROLES) != ("domain" in role):
                where = "one of a domain" if role["role"] in DOMAIN_ROLES else "one of the whole mesh"
                mend = "Say `domain`." if role["role"] in DOMAIN_ROLES else "Leave `domain` out."
                yield Fault(document.place(*here, "roles", number), f"the role {role['role']} is {where}", mend)


def _provider(said: dict[str, Any]) -> OidcProvider:
    more = {name: value for name, value in said.items() if name not in ("scopes", "roles", "attributes")}
    if "scopes" in said:
        more["scopes"] = tuple(said["scopes"])
    roles = tuple(ClaimedRole(**one) for one in said.get("roles") or ())
    return OidcProvider(**more, roles=roles, attributes=tuple((said.get("attributes") or {}).items()))

"""Services: programs of a domain that read and act in their own name, kept by the domain's owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from weft.access import Reader, allowed
from weft.access.identities import Account, State
from weft.access.reader import Kind, names_product
from weft.errors import Unknown
from weft.identity.names import service_name
from weft.names import ProductName
from weft.registry.seam import Registry
from weft.session.people.accounts import end
from weft.session.people.allowing import allow
from weft.session.people.noting import note, said_by


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it is listed."""

    name: str
    kind: Kind
    domain: str
    state: State
    made_at: datetime
    made_by: str
    tokens: int


def make(registry: Registry, who: Reader, name: str) -> Service:
    """Of a product (`domain.product`), or another of a domain (`domain/name`). It may nothing before it is given a role or an agreement.

    Raises: Refused, Misuse; Unknown, where there is no such product.
    """
    name, domain = service_name(name)
    allow(who, "keep services", domain)
    kind: Kind = "product" if names_product(name) else "service"
    if kind == "product" and not registry.products([ProductName(name)]):
        raise Unknown("product", name, registry.recorded("prod").digests, mend="Apply it first.")
    made = Account(name, kind, "active", datetime.now(UTC), said_by(who), domain)
    registry.identities.keep(made, None)
    note(registry, said_by(who), "account", ("service made", name), domain=domain)
    return _listed(registry, made)


def listed(registry: Registry, who: Reader) -> tuple[Service, ...]:
    """Of the domains that whoever asks keeps services of; all of them for roles of the mesh that manage accounts."""
    accounts = (one for one in registry.identities.accounts() if one.kind != "person")
    every = allowed(who, "manage accounts").is_allowed
    return tuple(
        _listed(registry, one) for one in accounts if every or allowed(who, "keep services", one.domain).is_allowed
    )


def withdraw(registry: Registry, who: Reader, name: str) -> int:
    """Ends all tokens of a service, at once; how many. Raises: Refused, Unknown."""
    account = registry.identities.account(name)
    if account is None or account.kind == "person":
        _, domain = service_name(name)
        allow(who, "keep services", domain)
        raise Unknown("service", name, [one.name for one in listed(registry, who)])
    allow(who, "keep services", account.domain)
    ended = end(registry, name, ("token",))
    note(registry, said_by(who), "token", ("all withdrawn", name), domain=account.domain)
    return ended


def _listed(registry: Registry, one: Account) -> Service:
    tokens = sum(found.kind == "token" for found in registry.identities.credentials.of(one.name))
    return Service(one.name, one.kind, one.domain, one.state, one.made_at, one.made_by, tokens)

"""People: who is known to the mesh, who may what where, and the forms by which that is changed, as far as whoever looks may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weft.access import PERMISSIONS
from weft.access.acquaintance import may_know_account
from weft.access.identities import Account, Given, Source
from weft.access.roles import DOMAIN_ROLES, MESH_ROLES, ROLES, Grant, Role
from weft.errors import Unknown
from weft.query.facts import Facts
from weft.server.asking import Asker
from weft.server.portal.governance.frame import PEOPLE, framed
from weft.server.portal.parts import linked, part
from weft.server.portal.requests import office_of, rows_of
from weft.session.people import tokens
from weft.session.people.roles import held_by

VIEWS = ("people", "services", "domains")
TONES = {"active": "good", "invited": "accent", "locked": "bad"}
SOURCES = {"given": "given by {}", "provider": "said by {}", "team": "named in the domain's team"}
SAYS = {
    "owner": "answers for the domain: decides who reads, gives its roles, and builds",
    "developer": "builds and publishes the domain's products",
    "steward": "looks after the domain's data: sees its consumers and rows that break checks",
    "reader": "reads the domain's data, under masks",
    "platform": "looks after the server and the accounts, and reads nobody's data",
    "governance": "publishes policies and classifications, gives waivers, watches over who reads",
    "auditor": "searches, verifies and exports the audit trail",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One role of one account, and whether whoever looks may take it away."""

    grant: Grant
    whence: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One account as it is listed. `state` is '' of somebody whose account is none of the business of whoever looks."""

    name: str
    kind: str
    state: str
    because: str
    signed_in_at: datetime | None
    made_at: datetime | None
    made_by: str
    domain: str
    held: tuple[Held, ...]
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class DomainRoles:
    """Who has which role in one domain."""

    domain: str
    by_role: dict[str, list[str]]
    may_appoint: bool


@dataclass(frozen=True, slots=True)
class Sought:
    view: str = "people"
    text: str = ""
    domain: str = ""
    state: str = ""
    number: int = 1

    @property
    def said(self) -> dict[str, str]:
        view = "" if self.view == VIEWS[0] else self.view
        return {"view": view, "text": self.text, "domain": self.domain, "state": self.state}


def people(asking: Asker, sought: Sought) -> dict[str, Any]:
    """What `people.html` asks for: all for roles of the mesh, of a domain its roles, and everybody themselves."""
    known = _known(asking)
    domains = [str(one.name) for one in asking.library.registry.domains()]
    if sought.view == "domains":
        found: list[Any] = _by_domain(asking, domains, sought)
    else:
        found = [one for one in known if (one.kind == "person") == (sought.view == "people") and _fits(one, sought)]
    sees_all = asking.reader.is_owner or bool(asking.reader.roles())
    values = {
        "trail": [("Governance", "/governance"), ("People", "")],
        "sought": sought,
        "shown": part(found, sought.number, linked("/people", sought.said)),
        "domains": domains,
        "tones": TONES,
        "says": SAYS,
        "domain_roles": DOMAIN_ROLES,
        "mesh_roles": MESH_ROLES,
        "permissions": [(name, one.says, one.roles) for name, one in PERMISSIONS.items() if one.roles],
        "sees_all": sees_all,
        "own_domains": [name for name in domains if asking.may("see consumers", name)],
        "may_manage": asking.may("manage accounts"),
        "appoints": [name for name in domains if asking.may("appoint", name)],
        "keeps": [name for name in domains if asking.may("keep services", name)],
        "platform": sorted(_holders(asking, Grant("platform"))),
        "hours": asking.serving.session.settings.sign_in.invitation_hours,
    }
    return framed(asking, PEOPLE, values)


def account(asking: Asker, name: str) -> dict[str, Any]:
    """What `account.html` asks for. Raises: Unknown, also of somebody who is none of the business of whoever asks."""
    found = next((one for one in _known(asking) if one.name == name), None)
    if found is None:
        raise Unknown("account", name, [one.name for one in _known(asking)])
    registry = asking.library.registry
    domains = [str(one.name) for one in registry.domains()]
    keeps = found.kind != "person" and asking.may("keep services", found.domain)
    settings = asking.serving.session.settings.sign_in
    values = {
        "title": found.name,
        "trail": [("Governance", "/governance"), ("People", "/people"), (found.name, "")],
        "one": found,
        "tones": TONES,
        "says": SAYS,
        "is_self": found.name == asking.reader.name,
        "may_manage": asking.may("manage accounts"),
        "appoints": [name for name in domains if asking.may("appoint", name)],
        "first_owner": _first_owner(asking, domains),
        "domain_roles": DOMAIN_ROLES,
        "mesh_roles": _mesh_roles(asking),
        "tokens": tokens.listed(registry, asking.reader, found.name) if keeps else (),
        "keeps": keeps,
        "longest": settings.token_days,
        "agreements": _agreements(asking, found.name),
        "today": datetime.now(UTC).date(),
    }
    return framed(asking, PEOPLE, values)


@dataclass(frozen=True, slots=True)
class Known:
    """One role of one account, as the mesh's own facts have it: of people whom a team names and who have no account, too."""

    account: str
    role: Role
    domain: str
    source: Source
    by: str


def _roles(asking: Asker) -> list[Known]:
    """Those that whoever looks may know of."""
    found = {
        Known(account, role, domain, source, by or "")
        for account, role, domain, source, by in Facts(asking.library).rows(
            "grants", "account", "role", "domain", "source", "given_by"
        )
    }
    return sorted(found, key=lambda one: (one.domain, ROLES.index(one.role), one.account, one.source))


def _known(asking: Asker) -> list[Person]:
    """Accounts that may be known, and people known by a role that may be known; by name."""
    registry, reader = asking.library.registry, asking.reader
    seen: dict[str, list[Known]] = {}
    for role in _roles(asking):
        seen.setdefault(role.account.casefold(), []).append(role)
    found: dict[str, Person] = {}
    for one in registry.identities.accounts():
        if may_know_account(reader, one.name, one.domain):
            found[one.name.casefold()] = _person(one, held_by(registry, one), asking)
    for name, held in seen.items():
        if name not in found:
            given = [(Grant(one.role, one.domain), one.source, one.by) for one in held]
            found[name] = Person(held[0].account, "person", "", "", None, None, "", "", tuple(_held(given, asking)))
    return [found[name] for name in sorted(found)]


def _person(one: Account, held: Iterable[Given], asking: Asker) -> Person:
    given = [(each.grant, each.source, each.by) for each in held]
    made = (one.signed_in_at, one.made_at, one.made_by, one.domain)
    return Person(
        one.name, one.kind, one.state, one.because, *made, tuple(_held(given, asking)), one.effective_attributes
    )


def _held(given: Iterable[tuple[Grant, str, str]], asking: Asker) -> list[Held]:
    found = [
        Held(grant, SOURCES[source].format(by), source == "given" and _may_appoint(asking, grant))
        for grant, source, by in given
    ]
    return sorted(found, key=lambda one: (one.grant.domain, ROLES.index(one.grant.role), one.whence))


def _may_appoint(asking: Asker, grant: Grant) -> bool:
    if grant.domain:
        return asking.may("appoint", grant.domain)
    return grant.role in _mesh_roles(asking)


def _mesh_roles(asking: Asker) -> tuple[str, ...]:
    """Those that whoever looks may give."""
    platform = ("platform",) if asking.may("appoint platform") else ()
    return (*platform, *(("governance", "auditor") if asking.may("appoint governance") else ()))


def _first_owner(asking: Asker, domains: list[str]) -> list[str]:
    """Domains that nobody owns: the platform appoints their first owner."""
    if not asking.may("make domain") or asking.reader.is_owner:
        return []
    owned = {role.domain for role in _roles(asking) if role.role == "owner"}
    return [name for name in domains if name not in owned]


def _fits(one: Person, sought: Sought) -> bool:
    return (
        sought.text.casefold() in one.name.casefold()
        and (not sought.state or one.state == sought.state)
        and (not sought.domain or any(held.grant.domain == sought.domain for held in one.held))
    )


def _by_domain(asking: Asker, domains: list[str], sought: Sought) -> list[DomainRoles]:
    """Of the mesh first, then by domain."""
    held: dict[str, dict[str, list[str]]] = {}
    for one in _roles(asking):
        names = held.setdefault(one.domain, {}).setdefault(one.role, [])
        names += [one.account] if one.account not in names else []
    names = (
        ["", *(name for name in domains if sought.text.casefold() in name)] if not sought.domain else [sought.domain]
    )
    sees_all = asking.reader.is_owner or bool(asking.reader.roles())
    return [
        DomainRoles(name, held.get(name, {}), bool(name) and asking.may("appoint", name))
        for name in names
        if sees_all or held.get(name)
    ]


def _holders(asking: Asker, grant: Grant) -> list[str]:
    """Whom to ask: that is no secret."""
    return [
        one.name
        for one in asking.library.registry.identities.accounts()
        if grant in one.grants and one.state == "active"
    ]


def _agreements(asking: Asker, name: str) -> list[Any]:
    return [one for one in rows_of(office_of(asking)) if one.agreement.is_of(name)]

"""Who gives which role, and who takes it away again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from weft.access import Action, Grant, Reader
from weft.access.acquaintance import may_know_role
from weft.access.identities import Account, Given, Source
from weft.access.roles import DOMAIN_ROLES, MESH_ROLES, ROLES, is_domain_role, is_mesh_role, team_grants
from weft.access.roles import Role as RoleName
from weft.errors import Misuse, Refused, Unknown, WeftError
from weft.names import MESH_DOMAIN, domain_of, fault_of_identifier
from weft.product.mesh import Domain
from weft.registry.seam import Registry
from weft.session.people.allowing import allow
from weft.session.people.noting import note, said_by


def grant_named(role: str, domain: str = "") -> Grant:
    """As somebody types it. Raises: Unknown; Misuse, where a domain is missing or too much."""
    if is_domain_role(role):
        if not domain:
            raise Misuse(
                f"the role {role} is one of a domain",
                mend=f"Say in which: one of {', '.join(DOMAIN_ROLES)} is given in a domain.",
            )
        if fault := fault_of_identifier(domain):
            raise Misuse(fault)
        if domain == MESH_DOMAIN:
            raise Misuse(
                "'mesh' is no domain that somebody has a role in",
                mend=f"Roles of the mesh are {', '.join(MESH_ROLES)}.",
            )
        return Grant(role, domain)
    if is_mesh_role(role):
        if domain:
            raise Misuse(f"the role {role} is one of the whole mesh", mend="Leave the domain out.")
        return Grant(role)
    raise Unknown("role", role, ROLES)


def appoint(registry: Registry, who: Reader, name: str, grant: Grant) -> bool:
    """Gives a role; whether it was new. Raises: Refused, Unknown account."""
    allow_to_appoint(registry, who, grant, name)
    is_new = registry.identities.grant(Given(name, grant, "given", said_by(who), datetime.now(UTC)))
    if is_new:
        note(registry, said_by(who), "grant", ("granted", name), message=str(grant), domain=grant.domain)
    return is_new


def withdraw(registry: Registry, who: Reader, name: str, grant: Grant) -> None:
    """Takes a role away, at once. Raises: Refused, Unknown."""
    allow(who, _action(grant), grant.domain)
    account = account_named(registry, name)
    held = [given for given in held_by(registry, account) if given.grant == grant]
    if not any(given.source == "given" for given in held):
        raise _not_given(name, grant, held)
    _refuse_last(registry, grant, name)
    registry.identities.withdraw(name, grant)
    note(registry, said_by(who), "grant", ("withdrawn", name), message=str(grant), domain=grant.domain)


def allow_to_appoint(registry: Registry, who: Reader, grant: Grant, name: str) -> None:
    """The platform appoints the first owner of a domain that has nothing yet, and neither itself nor one of its own. Raises: Refused."""
    if (
        grant.role == "owner"
        and not who.is_owner
        and "owner" not in who.roles(grant.domain)
        and "platform" in who.roles()
    ):
        allow(who, "make domain")
        _refuse_taken(registry, grant.domain)
        appointed = registry.identities.account(name)
        if name == who.name or (appointed and Grant("platform") in appointed.grants):
            raise Refused("the platform's people own no domain", mend="Appoint somebody else as its first owner.")
        return
    allow(who, _action(grant), grant.domain)


def account_named(registry: Registry, name: str) -> Account:
    """Raises: Unknown, with the closest."""
    found = registry.identities.account(name)
    if found is None:
        raise Unknown("account", name, [one.name for one in registry.identities.accounts()])
    return found


def held_by(registry: Registry, account: Account) -> tuple[Given, ...]:
    """All roles of somebody, with where each comes from: given, claimed by a provider, or said by a domain's team."""
    teams = () if account.kind != "person" else tuple(team_grants(account.name, registry.domains()))
    said = (Given(account.name, grant, "team", "domain.yaml", account.made_at) for grant in dict.fromkeys(teams))
    return (*account.given, *said)


@dataclass(frozen=True, slots=True)
class Role:
    """One role of one domain, or of the mesh, as it is listed."""

    account: str
    role: str
    domain: str
    source: Source
    by: str


def listed(registry: Registry, who: Reader) -> tuple[Role, ...]:
    """By domain, role and account: what whoever asks may see of who has which role.

    All see their own; owners, developers and stewards those of their domain; roles of the mesh see all.
    """
    accounts = registry.identities.accounts()
    every = (given for account in accounts for given in held_by(registry, account))
    seen = [given for given in every if may_know_role(who, given.account, given.grant.domain)]
    rows = {Role(one.account, one.grant.role, one.grant.domain, one.source, one.by) for one in seen}
    return tuple(sorted(rows, key=lambda one: (one.domain, ROLES.index(one.role), one.account, one.source)))


def appointers(registry: Registry, wanted: Sequence[RoleName], domain: str) -> list[str]:
    """Who could give one of some roles: of a domain its owners; else the platform's people give their own, governance all others."""
    if any(is_domain_role(role) for role in wanted):
        return _holders(registry, Grant("owner", domain)) if domain else []
    return _holders(registry, Grant("platform" if "platform" in wanted else "governance"))


def _action(grant: Grant) -> Action:
    if grant.domain:
        return "appoint"
    return "appoint platform" if grant.role == "platform" else "appoint governance"


def _refuse_taken(registry: Registry, domain: str) -> None:
    """Who could make owners of what is there already could read it."""
    owners = _holders(registry, Grant("owner", domain))
    if owners:
        raise Refused(f"{domain} has an owner", mend=f"Ask {', '.join(owners[:3])}.")
    if any(domain_of(name) == domain for name in registry.recorded("prod").digests):
        mend = "Name an owner under `team` in its domain.yaml and apply, or use `weft access grant` where the workspace is."
        raise Refused(f"{domain} has published already, so the platform appoints nobody there", mend=mend)


def _refuse_last(registry: Registry, grant: Grant, name: str) -> None:
    """Somebody must be left who can undo it."""
    if grant.role in ("owner", "platform", "governance") and not [n for n in _holders(registry, grant) if n != name]:
        where = grant.domain or "the mesh"
        raise Refused(f"{name} is the last {grant.role} of {where}", mend="Appoint another one first.")


def _holders(registry: Registry, grant: Grant) -> list[str]:
    where = [domain for domain in registry.domains() if domain.name == grant.domain]
    accounts: Iterable[Account] = (one for one in registry.identities.accounts() if one.state != "locked")
    return [one.name for one in accounts if grant in one.grants or _is_of_team(one, grant, where)]


def _is_of_team(one: Account, grant: Grant, domains: Iterable[Domain]) -> bool:
    return one.kind == "person" and grant in team_grants(one.name, domains)


def owners(registry: Registry) -> dict[str, tuple[str, ...]]:
    """Who owns each domain, of accounts that are not locked: asked once for many."""
    accounts = [one for one in registry.identities.accounts() if one.state != "locked"]
    names = {one.name.casefold(): one.name for one in accounts if one.kind == "person"}
    found: dict[str, dict[str, None]] = {}
    for one in accounts:
        for grant in one.grants:
            if grant.role == "owner":
                found.setdefault(grant.domain, {})[one.name] = None
    for domain in registry.domains():
        for member in domain.team.members:
            name = names.get(member.username.casefold())
            if name and Grant("owner", domain.name) in team_grants(name, (domain,)):
                found.setdefault(domain.name, {})[name] = None
    return {domain: tuple(of) for domain, of in found.items()}


def _not_given(name: str, grant: Grant, held: list[Given]) -> WeftError:
    """Nothing is there to withdraw; or it is there, and is said elsewhere than by us."""
    mends = {
        "team": f"Change `team` in the domain.yaml of {grant.domain} and apply.",
        "provider": "It is what the provider says of them: change it there, or under `sign_in` in mesh.yaml.",
    }
    sources = {given.source for given in held}
    for source, mend in mends.items():
        if source in sources:
            return Refused(f"{name} was not given the role {grant}, and has it", mend=mend)
    return Unknown(f"role given to {name}", str(grant), mend="`weft access people` lists who has which role.")

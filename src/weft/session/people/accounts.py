"""Accounts: invited by a link that works once, locked and unlocked, and given a new link where a password is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from weft.access import Grant, Reader
from weft.access.identities import Account, Credential, CredentialKind
from weft.access.reader import Attributes
from weft.access.roles import team_grants
from weft.errors import Misuse, Refused
from weft.identity.names import person_name
from weft.identity.secrets import digest_of, new_secret
from weft.names import COLUMN
from weft.registry.seam import Registry
from weft.session.people.allowing import allow
from weft.session.people.noting import note, said_by
from weft.session.people.roles import account_named, allow_to_appoint, appoint
from weft.settings import Settings

ADMINISTRATOR_HOURS = 24.0
ADMINISTRATOR = "administrator"
"""The first account of a mesh that is served: it invites the others, and is locked once they are there."""
ADMINISTERS = (Grant("platform"), Grant("governance"))
MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Link:
    """What lets somebody in for the first time, or again; it works once, and is shown once."""

    account: str
    url: str = field(repr=False)
    until: datetime


def invite(registry: Registry, settings: Settings, who: Reader, name: str, grants: Iterable[Grant] = ()) -> Link:
    """A new account, with roles that whoever invites may give; or another link for one that was not used yet. Raises: Refused, Misuse."""
    allow(who, "manage accounts")
    name = person_name(name)
    wanted = tuple(grants)
    for grant in wanted:
        allow_to_appoint(registry, who, grant, name)
    known = registry.identities.account(name)
    if known is None:
        registry.identities.keep(Account(name, "person", "invited", datetime.now(UTC), said_by(who)), None)
    elif known.state != "invited":
        raise Refused(
            f"there is an account '{name}' already", mend=f"For a new password: `weft access invite {name} --again`."
        )
    for grant in wanted:
        appoint(registry, who, name, grant)
    note(registry, said_by(who), "account", ("invited", name))
    return _link(registry, settings, who, (name, "invitation"))


def invite_again(registry: Registry, settings: Settings, who: Reader, name: str) -> Link:
    """A link to choose another password; all that let the account in before stays good until it is used. Raises: Refused, Unknown."""
    allow(who, "manage accounts")
    account = account_named(registry, person_name(name))
    if account.state == "locked":
        raise Refused(f"{account.name} is locked", mend="Unlock it first.")
    if not who.is_owner and _may_something(registry, account):
        # Whoever has the link is the account: the platform must not come to data by it.
        message = f"{account.name} has roles or agreements, and a new link would let whoever asks for it have them"
        mend = f"Whoever keeps the workspace gives one there: weft access invite {account.name} --again."
        raise Refused(message, mend=mend)
    note(registry, said_by(who), "account", ("reset", account.name))
    return _link(registry, settings, who, (account.name, "reset"))


def _may_something(registry: Registry, account: Account) -> bool:
    today = datetime.now(UTC).date()
    granted = account.grants or tuple(team_grants(account.name, registry.domains()))
    return bool(granted) or any(one.is_in_force(today) for one in registry.agreements.of(account.name))


def administrator_link(registry: Registry, settings: Settings) -> Link | None:
    """For whoever starts a server while nobody looks after the platform: one link, good once. None where somebody does.

    It takes the place of an earlier one that was not used.
    """
    accounts = registry.identities.accounts()
    if any(one.state == "active" and Grant("platform") in one.grants for one in accounts):
        return None
    if all(one.name != ADMINISTRATOR for one in accounts):
        made = Account(ADMINISTRATOR, "person", "invited", datetime.now(UTC), "weft serve")
        registry.identities.keep(made, None)
    return _link(registry, settings, Reader(), (ADMINISTRATOR, "administrator"))


def lock(registry: Registry, who: Reader, name: str, because: str) -> None:
    """Whatever lets the account in ends at once, and nothing does until it is unlocked. Raises: Refused, Unknown, Misuse."""
    allow(who, "manage accounts")
    account = account_named(registry, name)
    if not because.strip():
        raise Misuse("say why it is locked: its owner is told")
    if account.name == who.name:
        raise Refused("nobody locks themselves out", mend="Ask another of the platform's people.")
    if account.state != "locked":
        registry.identities.keep(replace(account, state="locked", because=because.strip()[:500]), account)
    end(registry, name, ("session", "invitation", "reset", "administrator"))
    note(registry, said_by(who), "account", ("locked", name), message=because.strip()[:500])


def unlock(registry: Registry, who: Reader, name: str) -> None:
    """As it was before; its tokens are good again, and whoever has it signs in anew. Raises: Refused, Unknown."""
    allow(who, "manage accounts")
    account = account_named(registry, name)
    if account.state != "locked":
        raise Refused(f"{name} is not locked")
    is_used = bool(account.password) or account.kind != "person" or account.signed_in_at is not None
    registry.identities.keep(replace(account, state="active" if is_used else "invited", because=""), account)
    note(registry, said_by(who), "account", ("unlocked", name))


def give_attributes(registry: Registry, who: Reader, name: str, attributes: Attributes) -> Attributes:
    """Sets some attributes of a reader; one without values is taken away. All that it has then. Raises: Refused, Unknown, Misuse."""
    allow(who, "give attributes")
    account = account_named(registry, name)
    for attribute, values in attributes:
        if not COLUMN.fullmatch(attribute):
            raise Misuse(f"'{attribute}' is no name of an attribute", mend="Letters, digits and '_'.")
        if len(values) > MOST_VALUES or any(not value or len(value) > MOST_VALUES for value in values):
            raise Misuse(f"an attribute has up to {MOST_VALUES} values of up to {MOST_VALUES} characters")
    found = {**dict(account.attributes), **{name: tuple(dict.fromkeys(values)) for name, values in attributes}}
    kept = tuple(sorted((name, values) for name, values in found.items() if values))
    registry.identities.keep(replace(account, attributes=kept), account)
    said = "; ".join(f"{attribute}: {', '.join(values) or 'none'}" for attribute, values in attributes)
    note(registry, said_by(who), "account", ("attributes given", name), message=said)
    return kept


def end(registry: Registry, name: str, kinds: Iterable[CredentialKind]) -> int:
    """Withdraws all of some kinds that let an account in; how many they were."""
    wanted = frozenset(kinds)
    credentials = registry.identities.credentials
    return credentials.withdraw(one.digest for one in credentials.of(name) if one.kind in wanted)


def _link(registry: Registry, settings: Settings, who: Reader, what: tuple[str, CredentialKind]) -> Link:
    name, kind = what
    now, secret = datetime.now(UTC), new_secret()
    hours = ADMINISTRATOR_HOURS if kind == "administrator" else settings.sign_in.invitation_hours
    until = now + timedelta(hours=hours)
    end(registry, name, (kind,))
    registry.identities.credentials.keep(
        Credential(digest_of("invitation", secret), kind, name, now, said_by(who), until)
    )
    return Link(name, f"{address(settings)}/invitation/{secret}", until)


def address(settings: Settings) -> str:
    """Where people reach the server, as far as its settings say."""
    server = settings.server
    scheme = "https" if server.certificate else "http"
    return server.url.rstrip("/") or f"{scheme}://localhost:{server.port}"

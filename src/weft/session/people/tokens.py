"""Tokens: a part of what somebody may do, for a program, until a day; shown once and withdrawn at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from weft.access import Reader
from weft.access.identities import Account, Credential
from weft.access.scopes import USUAL, Scope, beyond, scopes_named
from weft.errors import Misuse, Refused, Unknown
from weft.identity.names import token_name
from weft.identity.secrets import digest_of, new_token
from weft.registry.seam import Registry
from weft.session.people.allowing import allow
from weft.session.people.noting import note, said_by
from weft.session.people.roles import account_named
from weft.settings import SignIn

USUAL_DAYS = 90.0
MOST = 100
"""Of one account: whoever has more has lost count of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A token as somebody asks for it. No `days` is as many as usual; no scopes are `catalogue` and `query`."""

    name: str
    scopes: tuple[str, ...] = ()
    days: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed."""

    account: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """`secret` is shown now, and never again."""

    token: Token
    secret: str = field(repr=False)


def make(registry: Registry, settings: SignIn, who: Reader, wanted: Wanted, of: str = "") -> NewToken:
    """One of one's own, or of a service that one keeps. Raises: Refused, Misuse, Unknown."""
    account = _account(registry, who, of)
    scopes = scopes_named(wanted.scopes) or USUAL
    if too_wide := beyond(scopes, who.scopes):
        raise Refused(f"this token has no scope '{too_wide[0]}' to hand on", mend="Sign in, and make it there.")
    now = datetime.now(UTC)
    until, name = now + _time(settings, wanted.days), token_name(wanted.name)
    credentials = registry.identities.credentials
    if sum(one.kind == "token" for one in credentials.of(account.name)) >= MOST:
        raise Refused(f"{account.name} has {MOST} tokens", mend="Withdraw those that nobody uses.")
    secret = new_token()
    kept = Credential(digest_of("token", secret), "token", account.name, now, said_by(who), until, name, scopes)
    credentials.keep(kept)
    note(
        registry,
        said_by(who),
        "token",
        ("made", account.name),
        message=f"{name}: {', '.join(scopes)}",
        domain=account.domain,
    )
    return NewToken(_listed(kept), secret)


def listed(registry: Registry, who: Reader, of: str = "") -> tuple[Token, ...]:
    """The oldest first, those that have expired too. Raises: Refused, Unknown."""
    account = _account(registry, who, of)
    return tuple(_listed(one) for one in registry.identities.credentials.of(account.name) if one.kind == "token")


def withdraw(registry: Registry, who: Reader, name: str, of: str = "") -> None:
    """It lets nobody in from the next request on. Raises: Refused, Unknown."""
    account = _account(registry, who, of)
    tokens = [one for one in registry.identities.credentials.of(account.name) if one.kind == "token"]
    found = next((one for one in tokens if one.name == name), None)
    if found is None:
        raise Unknown("token", name, [one.name for one in tokens])
    registry.identities.credentials.withdraw([found.digest])
    note(registry, said_by(who), "token", ("withdrawn", account.name), message=name, domain=account.domain)


def _account(registry: Registry, who: Reader, of: str) -> Account:
    """Whose tokens: one's own, those of a service of one's domain, or, for the owner of the workspace, anybody's."""
    if not of or of == who.name:
        allow(who, "own tokens")
        if who.is_owner:
            raise Misuse("the owner of the workspace needs no token", mend="Say whose it is: `--of NAME`.")
        return account_named(registry, who.name)
    if who.is_owner:
        return account_named(registry, of)
    account = registry.identities.account(of)
    if account is None or account.kind == "person":
        raise Refused(f"nobody but {of} makes and sees the tokens of {of}", mend="Sign in as them, or make a service.")
    allow(who, "keep services", account.domain)
    return account


def _time(settings: SignIn, days: float | None) -> timedelta:
    longest = settings.token_days
    wanted = min(USUAL_DAYS, longest) if days is None else days
    if not 0 < wanted <= longest:
        raise Misuse(f"a token lasts up to {longest:g} days here", mend="Say fewer; make another one before it ends.")
    return timedelta(days=wanted)


def _listed(one: Credential) -> Token:
    return Token(one.account, one.name, one.scopes, one.made_at, one.made_by, one.expires_at, one.used_at)

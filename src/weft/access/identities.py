"""Who is known to a mesh, and what they show to be let in: values that the registry keeps and that sign-in reads.

Of a secret only its digest is in any of these; a password is its argon2id hash. Neither is ever shown in a `repr`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from weft.access.reader import Attributes, Kind, Reader
from weft.access.roles import Grant, team_grants
from weft.access.scopes import Scope
from weft.product.mesh import Domain

State = Literal["invited", "active", "locked"]
Source = Literal["given", "provider", "team"]
CredentialKind = Literal["session", "token", "invitation", "reset", "administrator", "device", "link"]
"""`device` is one that somebody signed in from before; `link` is a person of an OIDC provider."""


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """A role that somebody has: given by `by`, claimed by a provider at the last sign-in, or said by a domain's team."""

    account: str
    grant: Grant
    source: Source
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A person, a service of a domain (`domain/service`), or a product. Accounts are locked, and never removed: the audit names them."""

    name: str
    kind: Kind
    state: State
    made_at: datetime
    made_by: str
    domain: str = ""
    """Of a service and a product: whose owners keep it."""
    password: str = field(default="", repr=False)
    generation: int = 0
    """Counts up with whatever changes what somebody may do: older sessions are given a new id."""
    signed_in_at: datetime | None = None
    because: str = ""
    """Why it is locked."""
    attributes: Attributes = ()
    """Given by governance."""
    claimed: Attributes = ()
    """Said by a provider at the last sign-in."""
    given: tuple[Given, ...] = ()

    @property
    def grants(self) -> tuple[Grant, ...]:
        return tuple(dict.fromkeys(given.grant for given in self.given))

    @property
    def effective_attributes(self) -> Attributes:
        """What governance gave counts before what a provider said of the same name."""
        return tuple(sorted({**dict(self.claimed), **dict(self.attributes)}.items()))


@dataclass(frozen=True, slots=True)
class Credential:
    """Something to be let in by. `name` is a token's; `generation` is the account's when it was made."""

    digest: str = field(repr=False)
    kind: CredentialKind
    account: str
    made_at: datetime
    made_by: str
    expires_at: datetime | None = None
    name: str = ""
    scopes: tuple[Scope, ...] = ()
    generation: int = 0
    used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Holder:
    """A credential with its account, and the registry's revision: in one view."""

    credential: Credential
    account: Account
    revision: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often something was tried that failed, and when last."""

    count: int
    last_at: datetime


def reader_of(account: Account, domains: Iterable[Domain]) -> Reader:
    """An account as it asks: with the roles that it was given, and those of the teams of domains as applied."""
    teams: tuple[Grant, ...] = tuple(team_grants(account.name, domains)) if account.kind == "person" else ()
    grants = tuple(dict.fromkeys((*account.grants, *teams)))
    return Reader(account.name, grants, account.effective_attributes, account.kind)

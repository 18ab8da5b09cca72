"""Accounts as they are listed: nothing that lets anybody in is among it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from weft.access import Reader
from weft.access.acquaintance import may_know_account
from weft.access.identities import Account, State
from weft.access.reader import Kind
from weft.registry.seam import Registry
from weft.session.people.roles import held_by


@dataclass(frozen=True, slots=True)
class Person:
    """One account as it is listed. `roles` are `role of domain`."""

    name: str
    kind: Kind
    state: State
    because: str
    made_at: datetime
    made_by: str
    signed_in_at: datetime | None
    roles: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]


def listed(registry: Registry, who: Reader) -> tuple[Person, ...]:
    """By name: all for the platform, governance and auditors, else oneself and the services of one's domains."""
    return tuple(
        _person(registry, one) for one in registry.identities.accounts() if may_know_account(who, one.name, one.domain)
    )


def _person(registry: Registry, one: Account) -> Person:
    roles = tuple(dict.fromkeys(str(given.grant) for given in held_by(registry, one)))
    return Person(
        one.name,
        one.kind,
        one.state,
        one.because,
        one.made_at,
        one.made_by,
        one.signed_in_at,
        roles,
        dict(one.effective_attributes),
    )

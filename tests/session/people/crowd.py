"""A registry with some people in it, for tests of who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from weft.access import OWNER, Grant, Reader, Role
from weft.access.identities import Account
from weft.registry.seam import Registry
from weft.session.people import Doorkeeper, seen_as
from weft.session.people.signing_in import Origin, accept
from weft.settings import Settings

PASSWORD = "seven slow yellow ferries"
HERE = Origin("203.0.113.7")
ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"


@cache
def kept_password() -> str:
    from weft.identity.passwords import hashed

    return hashed(PASSWORD)


@dataclass(frozen=True)
class People:
    registry: Registry
    settings: Settings

    @property
    def door(self) -> Doorkeeper:
        return Doorkeeper(self.registry, self.settings.sign_in)

    def joined(self, name: str, *grants: Grant) -> Reader:
        """An active account with the password of all tests."""
        made = Account(name, "person", "active", datetime.now(UTC), "test", password=kept_password())
        self.registry.identities.keep(made, None)
        for grant in grants:
            self.given(name, grant)
        return self.reader(name)

    def given(self, name: str, grant: Grant) -> None:
        from weft.session.people.roles import appoint

        appoint(self.registry, OWNER, name, grant)

    def reader(self, name: str) -> Reader:
        return seen_as(self.registry, name)

    def accepted(self, link: str, password: str = PASSWORD) -> Reader:
        opened = accept(self.registry, self.settings, (secret_of(link), password), HERE)
        return self.reader(opened.account)


def secret_of(link: str) -> str:
    return link.rpartition("/")[2]


def of(role: Role, domain: str = "") -> Grant:
    return Grant(role, domain)

"""Sessions of an account: where somebody is signed in, and how all of that ends at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from weft.registry.seam import Registry
from weft.session.people.noting import note


@dataclass(frozen=True, slots=True)
class SessionOpen:
    """One session. `by` is how it was opened: `password`, or a provider's name."""

    made_at: datetime
    by: str
    used_at: datetime | None
    until: datetime | None
    is_this: bool


def listed(registry: Registry, account: str, this: str = "") -> tuple[SessionOpen, ...]:
    """The newest first; `this` is the digest of the one that asks."""
    now = datetime.now(UTC)
    kept = [
        one for one in registry.identities.credentials.of(account) if one.kind == "session" and not one.is_over(now)
    ]
    found = (SessionOpen(one.made_at, one.made_by, one.used_at, one.expires_at, one.digest == this) for one in kept)
    return tuple(sorted(found, key=lambda one: (one.is_this, one.made_at), reverse=True))


def end_all(registry: Registry, account: str, spared: str = "") -> int:
    """Signs out everywhere, where `spared` names none by its digest; how many sessions ended. Tokens are not touched."""
    credentials = registry.identities.credentials
    found = [one.digest for one in credentials.of(account) if one.kind == "session" and one.digest != spared]
    ended = credentials.withdraw(found)
    where = "everywhere else" if spared else "everywhere"
    note(registry, account, "signed out", ("signed out", account), message=f"{where}: {ended} sessions")
    return ended

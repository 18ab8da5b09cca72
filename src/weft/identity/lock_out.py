"""How guessing is slowed down without anybody being locked out by somebody else.

Failures count for an account *as tried from one origin*, and for an origin over all accounts: never for an account as such. A
device that somebody signed in from before is an origin of its own, that only its own failures count for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from weft.access.identities import Attempt

TRIES_OF_ONE = 5
"""Of one account from one origin; of one device, too."""
TRIES_OF_ORIGIN = 50
"""Of all accounts together: people behind one address are many."""
FIRST_WAIT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 900.0
FORGOTTEN_AFTER = timedelta(hours=1)
"""Without a failure for so long, counting begins anew."""
PREFIX_OF_V6 = 64
"""One network of IPv6 is one origin: each machine has as many addresses as it likes."""
ONE, ORIGIN = "one", "origin"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one attempt counts for. `of_one` is forgiven once it succeeds; `of_origin` is then one less."""

    of_one: str
    of_origin: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in (self.of_one, self.of_origin) if key)


def tried(account: str, address: str, device: str = "") -> Tried:
    """`device` is the digest of one that this account was signed in from before; empty of all others."""
    if device:
        return Tried(_key(ONE, account, device))
    origin = network(address)
    return Tried(_key(ONE, account, origin), _key(ORIGIN, origin))


def rule(now: datetime) -> _Rule:
    return _Rule(now)


@dataclass(frozen=True, slots=True)
class _Rule:
    now: datetime

    def __call__(self, key: str, attempt: Attempt) -> Attempt | float:
        """What counts from now on, or how many seconds to wait: twice as long after each further failure."""
        if self.now - attempt.last_at >= FORGOTTEN_AFTER:
            return Attempt(1, self.now)
        beyond = attempt.count - (TRIES_OF_ORIGIN if key.startswith(ORIGIN) else TRIES_OF_ONE)
        if beyond >= 0:
            wait = min(FIRST_WAIT_SECONDS * 2.0 ** min(beyond, 20), LONGEST_WAIT_SECONDS)
            left = wait - (self.now - attempt.last_at).total_seconds()
            if left > 0:
                return left
        return Attempt(attempt.count + 1, self.now)


def network(address: str) -> str:
    """An address as an origin; what is none (a socket, a test) is one of its own."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else f"{IPv6Address(int(found) >> 64 << 64)}/{PREFIX_OF_V6}"
    return str(found)


def _key(kind: str, *what: str) -> str:
    return f"{kind}:{sha256(repr(what).encode()).hexdigest()}"

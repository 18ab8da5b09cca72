"""Passwords: what makes a good one, and argon2id over them.

Source: RFC 9106, section 4 (the second recommended setting); NIST SP 800-63B-4, section 3.1.1.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from weft.errors import Busy, Misuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
DIFFERENT = 5
"""How many different characters one has at least."""
AT_ONCE = 4
"""Each takes 64 MB for a quarter of a second: whoever sends many waits, and the rest of the server does not."""
PATIENCE_SECONDS = 10.0
_slots = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """Salted, with its parameters beside it. Raises: Busy."""
    with _slot():
        return _hasher().hash(_normal(password))


def is_right(kept: str, password: str) -> bool:
    """Takes as long where nothing is kept, and the answer is then no. Raises: Busy."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    said = _normal(password[: LONGEST + 1])
    with _slot():
        try:
            _hasher().verify(kept or _nobodys(), said)
        except (Argon2Error, InvalidHashError):
            return False
    return bool(kept) and len(password) <= LONGEST


def is_outdated(kept: str) -> bool:
    """Whether it was hashed by weaker parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def refuse_weak(password: str, names: Iterable[str]) -> None:
    """`names` are what anybody would try first: the account's, the mesh's. Raises: Misuse, with what a good one has."""
    said = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(said) <= LONGEST or len(password) > LONGEST:
        raise Misuse(
            f"a password has {SHORTEST} to {LONGEST} characters", mend="Take four words, or let a manager make one."
        )
    if len(set(said.casefold())) < DIFFERENT:
        raise Misuse(f"a password has at least {DIFFERENT} different characters", mend="Take four words of your own.")
    if any(_is_mostly(said.casefold(), name.casefold()) for name in names if name):
        raise Misuse(
            "the password is made of a name that anybody would try", mend="Take four words that say nothing of you."
        )


def _is_mostly(password: str, name: str) -> bool:
    """Whether little is left of it without the name: `operations2026!` of `operations`."""
    parts = {name, name.partition("@")[0]}
    return any(len(part) >= 4 and len(password.replace(part, "")) < SHORTEST // 2 for part in parts)


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    """Of no password that anybody knows, hashed as all are."""
    from weft.identity.secrets import new_secret

    return _hasher().hash(new_secret())


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=PATIENCE_SECONDS):
        raise Busy("too many people sign in at this moment", mend="Try again in a few seconds.", retry_seconds=5)
    try:
        yield
    finally:
        _slots.release()

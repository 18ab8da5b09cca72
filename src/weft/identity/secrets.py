"""Secrets that let somebody in: made by chance, shown once, and known from then on by their digest alone.

A token has a prefix and a checksum, so that whoever scans texts for secrets finds it, and tells it from its like without
asking anybody.
"""

from __future__ import annotations

import hmac
import secrets
import string
from base64 import urlsafe_b64encode
from hashlib import sha256
from zlib import crc32

from weft.access.identities import CredentialKind

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX = "weft_"
CHANCE = 43
"""Letters of 62 kinds: 256 bits."""
CHECK = 6
LENGTH = len(PREFIX) + CHANCE + CHECK


def new_token() -> str:
    """`weft_` + 43 letters and digits + 6 of a CRC-32 over what is before."""
    body = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(CHANCE))
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether it could be one of ours: said without asking a registry."""
    return (
        len(text) == LENGTH and text.startswith(PREFIX) and text.isascii() and _checksum(text[:-CHECK]) == text[-CHECK:]
    )


def new_secret() -> str:
    """Of a session, an invitation or a device: 256 bits, fit for a cookie and a link."""
    return secrets.token_urlsafe(32)


def digest_of(kind: CredentialKind, secret: str) -> str:
    """Under which it is kept. What is made for one purpose has another digest for any other."""
    return sha256(f"weft {kind}\n{secret}".encode()).hexdigest()


def digest_of_person(issuer: str, subject: str) -> str:
    """A person of an OIDC provider, as a credential."""
    return digest_of("link", f"{issuer}\n{subject}")


def derived(secret: str, purpose: str) -> str:
    """Another secret, that follows from the first and tells nothing of it (HMAC-SHA-256, base64url without padding)."""
    made = hmac.digest(secret.encode(), f"weft {purpose}".encode(), "sha256")
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def csrf_of(session: str) -> str:
    """What a page of ours sends along with whatever changes something: nobody else knows it."""
    return derived(session, "csrf")


def is_same(one: str, other: str) -> bool:
    """In a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _checksum(body: str) -> str:
    number, letters = crc32(body.encode()), ""
    for _ in range(CHECK):
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters

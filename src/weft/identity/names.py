"""What accounts may be called, so that none is taken for a product, a service or the workspace's owner, or looks like another."""

from __future__ import annotations

import re

from weft.access.reader import names_product
from weft.errors import Misuse
from weft.names import IDENTIFIER

PERSON = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?(?:@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)?")
"""A mail address or a user name, in small letters of ASCII: no two look alike."""
TAKEN = frozenset(["owner", "mesh", "weft", "anybody", "nobody", "everybody", "root", "system"])


def person_name(said: str) -> str:
    """As it is kept. Raises: Misuse."""
    name = said.strip().lower()
    if not PERSON.fullmatch(name):
        raise Misuse(
            f"{said!r} is no name of a person",
            mend="Give a mail address, or a user name of letters, digits, '-', '_', '+' and '.'.",
        )
    if names_product(name):
        raise Misuse(f"'{name}' could be a product's name", mend="Give the mail address, or a user name without a dot.")
    if name in TAKEN:
        raise Misuse(f"'{name}' means somebody else already", mend="Give the mail address, or another name.")
    return name


def service_name(said: str) -> tuple[str, str]:
    """`domain.product`, or `domain/service` for anything else that asks; with its domain. Raises: Misuse."""
    name = said.strip()
    domain, _, leaf = name.partition("/") if "/" in name else name.partition(".")
    if not (IDENTIFIER.fullmatch(domain) and IDENTIFIER.fullmatch(leaf)):
        raise Misuse(
            f"{said!r} is no name of a service",
            mend="Say domain.product for a product, domain/name for another service.",
        )
    return name, domain


def token_name(said: str) -> str:
    """Raises: Misuse."""
    name = " ".join(said.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise Misuse(
            "a token's name has 1 to 80 characters", mend="Say where it will be used: 'laptop', 'nightly job'."
        )
    return name

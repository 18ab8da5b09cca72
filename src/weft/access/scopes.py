"""What a token may be used for: a part of what its owner may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from weft.errors import Misuse

Scope = Literal["catalogue", "query", "agreements", "publish", "govern", "people", "operate", "audit", "tokens"]
SCOPES: dict[Scope, str] = {
    "catalogue": "find and describe what there is",
    "query": "ask for data",
    "agreements": "ask for agreements and decide them",
    "publish": "plan, apply, promote and roll back",
    "govern": "publish rules, waive, approve declassification",
    "people": "invite, appoint, keep services",
    "operate": "look after the server",
    "audit": "search, verify and export the audit",
    "tokens": "make further tokens, no wider than itself",
}
USUAL: tuple[Scope, ...] = ("catalogue", "query")
"""Of a token of which nothing else was said."""


def scopes_named(names: Iterable[str]) -> tuple[Scope, ...]:
    """In the order of `SCOPES`. Raises: Misuse where one is none."""
    wanted = set(names)
    if unknown := sorted(wanted - set(get_args(Scope))):
        raise Misuse(f"'{unknown[0]}' is no scope of a token", mend=f"There is: {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in wanted)


def beyond(scopes: Sequence[Scope], own: Sequence[Scope] | None) -> tuple[Scope, ...]:
    """Those that a token which makes another has not itself."""
    return () if own is None else tuple(scope for scope in scopes if scope not in own)

"""The page of whoever is signed in: what they may, and what lets them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weft.access.scopes import SCOPES, USUAL
from weft.session.people import tokens
from weft.session.people.tokens import USUAL_DAYS

if TYPE_CHECKING:
    from weft.server.asking import Asker


def me(asking: Asker) -> dict[str, Any]:
    reader, session = asking.reader, asking.serving.session
    may_make = not reader.is_owner and asking.may("own tokens")
    account = session.registry.identities.account(reader.name) if reader.name else None
    return {
        "title": "Your account",
        "place": "/me",
        "name": reader.name,
        "kind": reader.kind,
        "grants": sorted(reader.grants, key=lambda grant: (grant.domain, grant.role)),
        "attributes": reader.attributes,
        "tokens": tokens.listed(session.registry, reader) if may_make else (),
        "may_make": may_make,
        "has_password": account is not None and bool(account.password),
        "is_session": reader.scopes is None and account is not None,
        "scopes": SCOPES,
        "usual": USUAL,
        "days": min(USUAL_DAYS, session.settings.sign_in.token_days),
        "longest": session.settings.sign_in.token_days,
    }

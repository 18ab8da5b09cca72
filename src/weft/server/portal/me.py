"""The page of whoever is signed in: what they may, and what lets them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weft.access.scopes import SCOPES, USUAL
from weft.server.portal.requests import Row, office_of, rows_of
from weft.session.people import sessions, tokens
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
        "sessions": sessions.listed(session.registry, reader.name, _digest(asking)) if account else (),
        "agreements": _agreements(asking),
        "scopes": SCOPES,
        "usual": USUAL,
        "days": min(USUAL_DAYS, session.settings.sign_in.token_days),
        "longest": session.settings.sign_in.token_days,
    }


def _digest(asking: Asker) -> str:
    """Of the session that asks, where it is one."""
    found = asking.request.scope.get("state", {}).get("entered")
    return found.credential.digest if found is not None and found.is_session else ""


def _agreements(asking: Asker) -> list[Row]:
    """Those in force, what ends soonest first."""
    office = office_of(asking)
    own = [one for one in rows_of(office) if one.agreement.is_of(asking.reader.name)]
    held = [one for one in own if one.agreement.is_in_force(office.today)]
    return sorted(held, key=lambda one: (one.agreement.until or office.today, one.agreement.port))

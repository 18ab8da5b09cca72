"""Agreements as one caller of an opened mesh asks for them and decides on them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from weft.errors import Misuse

if TYPE_CHECKING:
    from weft.governance.agreements.office import Office
    from weft.session.session import Session


def office(session: Session, door: str = "cli") -> Office:
    """Where the session's caller asks and decides."""
    from weft.governance.agreements.office import Office

    return Office(session.registry, session.settings, session.asker, door)


def day(text: str, option: str = "--until") -> date | None:
    """A day as it is typed; None where none is. Raises: Misuse."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misuse(f"'{text}' is no day", mend=f"Write {option} YYYY-MM-DD.") from None

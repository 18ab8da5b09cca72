"""Days and times as a person types them, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from weft.errors import Misuse

DAY = re.compile(r"\d{4}-\d\d-\d\d")
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def begins(text: str) -> datetime:
    """When a day or a time begins; the beginning of all where none is said. Raises: Misuse."""
    return _moment(text) if text else FIRST


def ends(text: str) -> datetime:
    """When a day is over, or a time comes; the end of all where none is said. Raises: Misuse."""
    if not text:
        return LAST
    return _moment(text) + timedelta(days=1 if DAY.fullmatch(text.strip()) else 0)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError as error:
        raise Misuse(f"'{text}' is no day or time", mend="Write 2026-11-21, or 2026-11-21T09:00:00Z.") from error

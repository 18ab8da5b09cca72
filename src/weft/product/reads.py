"""Who read what: one question as it is written down, and what is known of readers from all that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from weft.names import LineName


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was answered. `door` is how it came in (query, shell, python); `columns` are those read of each line."""

    at: datetime
    who: str
    environment: str
    door: str
    sql: str
    columns: dict[LineName, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Measured:
    """All that one person or service read of one line, by one door. Keyed by (`line`, `who`, `door`)."""

    line: LineName
    who: str
    door: str
    columns: tuple[str, ...]
    times: int
    first_at: datetime
    last_at: datetime

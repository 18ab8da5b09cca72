"""Agreements for tests that are about something else: granted at once, to whoever is to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from weft.product.agreement import Agreement, Ruling
from weft.session import open_session

FAR = date(2999, 12, 31)


def grant(root: Path, reader: str, port: str, line: str = "1", role: str = "") -> Agreement:
    """In force for long, on `domain.product.port` of an applied mesh."""
    at = datetime.now(UTC)
    granted = Ruling("granted", "owner", at)
    asked = Agreement("", reader, port, line, "a test", "testing", reader, at, role, rulings=(granted,))
    with open_session(root) as session:
        kept, _ = session.registry.agreements.ask(asked)
        return session.registry.agreements.change(replace(kept, state="granted", until=FAR))

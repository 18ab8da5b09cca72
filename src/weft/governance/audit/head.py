"""A head: what the audit trail came to at one time, signed, so that whoever holds it can tell whether the trail was changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import msgspec

What = Literal["head", "checkpoint"]


@dataclass(frozen=True, slots=True)
class Head:
    """`link` of record `number`, as it stood `at` (ISO 8601, UTC). `key` is the id of the public key that `signature` (hex) answers to.

    A checkpoint says besides that the records up to that one were pruned.
    """

    mesh: str
    number: int
    link: str
    at: str
    key: str = ""
    signature: str = ""
    what: What = "head"

    @property
    def signed_text(self) -> str:
        """What is signed: a line each, so that no field can be taken for another."""
        return f"weft audit {self.what}\n{self.mesh}\n{self.number}\n{self.link}\n{self.at}\n"


def head_of(mesh: str, number: int, link: str, what: What = "head") -> Head:
    return Head(mesh, number, link, datetime.now(UTC).isoformat(timespec="microseconds"), what=what)


def encoded(head: Head) -> str:
    """One line of JSON."""
    return msgspec.json.encode(head).decode() + "\n"


def decoded(line: str | bytes) -> Head | None:
    """None where the line is no head."""
    try:
        return msgspec.json.decode(line, type=Head)
    except (msgspec.MsgspecError, UnicodeError):
        return None

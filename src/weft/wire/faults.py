"""Errors as they travel: what a server says went wrong, raised here as the same error with the same words."""

from __future__ import annotations

import json
from typing import Any

import weft.errors
from weft.errors import Fault, Faults, Place, RegistryFault, WeftError

TO_UPGRADE = 426


def fault_of(status: int, body: bytes, server: str) -> WeftError:
    """The error behind an answer that is none of 2xx."""
    try:
        said = json.loads(body)["error"]
        what = str(said["what"])
    except (ValueError, KeyError, TypeError):
        return not_ours(status, server)
    if faults := said.get("faults"):
        return Faults(Fault(_place(one.get("where", "")), str(one["what"]), one.get("mend", "")) for one in faults)
    where = said.get("where", "")
    return _made(str(said.get("kind", "")), what, str(said.get("mend", "")), _place(where) if where else None)


def not_ours(status: int, server: str) -> RegistryFault:
    """What answered is something else: a proxy, a sign-in page, another program."""
    mend = "See that the URL is the server's own, and that no proxy stands between that asks for something."
    return RegistryFault(f"{server} answered {status}, and not as a Weft server does", mend=mend)


def _made(kind: str, what: str, mend: str, place: Place | None) -> WeftError:
    """Of the class that it was; some have a constructor of their own, which has said its words already."""
    found: Any = getattr(weft.errors, kind, None)
    if not (isinstance(found, type) and issubclass(found, WeftError)) or found is Faults:
        found = RegistryFault
    error: WeftError = found.__new__(found)
    WeftError.__init__(error, what, mend=mend, place=place)
    return error


def _place(text: str) -> Place:
    file, colon, line = text.rpartition(":")
    return Place(file, int(line)) if colon and line.isdigit() else Place(text)

"""`build.yaml`: how a product is built."""

from __future__ import annotations

from datetime import date

from weft.errors import Fault
from weft.product.preview import Invitation
from weft.product.product import BuildSettings
from weft.standards.document import Document
from weft.versions import Version

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def build_settings(document: Document, faults: list[Fault]) -> BuildSettings:
    """Of a document that keeps to its schema; what in it cannot be meant is added to the faults."""
    data = document.mapping()
    resources = data.get("resources") or {}
    return BuildSettings(
        schedule=data.get("schedule", ""),
        refresh_seconds=seconds(data.get("refresh", 0)),
        memory=resources.get("memory", ""),
        timeout_seconds=seconds(resources.get("timeout", 0)),
        materialization=data.get("materialization") or {},
        previews=tuple(_invitation(document, key, faults) for key in data.get("previews") or ()),
    )


def _invitation(document: Document, key: str, faults: list[Fault]) -> Invitation:
    said, place = document.data["previews"][key], document.place("previews", key)
    port, _, version = key.partition("@")
    until = None
    if "until" in said:
        try:
            until = date.fromisoformat(said["until"])
        except ValueError:
            at = document.place("previews", key, "until")
            faults.append(Fault(at, f"'{said['until']}' is no date", "Write a day such as 2026-12-31."))
    return Invitation(port, str(Version.parse(version)), tuple(dict.fromkeys(said["invites"])), until, place)


def seconds(said: str | float) -> float:
    """`15m`, `1h`, `1d`, or a number of seconds."""
    return float(said[:-1]) * _SECONDS[said[-1]] if isinstance(said, str) else float(said)

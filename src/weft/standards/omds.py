"""Differences between two documents as a message of the Open Metadata Difference Standard, a draft of Bitol, for other tools.

Source: Bitol RFC 0039, OMDS (draft): top-level structure, diff entry, path notation (option C).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

VERSION = "v1.0.0"
KIND = "MetadataDifference"

Act = Literal["ADD", "REMOVE", "CHANGE"]
Level = Literal["MAJOR", "MINOR", "PATCH", "UNKNOWN"]
SourceKind = Literal["DataContract", "DataProduct"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two documents. The draft asks for a UUID; an ODCS `id` may be any text, and is written as it is."""

    id: str
    version: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry. `path` goes by names: `/schema[name=flights]/properties[name=carrier]/required`."""

    type: Act
    section: str
    field: str
    path: str
    level: Level
    before: object = None
    after: object = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two documents and all in which they differ; `scope` is the section that was looked at."""

    old: Side
    new: Side
    differences: Sequence[Difference] = field(default_factory=tuple)
    suggested_version: str = ""
    kind: SourceKind = "DataContract"
    scope: str = "all"


def message(compared: Compared) -> dict[str, Any]:
    """The message as plain values, ready for JSON or YAML."""
    counts = Counter(one.level for one in compared.differences)
    found: dict[str, Any] = {
        "apiVersion": VERSION,
        "kind": KIND,
        "sourceKind": compared.kind,
        "source1": _side(compared.old),
        "source2": _side(compared.new),
        "scope": compared.scope,
        "impact": {"major": counts["MAJOR"], "minor": counts["MINOR"], "patch": counts["PATCH"]},
    }
    if compared.suggested_version:
        found["suggestedVersion"] = compared.suggested_version
    return found | {"diffs": [_entry(one) for one in compared.differences]}


def _side(side: Side) -> dict[str, str]:
    found = {"id": side.id, "version": side.version}
    return found | {"canonicalUrl": side.url} if side.url else found


def _entry(one: Difference) -> dict[str, Any]:
    """`value1` is absent where something was added, `value2` where something was removed."""
    found: dict[str, Any] = {"type": one.type, "section": one.section, "field": one.field, "path": one.path}
    if one.type != "ADD":
        found["value1"] = _plain(one.before)
    if one.type != "REMOVE":
        found["value2"] = _plain(one.after)
    if one.message:
        found["message"] = one.message
    return found | {"impactLevel": one.level}


def _plain(value: object) -> object:
    return [_plain(part) for part in value] if isinstance(value, (tuple, list)) else value

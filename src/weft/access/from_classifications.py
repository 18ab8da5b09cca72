"""From `classifications.yaml`, or what was published of it, to the values that decide; and what in it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from weft.access.classifications import UNKNOWN, Classification, Classifications, Clear, RowRule
from weft.access.masks import Mask
from weft.errors import Fault
from weft.standards.document import Document, read
from weft.standards.schemas import faults_of

WHERE = re.compile(r"\s*(\w+)\s+in\s+reader\.(\w+)\s*", re.IGNORECASE)


def classifications_from(text: str, file: str) -> tuple[Classifications, tuple[Fault, ...]]:
    """The set, empty where it has an error, and all faults, in the order of lines. Raises: Faults, where it is no YAML."""
    document = read(text, file)
    if document.data is None:
        return Classifications(), ()
    document.mapping()
    faults = faults_of(document, "classifications") or tuple(_faults(document))
    if faults:
        return Classifications(), tuple(sorted(faults))
    levels = tuple(_level(said) for said in document.data.get("classifications") or ())
    return Classifications(levels, tuple(_rule(said) for said in document.data.get("row_filters") or ())), ()


def _level(said: dict[str, Any]) -> Classification:
    return Classification(
        said["name"],
        tuple(said.get("classification") or ()),
        tuple(said.get("tags") or ()),
        _mask(said),
        _clear(said.get("clear") or {}),
        said.get("description", ""),
    )


def _mask(said: dict[str, Any]) -> Mask | None:
    if "mask" not in said:
        return None
    fields = said["mask"] if isinstance(said["mask"], dict) else {"kind": said["mask"]}
    # YAML's own null is the kind that is called so.
    return Mask(**fields | {"kind": fields["kind"] or "null"}, classification=said["name"])


def _clear(said: dict[str, Any]) -> Clear:
    attributes = tuple((name, tuple(values)) for name, values in (said.get("attributes") or {}).items())
    roles, agreement_roles, purposes = (
        tuple(said.get(part) or ()) for part in ("roles", "agreement_roles", "purposes")
    )
    return Clear(roles, agreement_roles, purposes, attributes)


def _rule(said: dict[str, Any]) -> RowRule:
    column, attribute = WHERE.fullmatch(said["where"]).groups()  # type: ignore[union-attr]
    clear, description = _clear(said.get("clear") or {}), said.get("description", "")
    return RowRule(said["name"], tuple(said["tags"]), column, attribute, clear, description)


def _faults(document: Document) -> Iterator[Fault]:
    levels, rules = (document.data.get(part) or () for part in ("classifications", "row_filters"))
    yield from _twice(document, (*levels, *rules), lambda said: [said["name"]], "name")
    for part, what in (("classification", "classification"), ("tags", "tag")):
        yield from _twice(document, levels, lambda said, part=part: said.get(part) or (), what)
    for said in levels:
        yield from _off(document, said)
    for place, said in enumerate(rules):
        if not WHERE.fullmatch(said["where"]):
            message = (
                f"row filter '{said['name']}': '{said['where']}' compares no column with an attribute of the reader"
            )
            yield Fault(document.place("row_filters", place, "where"), message, "Write `COLUMN IN reader.ATTRIBUTE`.")


def _twice(document: Document, entries: Iterable[dict[str, Any]], texts: Any, what: str) -> Iterator[Fault]:
    """What would be of two: which one is meant, nobody could say."""
    seen: dict[str, str] = {}
    for said in entries:
        for text in texts(said):
            if text.casefold() in seen:
                message = f"the {what} '{text}' is given twice: of {seen[text.casefold()]} and of {said['name']}"
                yield Fault(document.place_of(said), message, "Remove one of them.")
            seen.setdefault(text.casefold(), said["name"])


def _off(document: Document, said: dict[str, Any]) -> Iterator[Fault]:
    place, name, mask = document.place_of(said), said["name"], said.get("mask")
    kind = mask["kind"] if isinstance(mask, dict) else mask
    given = set(mask) - {"kind"} if isinstance(mask, dict) else set()
    if name.casefold() == UNKNOWN:
        yield Fault(place, f"'{name}' is what Weft calls one that the set does not have", "Choose another name.")
    if not (said.get("classification") or said.get("tags")):
        yield Fault(place, f"{name} applies to nothing", "Add `classification: [...]`, or `tags: [...]`.")
    if "mask" not in said and said.get("clear"):
        yield Fault(place, f"{name} has no mask, so that everybody sees clear", "Add `mask: ...`, or remove `clear`.")
    for field in sorted(given - MEANT.get(kind or "null", set())):
        yield Fault(place, f"{name}: `{field}` says nothing to a mask of kind {kind}", f"Remove `{field}`.")
    if kind == "bucket" and not given:
        yield Fault(place, f"{name}: a bucket of what width?", "Say `width` for numbers, `unit` for dates, or both.")


MEANT = {"bucket": {"width", "unit"}, "redact": {"text"}}
"""What a kind of mask may say beside itself."""

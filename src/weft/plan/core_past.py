"""What core data goes on from: the tables that it published last, and which snapshots made elsewhere continue the same."""

from __future__ import annotations

from collections.abc import Mapping

from weft.names import LineName, SnapshotId, label_of, table_of
from weft.plan.fingerprint import Parts, fingerprint
from weft.product.core_data import Role
from weft.product.product import Product
from weft.product.snapshot import Pointer, Recorded
from weft.versions import Version

CORE, PAST = "core", "past"
"""Parts of what a snapshot is made of: how records are matched; the crosswalk that it continued, which no pointer's fingerprint counts."""


def core_lines(product: Product) -> dict[LineName, Role]:
    """The lines that core.yaml makes, each with what it is."""
    if product.core is None:
        return {}
    roles = product.core.roles
    return {
        line: roles[key]
        for key, line in product.lines_made.items()
        if key in roles and (made := product.transform_of(key, label_of(line))) and made.language == CORE
    }


def past_of(product: Product, standing: Mapping[LineName, Mapping[str, str]]) -> dict[Role, LineName]:
    """Where the tables stand that the next making goes on from; `standing` are the lines with what their snapshots are made of.

    A new major version goes on from the line before it: ids stay.
    """
    found: dict[Role, LineName] = {}
    for line, role in core_lines(product).items():
        lines = [one for one, parts in standing.items() if table_of(one) == table_of(line) and CORE in parts]
        if line in lines:
            found[role] = line
        elif lines:
            found[role] = max(lines, key=_newest)
    return found


def _newest(line: LineName) -> tuple[bool, Version]:
    version = Version.parse(label_of(line) if "." in label_of(line) else f"{label_of(line)}.0.0")
    return not version.is_preview, version


def continued(parts: Parts, past: SnapshotId | str) -> Parts:
    """What a snapshot is made of that goes on from a crosswalk: it answers the same parts only over the same past."""
    return parts | {PAST: past}


def past_crosswalk(product: Product, recorded: Recorded) -> SnapshotId | str:
    """The crosswalk that a plan would go on from; '' where there is none yet."""
    standing = {pointer.line: pointer.parts for pointer in recorded.of(product.name)}
    line = past_of(product, standing).get("crosswalk")
    return recorded.pointers[line].snapshot if line else ""


def identity(product: Product, line: LineName, parts: Parts, recorded: Recorded) -> str:
    """The fingerprint of what is desired, '' where it is yet to come; of core data one that counts the past that it would go on from."""
    if line in core_lines(product):
        parts = continued(parts, past_crosswalk(product, recorded))
    return fingerprint(parts)


def stands(product: Product, pointer: Pointer | None, known: str, parts: Parts) -> bool:
    """Whether a line is as desired. Core data is as long as what it is made of is: its past is that it was made."""
    if pointer is None or not known:
        return False
    return pointer.parts == parts if pointer.line in core_lines(product) else pointer.fingerprint == known

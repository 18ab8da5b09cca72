"""Tables that are made in parts: of each value of a key, or of each file that came, a part of its own that stays while it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weft.product.product import BuildSettings


@dataclass(frozen=True, slots=True)
class Parting:
    """How a table is parted: `replace` makes the parts of changed keys anew, `append` the parts of changed files."""

    kind: Literal["replace", "append"]
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.keys)}".rstrip()


def parting_of(build: BuildSettings, table: str) -> Parting | None:
    """None where a table is made whole."""
    said = build.materialization.get(table, "full")
    if isinstance(said, str):
        return Parting("append") if said == "append" else None
    return Parting("replace", tuple(said["replace"]))

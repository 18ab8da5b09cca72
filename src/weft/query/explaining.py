"""What somebody sees of a table, and why, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from weft.access.sight import Sight
from weft.names import LineName
from weft.query.library import Library
from weft.query.naming import question
from weft.query.seen import known_pointers, sights


@dataclass(frozen=True, slots=True)
class Explained:
    line: LineName
    who: str
    sight: Sight


def explained(library: Library, name: str) -> Explained:
    """Raises: Unknown, where there is no such table that they may know of."""
    pointers = known_pointers(library, library.registry.recorded(library.environment).pointers)
    table, at, label = name.partition("@")
    domain, _, rest = table.partition(".")
    spelled = f'{domain}.{rest.rpartition(".")[0]}."{rest.rpartition(".")[2]}{at}{label}"' if "." in rest else name
    (line,) = question(f"SELECT * FROM {spelled}", pointers).lines.values()
    return Explained(line, library.reader.name, sights(library, [line])[line])

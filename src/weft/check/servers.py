"""A source contract whose servers say no place that can be read.

A variable that the environment lacks is a warning: a secret is often there only where a mesh is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from weft.check.ground import Ground
from weft.errors import Fault, Place, WeftError
from weft.product.contract import Scalar, Server
from weft.product.mesh import Read


def a_source_says_no_place(ground: Ground) -> Iterator[Fault]:
    if ground.root is None:
        return
    seen: set[tuple[str, str]] = set()
    for read in ground.reads.values():
        key = read.contract.id, read.contract.version
        if read.is_source and key not in seen:
            seen.add(key)
            yield from _variables(read) or _place(read, ground.root)


def _variables(read: Read) -> list[Fault]:
    """What the server asks of the environment in vain; where it does, the rest cannot be known."""
    from weft.sources.location import readable
    from weft.standards.variables import is_misspelled, unset

    found: list[Fault] = []
    for server in readable(read.contract)[:1]:
        place = server.place if server.place.file else Place(read.contract.file)
        for field, text in _texts(server).items():
            if is_misspelled(text):
                what = f"server '{server.name}', {field}: '{text}' holds no variable as they are spelled"
                found.append(Fault(place, what, "Write ${NAME}, or ${NAME:-default}."))
            for name in unset(text):
                what = f"server '{server.name}', {field}: the environment has no variable {name}"
                mend = f"Set {name} where this is applied, or give a default: ${{{name}:-...}}."
                found.append(Fault(place, what, mend, "warning"))
    return found


def _texts(server: Server) -> dict[str, str]:
    said: Mapping[str, Scalar] = {**server.fields, **server.options}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _place(read: Read, root: Path) -> Iterator[Fault]:
    from weft.sources.location import location

    try:
        location(read, root)
    except WeftError as error:
        yield Fault(error.place or Place(read.contract.file), error.message, error.mend)

"""Several files of a workspace changed together: all is prepared first, and nothing is overwritten that was not meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from weft.errors import Misuse


@dataclass(frozen=True, slots=True)
class Changes:
    """Texts by path. `made` must not be there yet, `replaced` are there; `removed` are files that others take the place of."""

    made: Mapping[Path, str] = field(default_factory=dict)
    replaced: Mapping[Path, str] = field(default_factory=dict)
    removed: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, edited or removed, and what a person should know of it."""

    files: tuple[Path, ...]
    removed: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def write_changes(changes: Changes, root: Path) -> Written:
    """Makes all of the changes, or none. Raises: Misuse, before anything is written where a file to be made is there."""
    for path in changes.made:
        if path.exists():
            mend = "Move it away first: nothing that is there is overwritten."
            raise Misuse(f"{path.relative_to(root)} is there already", mend=mend)
    texts = {**changes.made, **changes.replaced}
    prepared: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            prepared[path] = path.with_name(f".{path.name}.{os.getpid()}.new")
            prepared[path].write_text(text, "utf-8", newline="\n")
        for path, temporary in prepared.items():
            temporary.replace(path)
        for path in changes.removed:
            path.unlink()
    except OSError as error:
        _discard(prepared.values())
        raise Misuse(f"{error.filename or root} cannot be written: {error.strerror or error}") from error
    return Written(tuple(texts), changes.removed, changes.notes)


def _discard(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)

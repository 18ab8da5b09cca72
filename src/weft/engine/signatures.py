"""What texts were found to return, so that a text that was checked is not bound once more to be built."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from weft.engine.seam import Columns

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

Typed = tuple[tuple[str, "DuckDBPyType"], ...]
MOST = 20_000
"""Texts that are remembered; then all are forgotten."""


class Asked(NamedTuple):
    """A text, what it may read with the columns of each, and whether the time is the run's own."""

    sql: str
    reads: tuple[tuple[str, Columns], ...]
    clocked: bool


class Signatures:
    """One engine's memory. Safe for many threads: what two find at once is the same."""

    def __init__(self) -> None:
        self._found: dict[Asked, Typed] = {}

    def recall(self, asked: Asked | None) -> Typed | None:
        return self._found.get(asked) if asked else None

    def remember(self, asked: Asked | None, typed: Typed) -> None:
        if asked is None:
            return
        if len(self._found) >= MOST:
            self._found.clear()
        self._found[asked] = typed

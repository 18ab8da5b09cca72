"""What of a graph is looked at, as an address holds it: from where, how far, and what is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args
from urllib.parse import quote, urlencode

from weft.query.lineage import Direction
from weft.server.portal.links import lineage_of

Level = Literal["products", "tables", "columns"]
Shape = Literal["graph", "list"]
LEVELS: tuple[Level, ...] = get_args(Level)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
MOST_STEPS = 9
MOST_OPEN = 60
"""Ids in an address, so that it stays one that a mail can carry."""


@dataclass(frozen=True)
class View:
    """`open` and `shut` are the ids that are otherwise than `level` says; `level` '' is what suits the name."""

    name: str = ""
    level: str = ""
    direction: Direction = "both"
    depth: int = 0
    open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    find: str = ""
    shape: Shape = "graph"

    @property
    def path(self) -> str:
        return lineage_of(self.name) if self.name else "/lineage"

    @property
    def link(self) -> str:
        return self._begun + self._exceptions(self.open, self.shut)

    def with_(self, **changed: object) -> str:
        """The address of the same, but for that."""
        return replace(self, **changed).link  # type: ignore[arg-type]

    def opening(self, id: str) -> str:
        """The address with one more open."""
        if id in self.shut:
            return self._begun + self._exceptions(self.open, tuple(one for one in self.shut if one != id))
        return f"{self._all}&open={quote(id, safe='@.:')}"

    def shutting(self, id: str) -> str:
        """The address with one closed again."""
        if id in self.open:
            return self._begun + self._exceptions(tuple(one for one in self.open if one != id), self.shut)
        return f"{self._all}&shut={quote(id, safe='@.:')}"

    @cached_property
    def _all(self) -> str:
        return self.link

    @cached_property
    def _begun(self) -> str:
        said = urlencode(list(self._said()))
        return f"{self.path}?{said}"

    def _said(self) -> Iterator[tuple[str, str]]:
        yield "level", self.level or "auto"
        if self.direction != "both":
            yield "direction", self.direction
        if self.depth:
            yield "depth", str(self.depth)
        if self.find:
            yield "find", self.find
        if self.shape != "graph":
            yield "shape", self.shape

    @staticmethod
    def _exceptions(open: tuple[str, ...], shut: tuple[str, ...]) -> str:
        said = [("open", one) for one in open[-MOST_OPEN:]] + [("shut", one) for one in shut[-MOST_OPEN:]]
        return f"&{urlencode(said, safe='@.:')}" if said else ""

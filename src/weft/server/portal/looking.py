"""What an address says of how lineage is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from weft.query.lineage import Direction
from weft.server.portal.views import MOST_OPEN, MOST_STEPS, Shape, View


@dataclass(frozen=True, slots=True)
class Look:
    """The parameters of an address, beside whose lineage it is."""

    level: Annotated[str, Query(max_length=20)] = ""
    direction: Direction = "both"
    depth: Annotated[int, Query(ge=0, lt=MOST_STEPS)] = 0
    find: Annotated[str, Query(max_length=200)] = ""
    shape: Shape = "graph"


def _looked(
    open: Annotated[list[str] | None, Query(max_length=MOST_OPEN + 1)] = None,
    shut: Annotated[list[str] | None, Query(max_length=MOST_OPEN + 1)] = None,
    look: Annotated[Look | None, Depends(Look)] = None,
) -> Looking:
    return Looking(look or Look(), tuple(dict.fromkeys(open or ())), tuple(dict.fromkeys(shut or ())))


@dataclass(frozen=True, slots=True)
class Looking:
    """A view without a name yet."""

    look: Look
    open: tuple[str, ...]
    shut: tuple[str, ...]

    def at(self, name: str) -> View:
        one = self.look
        level = "" if one.level == "auto" else one.level
        return View(name, level, one.direction, one.depth, self.open, self.shut, one.find, one.shape)


Looked = Annotated[Looking, Depends(_looked)]

"""Lineage as a graph that opens: products, in them tables, in those columns; the path of one column, up to its source file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.lineage import Direction
from weft.query.reach import Reach, reached
from weft.server.portal import followed
from weft.server.portal.cards import Picture, drawn
from weft.server.portal.links import page_of
from weft.server.portal.opened import Opened
from weft.server.portal.rendering import plural
from weft.server.portal.views import DIRECTIONS, LEVELS, MOST_STEPS, View

WHOLE = "lineage of everything, drawn"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is looked at, and drawn where it is looked at as a graph."""

    reach: Reach
    level: str
    picture: Picture
    left_out: Sequence[str]
    graph: Markup | None


def lineage(library: Library, view: View) -> dict[str, Any]:
    """What `lineage.html` asks for. Raises: Unknown."""
    facts = Facts(library)
    # The whole mesh is alike for all who may know of all of it, and drawing it takes longest.
    shown = facts.kept(WHOLE, partial(_looked, view)) if view == View() else _looked(view, facts)
    reach = shown.reach
    steps = followed.upstream(reach) if reach.is_of_column and view.direction != "down" else ()
    return {
        "title": f"Lineage of {view.name}" if view.name else "Lineage",
        "place": "/lineage",
        "view": view,
        "name": _shown(reach),
        "own": _own(reach),
        "level": shown.level,
        "levels": LEVELS,
        "directions": DIRECTIONS_SAID,
        "steps_far": range(1, MOST_STEPS),
        "said": _counted(reach, shown.picture),
        "left_out": shown.left_out,
        "picture": shown.picture,
        "graph": shown.graph,
        "of_column": reach.is_of_column,
        "steps": steps,
        "files": followed.sources_said(steps),
        "after": followed.downstream(reach) if reach.is_of_column and view.direction != "up" else (),
    }


def _looked(view: View, facts: Facts) -> Shown:
    reach = reached(view.name, facts, view.direction, view.depth or None)
    opened = Opened(reach, view)
    picture = opened.picture
    is_graph = view.shape == "graph" and bool(picture.cards)
    graph = drawn(f"Lineage of {view.name or 'the mesh'}", picture) if is_graph else None
    return Shown(reach, opened.level, picture, opened.left_out, graph)


DIRECTIONS_SAID: tuple[tuple[Direction, str], ...] = tuple(
    zip(DIRECTIONS, ("both ways", "where it comes from", "where it goes"), strict=True)
)


def _shown(reach: Reach) -> str:
    return reach.name.removeprefix("source:")


def _own(reach: Reach) -> str:
    """The page of what was asked for; of a column that of its table; a source has none."""
    if not reach.name or reach.name.startswith("source:"):
        return ""
    return page_of(reach.name.rpartition(".")[0] if reach.is_of_column else reach.name)


def _counted(reach: Reach, picture: Picture) -> str:
    if reach.is_of_column:
        tables = sum(1 for id in reach.tables if "@" in id)
        return f"{plural(len(reach.columns), 'column')} in {plural(tables, 'table')}"
    sources = sum(1 for card in picture.cards if "source" in card.head.tones)
    products = sum(1 for card in picture.cards if not {"source", "reader"} & set(card.head.tones))
    told = [plural(products, "product"), plural(sum(1 for id in reach.tables if "@" in id), "table")]
    return ", ".join([*told, *([plural(sources, "source")] if sources else [])])

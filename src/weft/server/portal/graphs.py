"""A graph of data as SVG: boxes that lead to their own pages, and what flows between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from weft.server.portal.layered import BOX_HEIGHT, BOX_WIDTH, placed

MOST_LETTERS, MOST_UNDER = 22, 29


@dataclass(frozen=True, slots=True)
class Box:
    """`tone`: self, source, warn, bad or ''. `under` says one thing more in small."""

    id: str
    name: str
    under: str = ""
    link: str = ""
    tone: str = ""


def graph(title: str, boxes: Sequence[Box], edges: Iterable[tuple[str, str]]) -> Markup:
    """Left to right, from where data comes from to who reads it; as wide as it needs to be, so that its frame scrolls."""
    drawn = placed([box.id for box in boxes], edges)
    ways = Markup("").join(Markup('<path class="edge" d="{}"/>').format(curve(way)) for way in drawn.ways.values())
    nodes = Markup("").join(_box(box, drawn.boxes[box.id]) for box in boxes)
    return Markup(
        '<svg class="graph" role="group" aria-label="{}" width="{:.0f}" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}">{}{}</svg>'
    ).format(title, drawn.width, drawn.height, drawn.width, drawn.height, ways, nodes)


def curve(way: Sequence[tuple[float, float]]) -> str:
    """A path through the points, level at each."""
    parts = [f"M{way[0][0]:.0f} {way[0][1]:.0f}"]
    for at, (x, y) in enumerate(way[1:], 1):
        before = way[at - 1]
        if before[1] == y:
            parts.append(f"H{x:.0f}")
        else:
            middle = (before[0] + x) / 2
            parts.append(f"C{middle:.0f} {before[1]:.0f} {middle:.0f} {y:.0f} {x:.0f} {y:.0f}")
    return "".join(parts)


def _box(box: Box, corner: tuple[float, float]) -> Markup:
    x, y = corner
    under = Markup('<text class="under" x="{:.0f}" y="{:.0f}">{}</text>').format(
        x + 12, y + 36, cut(box.under, MOST_UNDER)
    )
    drawn = Markup(
        '<g class="node {}"><title>{}</title><rect x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="7"/>'
        '<text x="{:.0f}" y="{:.0f}">{}</text>{}</g>'
    ).format(
        box.tone,
        f"{box.name}: {box.under}" if box.under else box.name,
        *(x, y, BOX_WIDTH, BOX_HEIGHT),
        *(x + 12, y + (20 if box.under else 29)),
        cut(box.name, MOST_LETTERS),
        under if box.under else "",
    )
    return Markup('<a href="{}">{}</a>').format(box.link, drawn) if box.link else drawn


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

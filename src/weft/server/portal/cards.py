"""A graph whose boxes open: a card for a product, within it a row for each table, beneath it a row for each column.

Drawn on the server, so that it is there without a script; `graph.js` moves about in it and opens it in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from weft.server.portal.graphs import curve, cut
from weft.server.portal.layered import Placed, Shape, placed

WIDE, HEAD, TABLE, COLUMN, FOOT = 232.0, 48.0, 28.0, 22.0, 6.0
HEAD_LETTERS, UNDER_LETTERS, TABLE_LETTERS, COLUMN_LETTERS = 25, 33, 27, 25
TURN = {True: "l4 4 4-4", False: "l4 4-4 4"}


@dataclass(frozen=True, slots=True)
class Part:
    """A card's head, or a row of it. `link` opens or closes it, or leads on; `is_open` is None where there is nothing to open.

    `tones` are the style sheet's: self, source, reader, lit, met, table, column, more.
    """

    id: str
    name: str
    under: str = ""
    link: str = ""
    tones: tuple[str, ...] = ()
    is_open: bool | None = None
    page: str = ""
    """Where its own page is."""


@dataclass(frozen=True, slots=True)
class Card:
    head: Part
    rows: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.head, *self.rows)

    @property
    def tall(self) -> float:
        return HEAD + sum(map(_tall, self.rows)) + (FOOT if self.rows else 0)


@dataclass(frozen=True, slots=True)
class Flow:
    """From a part to a part: as a value, or (`is_condition`) only as a condition of which rows there are."""

    source: str
    target: str
    is_condition: bool = False
    is_lit: bool = False


@dataclass(frozen=True)
class Picture:
    """What is drawn, and what the list beside it tells."""

    cards: tuple[Card, ...]
    flows: tuple[Flow, ...] = ()
    has_path: bool = False

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {part.id: at for at, part in enumerate(part for card in self.cards for part in card.parts)}

    @cached_property
    def owners(self) -> dict[str, str]:
        """Each part to its card's head."""
        return {part.id: card.head.id for card in self.cards for part in card.parts}

    @cached_property
    def reads(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for flow in self.flows:
            found.setdefault(flow.target, []).append(flow.source)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        return {part.id: part.name for card in self.cards for part in card.parts}

    @property
    def boxes(self) -> int:
        return len(self.numbers)


def drawn(title: str, picture: Picture) -> Markup:
    """Left to right, from where data comes from to who reads it."""
    owners = picture.owners
    between = ((owners[flow.source], owners[flow.target]) for flow in picture.flows)
    shape = Shape(WIDE, {card.head.id: card.tall for card in picture.cards})
    found = placed([card.head.id for card in picture.cards], between, shape)
    middles = dict(_middles(picture.cards, found))
    ways = Markup("".join(_way(flow, picture, (found, middles)) for flow in picture.flows))
    cards = Markup("".join(_card(card, found.boxes[card.head.id], picture.numbers) for card in picture.cards))
    return Markup(
        '<svg class="graph cards{}" role="group" aria-label="{}" width="{:.0f}" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}">{}{}</svg>'
    ).format(
        " has-path" if picture.has_path else "",
        title,
        found.width,
        found.height,
        found.width,
        found.height,
        ways,
        cards,
    )


def _tall(row: Part) -> float:
    return COLUMN if "column" in row.tones else TABLE


def _middles(cards: Iterable[Card], found: Placed[str]) -> Iterator[tuple[str, float]]:
    """The height at which ways lead into each part."""
    for card in cards:
        y = found.boxes[card.head.id][1]
        yield card.head.id, y + HEAD / 2
        y += HEAD
        for row in card.rows:
            yield row.id, y + _tall(row) / 2
            y += _tall(row)


def _way(flow: Flow, picture: Picture, where: tuple[Placed[str], Mapping[str, float]]) -> str:
    found, middles = where
    pair = picture.owners[flow.source], picture.owners[flow.target]
    begin, end = middles[flow.source], middles[flow.target]
    points = (
        _within(found.boxes[pair[0]][0], begin, end) if pair[0] == pair[1] else _ended(found.ways[pair], begin, end)
    )
    tones = f"edge{' condition' if flow.is_condition else ''}{' lit' if flow.is_lit else ''}"
    numbers = picture.numbers
    return f'<path class="{tones}" data-e="{numbers[flow.source]} {numbers[flow.target]}" d="{curve(points)}"/>'


def _within(x: float, begin: float, end: float) -> list[tuple[float, float]]:
    """Round the left side of one card."""
    return [(x, begin), (x - 20, (begin + end) / 2), (x, end)]


def _ended(way: Sequence[tuple[float, float]], begin: float, end: float) -> list[tuple[float, float]]:
    return [(way[0][0], begin), *way[1:-1], (way[-1][0], end)]


def _card(card: Card, corner: tuple[float, float], numbers: Mapping[str, int]) -> str:
    x, y = corner
    tones = " ".join(tone for tone in card.head.tones if tone in ("self", "source", "reader", "lit"))
    frame = (
        f'<rect class="card-of {tones}" x="{x:.0f}" y="{y:.0f}" width="{WIDE:.0f}" height="{card.tall:.0f}" rx="8"/>'
    )
    parts, at = [frame, _part(card.head, (x, y), numbers)], y + HEAD
    for row in card.rows:
        parts.append(_part(row, (x, at), numbers))
        at += _tall(row)
    return f"<g>{''.join(parts)}</g>"


def _part(part: Part, corner: tuple[float, float], numbers: Mapping[str, int]) -> str:
    """As text: thousands of these are made for one picture. All that is not ours is escaped here."""
    x, y = corner
    is_head, is_column = not {"table", "column", "more"} & set(part.tones), "column" in part.tones
    tall = HEAD if is_head else _tall(part)
    inset = x + (30 if is_column else 14)
    name = escape(cut(part.name, HEAD_LETTERS if is_head else COLUMN_LETTERS if is_column else TABLE_LETTERS))
    has_under = is_head and bool(part.under)
    base = y + (20 if has_under else tall / 2 + 4)
    content = (
        f'<rect class="hit" x="{x + 3:.0f}" y="{y + 1:.0f}" width="{WIDE - 6:.0f}" height="{tall - 2:.0f}" rx="6"/>'
        f'<text x="{inset:.0f}" y="{base:.0f}">{name}</text>'
    )
    if has_under:
        under = escape(cut(part.under, UNDER_LETTERS))
        content += f' <text class="under" x="{inset:.0f}" y="{y + 36:.0f}">{under}</text>'
    if part.is_open is not None:
        content += _turn(part.is_open, x + WIDE - 20, y + tall / 2)
    return _linked(part, content, numbers[part.id])


def _turn(is_open: bool, x: float, y: float) -> str:
    from_x, from_y = (x - 2, y - 2) if is_open else (x, y - 4)
    return f'<path class="turn" d="M{from_x:.0f} {from_y:.0f}{TURN[is_open]}"/>'


def _linked(part: Part, content: str, number: int) -> str:
    expanded = "" if part.is_open is None else f' aria-expanded="{str(part.is_open).lower()}"'
    page = f' data-page="{escape(part.page)}"' if part.page else ""
    link = f' href="{escape(part.link)}"' if part.link else ""
    said = escape(f"{part.name} {part.under}" if part.under else part.name)
    return (
        f'<a class="node {" ".join(part.tones)}"{link} data-n="{number}" data-id="{escape(part.id)}" '
        f'aria-label="{said}"{expanded}{page}>{content}</a>'
    )

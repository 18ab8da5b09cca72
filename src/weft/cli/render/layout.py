"""Text in columns and in width: what colours and wide characters take on a terminal is counted as it is seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

NARROWEST = 24
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def length(text: str) -> int:
    """Columns that a text takes on a terminal."""
    bare = COLOUR.sub("", text) if "\x1b" in text else text
    return len(bare) if bare.isascii() else sum(_columns(character) for character in bare)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def padded(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * max(0, width - length(text))
    return f"{blank}{text}" if right else f"{text}{blank}"


def cut(text: str, width: int) -> str:
    """At most so many columns of it, the last one an ellipsis where something is missing."""
    if length(text) <= width:
        return text
    kept, taken = [], 0
    for character in text:
        taken += _columns(character)
        if taken > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def aligned(
    rows: Sequence[Sequence[str]], width: int = 10_000, *, indent: int = 2, right: frozenset[int] = frozenset()
) -> list[str]:
    """Rows as lines, each column as wide as its widest cell; the last one is wrapped below itself where the width ends."""
    widths = [max(map(length, column)) for column in zip_longest(*(row[:-1] for row in rows), fillvalue="")]
    start = indent + sum(widths) + 2 * len(widths)
    lines: list[str] = []
    for *cells, last in rows:
        given = zip_longest(cells, widths, fillvalue="")
        head = "".join(
            f"{padded(str(cell), int(most or 0), right=place in right)}  " for place, (cell, most) in enumerate(given)
        )
        lines += _hung(" " * indent + head, last, start, width)
    return lines


def _hung(head: str, last: str, start: int, width: int) -> list[str]:
    """A coloured cell is not wrapped: its colours would be cut apart. Where little room is left, it stands on lines of its own."""
    if "\x1b" in last or start + length(last) <= width:
        return [f"{head}{last}".rstrip()]
    if width - start < max(NARROWEST, width // 3):
        return [head.rstrip(), *paragraphs(last, width, len(head) - len(head.lstrip()) + 4)]
    parts = wrap(last, width - start, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{head}{parts[0]}".rstrip(), *(f"{' ' * start}{part}" for part in parts[1:])]


def paragraphs(text: str, width: int, indent: int = 0) -> list[str]:
    """Text wrapped to a width, its own lines kept apart."""
    room = max(20, min(width, 110) - indent)
    lines = (part for line in text.splitlines() for part in (wrap(line, room, break_on_hyphens=False) or [""]))
    return [f"{' ' * indent}{line}".rstrip() for line in lines]

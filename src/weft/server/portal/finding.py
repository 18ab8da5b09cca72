"""What a search found, as a page and as the list under the field while one types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from weft.query.library import Library
from weft.query.search import Hit, search
from weft.server.portal.links import page_of

MOST, WHILE_TYPING = 50, 8
WHY = {
    "title": "in its title",
    "tags": "in its tags",
    "path": "in its whole name",
    "people": "among its people",
    "description": "in its description",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One hit. `name` and `description` have the words marked."""

    kind: str
    title: str
    name: Markup
    description: Markup
    link: str
    why: str


def found(words: str, library: Library, most: int = MOST) -> list[Found]:
    return [_found(hit, words) for hit in search(words, library, most)]


def finding(words: str, library: Library) -> dict[str, Any]:
    """What `search.html` asks for."""
    hits = found(words, library) if words.strip() else []
    return {
        "title": f"Search: {words}" if words else "Search",
        "place": "/search",
        "q": words,
        "hits": hits,
        "most": MOST,
    }


def _found(hit: Hit, words: str) -> Found:
    return Found(
        hit.kind,
        hit.title,
        marked(hit.name, words),
        marked(hit.description or "", words),
        _link(hit),
        WHY.get(hit.matched, ""),
    )


def _link(hit: Hit) -> str:
    """A column has its place in its table's page."""
    if hit.kind != "column":
        return page_of(hit.name)
    table, _, column = hit.name.rpartition(".")
    return f"{page_of(table)}#{column}"


def marked(text: str, words: str) -> Markup:
    """The text with each of the words in a mark."""
    wanted = [re.escape(word) for word in words.split() if word]
    if not wanted:
        return Markup(escape(text))
    parts = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if at % 2 else part for at, part in enumerate(parts))

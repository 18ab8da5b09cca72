"""What a search found, as a page and as the list under the field while one types."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from markupsafe import Markup, escape

from weft.names import LineName, table_of
from weft.query.facts import Facts, only, rows_of
from weft.query.library import Library
from weft.query.search import Finding, Hit, Kind, look, nearest, typed_words
from weft.query.wording import FUNCTION_WORDS, SHORT, forms
from weft.server.portal.links import page_of

MOST, LOOKED_THROUGH, WHILE_TYPING = 50, 120, 8
MOST_DOMAINS = 8
KINDS: tuple[Kind, ...] = get_args(Kind)
CLOSEST, READ_MOST, COLUMNS, FEW = 6, 5, 6, 10
BAD = ("failed", "error")
WHY = {
    "tags": "in its tags",
    "people": "among its people",
    "description": "in its description",
    "path": "in the names around it",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One hit, titled by its own name where it has no title; a table comes with those of its columns that were found too. Texts have the words marked."""

    hit: Hit
    title: Markup
    name: Markup
    description: Markup
    link: str
    why: str
    columns: tuple[tuple[Markup, str], ...]
    checks: int = 0
    not_held: int = 0


def while_typing(words: str, library: Library) -> dict[str, Any]:
    """What `hits.html` asks for."""
    finding = look(words, library, LOOKED_THROUGH)
    return {"hits": _found(finding, words)[:WHILE_TYPING], "q": words}


def finding(words: str, library: Library, kind: str = "", within: str = "") -> dict[str, Any]:
    """What `search.html` asks for: hits of all kinds, columns with their tables, or those of one kind; those of one domain where it is said."""
    told = look(words, library, LOOKED_THROUGH if kind not in KINDS else 10 * LOOKED_THROUGH)
    if kind in KINDS:
        told = Finding(tuple(hit for hit in told.hits if hit.kind == kind), told.instead)
    every = _found(told, words, folded=kind != "column")
    hits = _trusted([one for one in every if within in ("", _domain(one.hit))], library)[:MOST]
    return {
        "title": f"Search: {words}" if words else "Search",
        "place": "/search",
        "q": words,
        "hits": hits,
        "whole": [one for one in hits if not one.hit.missing],
        "partly": [one for one in hits if one.hit.missing][:FEW],
        "instead": {word: near for word, near in told.instead.items() if near[0] != word},
        "most": MOST,
        "kind": kind,
        "kinds": KINDS,
        "within": within,
        "domains_of_hits": Counter(_domain(one.hit) for one in every).most_common(MOST_DOMAINS),
    } | ({} if hits else _nothing(words, library))


def _nothing(words: str, library: Library) -> dict[str, Any]:
    """What to do where nothing was found: words that are close, what others read, and whom to ask."""
    facts = Facts(library)
    uses = Counter(line for (line,) in facts.rows("consumers", "line_name"))
    rows = facts.rows("tables", "line_name", "is_newest", "business_name", "table_name")
    read = sorted((-uses[line], title or name, line) for line, newest, title, name in rows if newest and uses[line])
    return {
        "closest": nearest(words, library, CLOSEST) if words.strip() else (),
        "read": [(title, page_of(str(table_of(LineName(line))))) for _, title, line in read[:READ_MOST]],
        "domains": list(facts.rows("domains", "domain", "team", "description")),
    }


def _found(finding: Finding, words: str, *, folded: bool = True) -> list[Found]:
    """The best first; a column stands with its table, where that is the best of the two."""
    pattern = _pattern(words, finding)
    places: dict[str, Hit] = {}
    columns: dict[str, list[str]] = {}
    tables = {hit.name: hit for hit in finding.hits if hit.kind == "table"}
    for hit in finding.hits:
        table, _, column = hit.name.rpartition(".")
        if hit.kind == "column" and hit.matched == "path" and folded and table in tables:
            continue
        if folded and hit.kind == "column" and table in tables:
            places.setdefault(table, tables[table])
            columns.setdefault(table, []).append(column)
        else:
            places.setdefault(hit.name, hit)
    return [_told(hit, columns.get(name, ()), pattern) for name, hit in places.items()]


def _told(hit: Hit, columns: Iterable[str], pattern: re.Pattern[str] | None) -> Found:
    named = tuple(dict.fromkeys((*columns, *hit.columns)))[:COLUMNS]
    link = _link(hit)
    return Found(
        hit,
        marked(hit.title or hit.name.rpartition(".")[2], pattern),
        marked(hit.name, pattern),
        marked(hit.description or "", pattern),
        link,
        WHY.get(hit.matched, ""),
        tuple((marked(name, pattern), f"{link}#{name}") for name in named),
    )


def _trusted(found: Sequence[Found], library: Library) -> list[Found]:
    """With how the checks of tables stand."""
    facts = Facts(library)
    lines = {one.hit.name: facts.newest.get(one.hit.name, "") for one in found if one.hit.kind == "table"}
    checks = list(rows_of(facts.relation("checks", only("line_name", lines.values())), "line_name", "outcome"))
    held = Counter(line for line, _ in checks)
    bad = Counter(line for line, outcome in checks if outcome in BAD)
    return [
        replace(one, checks=held[line], not_held=bad[line]) if (line := lines.get(one.hit.name, "")) else one
        for one in found
    ]


def _domain(hit: Hit) -> str:
    return hit.name.partition(".")[0]


def _link(hit: Hit) -> str:
    """A column has its place in its table's page."""
    if hit.kind != "column":
        return page_of(hit.name)
    table, _, column = hit.name.rpartition(".")
    return f"{page_of(table)}#{column}"


def _pattern(words: str, finding: Finding) -> re.Pattern[str] | None:
    """What is marked: the words that say something, in singular and plural, and what was looked for instead."""
    typed = [word for part in typed_words(words) for word in re.split(r"[\W_]+", part)]
    telling = [word for word in typed if word and word not in FUNCTION_WORDS] or typed
    said = {form for word in telling for form in forms(word) if len(form) > SHORT or form == word}
    said |= {near for words in finding.instead.values() for near in words}
    longest = sorted(said, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest))})", re.IGNORECASE) if longest else None


def _plain(text: str) -> str:
    """Without the marks of Markdown: what is marked here are words that were found."""
    return text.replace("`", "")


def marked(text: str, pattern: re.Pattern[str] | None) -> Markup:
    """The text with each of the words in a mark."""
    if pattern is None:
        return Markup(escape(_plain(text)))
    parts = pattern.split(_plain(text))
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if at % 2 else part for at, part in enumerate(parts))

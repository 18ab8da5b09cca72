"""The first page: a search, what waits for whoever looks, the map of domains, what is read most and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from weft.governance.agreements import listing
from weft.names import LineName, table_of
from weft.query.facts import Facts, among, rows_of
from weft.server.asking import Asker
from weft.server.portal.links import page_of
from weft.server.portal.mapping import mapped
from weft.server.portal.news import news
from weft.server.portal.notices import Coming, waiting
from weft.server.portal.requests import office_of

FULL = (6, 4, 3, 2, 1)
"""So many cards stand in full rows at each width."""
COMING = 3


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    title: str
    description: str
    link: str
    readers: int
    checks: int
    not_held: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """For whoever is signed in: requests that wait for their word, their own that wait for others', what is new, and what ends."""

    to_decide: int
    asked: int
    new: int
    coming: Sequence[Coming]
    more: int

    def __bool__(self) -> bool:
        return bool(self.to_decide or self.asked or self.new or self.coming)


def home(asking: Asker) -> dict[str, Any]:
    """What `home.html` asks for."""
    facts = Facts(asking.library)
    tables = list(facts.rows("tables", "line_name", "is_newest", "business_name", "table_name", "description"))
    products = sum(1 for _ in facts.rows("products", "product"))
    return {
        "title": "Find data",
        "place": "/",
        "products": products,
        "tables": sum(1 for _, newest, *_ in tables if newest),
        "map": mapped(facts),
        "waiting": _waiting(asking),
        "popular": _popular(facts, tables),
        "news": news(facts),
        "may_publish": asking.reader.is_owner
        or any(grant.role in ("owner", "developer") for grant in asking.reader.grants),
    }


def _waiting(asking: Asker) -> Waiting | None:
    """None for the owner of a workspace, who asks nobody."""
    if asking.reader.is_owner or not asking.reader.name:
        return None
    found = listing.agreements(office_of(asking)) if asking.may("request") else ()
    who = asking.reader.name.casefold()
    new, coming = waiting(asking)
    return Waiting(
        sum(one.is_yours_to_decide for one in found),
        sum(one.agreement.is_open and one.agreement.requested_by.casefold() == who for one in found),
        new,
        coming[:COMING],
        max(len(coming) - COMING, 0),
    )


def _popular(facts: Facts, tables: list[tuple[Any, ...]]) -> list[Tile]:
    """By readers and products that read any of its lines, then by name; as many as leave no card alone in its row."""
    pairs = {(table_of(LineName(line)), who) for line, who in facts.rows("consumers", "line_name", "consumer")}
    uses = Counter(str(table) for table, _ in pairs)
    newest = [row for row in tables if row[1] and uses[table_of(row[0])]]
    newest.sort(key=lambda row: (-uses[table_of(row[0])], row[0]))
    count = next((full for full in FULL if full <= len(newest)), 0)
    chosen = newest[:count]
    held, bad = _checked(facts, [row[0] for row in chosen])
    return [
        Tile(
            str(table_of(LineName(line))),
            title or name,
            description or "",
            page_of(str(table_of(LineName(line)))),
            uses[table_of(LineName(line))],
            held[line],
            bad[line],
        )
        for line, _, title, name, description in chosen
    ]


def _checked(facts: Facts, lines: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    held: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    found = facts.relation("checks", lambda table: among(table, "line_name", lines))
    for line, outcome, consumer in rows_of(found, "line_name", "outcome", "consumer"):
        if consumer is None:
            held[line] += 1
            bad[line] += outcome in ("failed", "error")
    return held, bad

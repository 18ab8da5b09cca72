"""The first page: a search, the map of domains, what is read most and what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weft.names import LineName, domain_of, table_of
from weft.query.facts import Facts, among, only, rows_of
from weft.query.history import NOT_HELD
from weft.query.library import Library
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import page_of
from weft.server.portal.rendering import plural

POPULAR, NEWS = 6, 8
TONES = {"failed": "bad", "not as expected": "warn", "deprecated": "warn", "retired": "bad", "rolled back": "warn"}


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    title: str
    description: str
    link: str
    checks: int
    not_held: int


@dataclass(frozen=True, slots=True)
class News:
    name: str
    link: str
    kind: str
    tone: str
    message: str
    at: datetime


def home(library: Library) -> dict[str, Any]:
    """What `home.html` asks for."""
    facts = Facts(library)
    domains = list(facts.rows("domains", "domain", "products", "description"))
    products = list(facts.rows("products", "product", "domain"))
    tables = list(facts.rows("tables", "line_name", "is_newest", "business_name", "table_name", "description"))
    return {
        "title": "Find data",
        "place": "/",
        "domains": domains,
        "products": len(products),
        "tables": sum(1 for _, newest, *_ in tables if newest),
        "picture": _map(facts, domains) if products else None,
        "popular": _popular(facts, tables),
        "news": _news(facts),
    }


def _map(facts: Facts, domains: list[tuple[Any, ...]]) -> object:
    not_held = facts.relation("checks", lambda table: among(table, "outcome", NOT_HELD))
    bad = {domain_of(line) for (line,) in rows_of(not_held, "line_name")}
    flows = {
        (domain_of(product), domain_of(consumer))
        for product, kind, consumer in facts.rows("consumers", "product", "kind", "consumer")
        if kind == "product"
    }
    boxes = [
        Box(name, name, plural(count, "product"), f"/domains/{name}", "warn" if name in bad else "")
        for name, count, _ in domains
    ]
    return graph("Domains and what flows between them", boxes, sorted(flows))


def _popular(facts: Facts, tables: list[tuple[Any, ...]]) -> list[Tile]:
    """By readers and products that read, then by name."""
    uses = Counter(line for (line,) in facts.rows("consumers", "line_name"))
    newest = [row for row in tables if row[1] and uses[row[0]]]
    newest.sort(key=lambda row: (-uses[row[0]], row[0]))
    checks = facts.relation("checks", only("line_name", [row[0] for row in newest[:POPULAR]]))
    held = Counter(line for (line,) in rows_of(checks, "line_name"))
    bad = Counter(line for line, outcome in rows_of(checks, "line_name", "outcome") if outcome in NOT_HELD)
    return [
        Tile(str(table_of(LineName(line))), title or name, description or "", page_of(line), held[line], bad[line])
        for line, _, title, name, description in newest[:POPULAR]
    ]


def _news(facts: Facts) -> list[News]:
    """What happened to products, the newest first; a publish without an event is news too."""
    happened = [
        News(line or product, page_of(line or product), kind, TONES.get(kind, ""), message, at)
        for product, line, kind, message, at in facts.rows(
            "events", "product", "line_name", "kind", "message", "happened_at"
        )
    ]
    published = [
        News(product, page_of(product), "published", "", plural(len(changed), "table") if changed else "", at)
        for product, changed, at in facts.rows("publishes", "product", "changed_lines", "published_at")
        if changed
    ]
    return sorted((*happened, *published), key=lambda one: one.at, reverse=True)[:NEWS]

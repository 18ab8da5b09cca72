"""One data product by its five interfaces: the data, where, what, how, who."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from weft.errors import Unknown
from weft.names import DomainName, ProductName, leaf_of, table_of
from weft.query.facts import Facts
from weft.query.lineage import lineage
from weft.query.pages import ProductPage, TableData
from weft.query.show import shown
from weft.server.asking import Asker
from weft.server.portal.consuming import consumers
from weft.server.portal.core_data import core_link
from weft.server.portal.graphs import Box, graph
from weft.server.portal.levels import levels
from weft.server.portal.links import page_of
from weft.server.portal.reading import ways
from weft.server.portal.tidiness import tidy
from weft.server.portal.trust import trust
from weft.server.portal.versions import said, versions
from weft.server.stewarding import ACTION

BAD = ("failed", "error")
TABLES = 12
"""As many as one sees at a glance; more come page by page."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One table in its product's page, by its newest line."""

    name: str
    link: str
    data: TableData
    checks: int
    not_held: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the page was asked to show: a page of its tables, and the table whose ways to read are shown ('' is the first)."""

    page: int = 1
    table: str = ""


def product(name: str, asking: Asker, chosen: Chosen = Chosen()) -> dict[str, Any]:
    """What `product.html` asks for. Raises: Unknown."""
    library = asking.library
    facts = Facts(library)
    page = shown(name, library)
    if not isinstance(page, ProductPage):
        raise Unknown("product", name, facts.mesh.products)
    domain = str(page.who.domain)
    tables = _offered(page)
    most = max(-(-len(tables) // TABLES), 1)
    at = min(max(chosen.page, 1), most)
    lines = {one.data.line for one in tables}
    checks = [check for check in page.how.checks if check.line in lines]
    read = next((one for one in tables if one.name == chosen.table), tables[0] if tables else None)
    return {
        "title": page.what.title,
        "place": "/domains",
        "trail": [("Domains", "/domains"), (domain, page_of(domain)), (leaf_of(page.name), "")],
        "page": page,
        "tidy": tidy(page.name, library),
        "kind": worded(page.what.type),
        "tables": tables[(at - 1) * TABLES : at * TABLES],
        "all_tables": tables,
        "page_number": at,
        "pages": most,
        "rows": None if any(one.data.rows_seen for one in tables) else sum(one.data.rows for one in tables),
        "published": max((one.data.freshness.published_at for one in tables if one.data.freshness), default=None),
        "withheld": [one for one in tables if one.data.withheld],
        "checks": len(checks),
        "bad": [check for check in checks if check.outcome in BAD],
        "held": next((where.held for where in page.where.tables if where.held), ""),
        "resting": {str(where.resting_on) for where in page.where.tables if where.resting_on},
        "read": read,
        "ways": ways(_sql(page, read), asking) if read else (),
        "picture": _near(page.name, asking),
        "trust": trust(page.name, facts),
        "levels": levels(facts.mesh.product(page.name), facts),
        "versions": versions(page, facts, asking),
        "consumers": consumers(page, facts),
        "channels": list({(one.channel, one.url): one for one in reversed(page.who.support)}.values()),
        "core": core_link(page.name) if facts.mesh.product(page.name).core and asking.may(ACTION, domain) else "",
        "sees_consumers": asking.may("see consumers", domain),
        "said": said,
        "schedule": scheduled(page.how.schedule),
    }


def _offered(page: ProductPage) -> list[Offered]:
    held = Counter(check.line for check in page.how.checks)
    bad = Counter(check.line for check in page.how.checks if check.outcome in BAD)
    newest = {one.line for one in page.what.versions if one.is_newest}
    lines = [one for one in page.data if one.line in newest] or list(page.data)
    return [Offered(leaf_of(table_of(d.line)), page_of(table_of(d.line)), d, held[d.line], bad[d.line]) for d in lines]


def _sql(page: ProductPage, read: Offered) -> str:
    return next(where.how_to_read.sql for where in page.where.tables if where.line == read.data.line)


def worded(camel: str) -> str:
    """`consumerAligned` as people write it: consumer-aligned."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f"-{found[0].lower()}", camel)


def scheduled(cron: str) -> str:
    """The usual schedules in words, others as they are written: `0 6 * * *` is every day at 06:00 UTC."""
    parts = cron.split()
    if len(parts) != 5 or not parts[0].isdigit() or parts[2:4] != ["*", "*"]:
        return cron
    minute, hour, day = int(parts[0]), parts[1], parts[4]
    if hour == "*" and day == "*":
        return f"every hour, at {minute} past" if minute else "every hour"
    if not hour.isdigit() or (day != "*" and not day.isdigit()):
        return cron
    days = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    return f"every {'day' if day == '*' else days[int(day) % 7]} at {int(hour):02}:{minute:02} UTC"


def _near(name: ProductName, asking: Asker) -> Markup:
    """The products beside this one, and its sources."""
    found = lineage(name, asking.library, "both", 1)
    boxes: dict[str, Box] = {}
    owner: dict[str, str] = {}
    for node in found.tables:
        outside = node.kind == "source"
        id_ = node.id if outside else str(node.product)
        owner[node.id] = id_
        tone = "source" if outside else "self" if node.product == name else ""
        under = "source" if outside else str(DomainName(str(node.product).partition(".")[0]))
        boxes[id_] = Box(
            id_,
            node.name.rpartition(".")[2] if outside else leaf_of(node.product),
            under,
            "" if outside else page_of(node.product),
            tone,
        )
    edges = [(owner[e.source], owner[e.target]) for e in found.edges if e.source in owner and e.target in owner]
    return graph(f"What {name} reads and who reads it", list(boxes.values()), edges)

"""One data product by its five interfaces: the data, where, what, how, who."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from weft.names import DomainName, ProductName, leaf_of
from weft.query.history import history
from weft.query.library import Library
from weft.query.lineage import lineage
from weft.query.pages import ProductPage, TableData
from weft.query.show import shown
from weft.server.portal.charts import Bar, bars
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import page_of

BAD = ("failed", "error")
RUNS = 30


@dataclass(frozen=True, slots=True)
class Offered:
    """One table in its product's page."""

    name: str
    link: str
    data: TableData
    checks: int
    not_held: int


def product(name: str, library: Library) -> dict[str, Any]:
    """What `product.html` asks for. Raises: Unknown."""
    page = shown(name, library)
    assert isinstance(page, ProductPage)
    held = Counter(check.line for check in page.how.checks)
    bad = Counter(check.line for check in page.how.checks if check.outcome in BAD)
    domain = str(page.who.domain)
    return {
        "title": page.what.title,
        "place": "/domains",
        "trail": [("Domains", "/domains"), (domain, page_of(domain)), (leaf_of(page.name), "")],
        "page": page,
        "tables": [Offered(leaf_of(d.line), page_of(d.line), d, held[d.line], bad[d.line]) for d in page.data],
        "bad": [check for check in page.how.checks if check.outcome in BAD],
        "checks": len(page.how.checks),
        "picture": _near(page.name, library),
        "runs": _runs(page.name, library),
    }


def _near(name: ProductName, library: Library) -> Markup:
    """The products beside this one, and its sources."""
    found = lineage(name, library, "both", 1)
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


def _runs(name: ProductName, library: Library) -> Markup | None:
    """How long its last runs took, the oldest first."""
    entries = list(reversed(history(library, name, RUNS)))
    if not entries:
        return None
    tones = {"failed": "bad", "abandoned": "bad", "cancelled": "warn"}
    given = [
        Bar(
            f"{entry.started_at:%Y-%m-%d %H:%M}, {entry.state}, seconds", entry.seconds or 0, tones.get(entry.state, "")
        )
        for entry in entries
    ]
    return bars(f"Seconds of the last runs of {name}", given)

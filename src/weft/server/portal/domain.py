"""Domains: all of them, and one with its people, its products, what it reads and who reads it."""

from __future__ import annotations

from typing import Any

from weft.names import domain_of
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.pages import DomainPage
from weft.query.show import shown
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import page_of
from weft.server.portal.rendering import plural


def domains(library: Library) -> dict[str, Any]:
    """What `domains.html` asks for: all, those that lie in others below them."""
    facts = Facts(library)
    rows = list(facts.rows("domains", "domain", "parent", "description", "team", "products"))
    nested = {parent: [row for row in rows if row[1] == parent] for _, parent, *_ in rows if parent}
    return {"title": "Domains", "place": "/domains", "domains": [row for row in rows if not row[1]], "nested": nested}


def domain(name: str, library: Library) -> dict[str, Any]:
    """What `domain.html` asks for. Raises: Unknown."""
    page = shown(name, library)
    assert isinstance(page, DomainPage)
    parent = [(page.parent, page_of(page.parent))] if page.parent else []
    return {
        "title": name,
        "place": "/domains",
        "trail": [("Domains", "/domains"), *parent, (name, "")],
        "page": page,
        "not_held": sum(one.not_held for one in page.data),
        "rows": sum(one.rows for one in page.data),
        "picture": _around(page),
    }


def _around(page: DomainPage) -> object:
    """The domains that it reads, and those that read it."""
    own = str(page.name)
    read = {str(domain_of(line)) for entry in page.how.inputs for line in entry.lines} - {own}
    outside = sorted({file for entry in page.how.inputs for file in entry.files})
    readers = {str(domain_of(name)) for name in page.who.consumers} - {own}
    boxes = [Box(own, own, plural(len(page.data), "product"), "", "self")]
    boxes += [Box(f"<{name}", name, "is read", page_of(name)) for name in sorted(read)]
    boxes += [Box(f">{name}", name, "reads it", page_of(name)) for name in sorted(readers)]
    boxes += [Box(f"source {file}", file.rpartition("/")[2], "source", "", "source") for file in outside]
    edges = [(box.id, own) for box in boxes if box.id[0] in "<s" and box.id != own]
    edges += [(own, box.id) for box in boxes if box.id[0] == ">"]
    return graph(f"What {own} reads and who reads it", boxes, edges)

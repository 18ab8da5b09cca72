"""Lineage: what a domain, a product, a table or a column is made of, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.query.lineage import Direction, Edge, Node, lineage
from weft.server.answers import tagged
from weft.server.asking import Asking, acts
from weft.server.paging import Page

router = APIRouter(prefix="/api/v1/lineage", tags=["catalogue"])


@dataclass(frozen=True, slots=True)
class LineagePage:
    """Nodes from the farthest upstream to the farthest downstream; `edges` are those that end at a node of this page.

    `total` counts the nodes of all pages.
    """

    name: str
    total: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    next: str


@router.get("/{name}", response_model=LineagePage, openapi_extra=acts("discover"))
def follow(
    asking: Asking,
    name: str,
    part: Page,
    direction: Annotated[Direction, Query(description="up is what it is made of, down what is made of it.")] = "both",
    depth: Annotated[int, Query(ge=1, le=100, description="So many steps.")] = 3,
    columns: Annotated[bool, Query(description="Of tables: the columns between them, too.")] = True,
) -> Response:
    """Follows data across products, from the source's files to the last that is made of it."""
    asking.allow("discover")
    graph = lineage(name, asking.library_of(part.env), direction, depth)
    nodes = graph.nodes if columns else graph.tables or graph.nodes
    chosen, following = part.of(nodes)
    all_ids, ids = {node.id for node in nodes}, {node.id for node in chosen}
    edges = tuple(edge for edge in graph.edges if edge.target in ids and edge.source in all_ids)
    return tagged(LineagePage(graph.name, len(nodes), chosen, edges, following), asking.request)

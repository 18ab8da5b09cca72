"""Lineage as a graph: products, which open to tables, which open to columns; up, down, or both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from weft.names import LineName, domain_of, leaf_of, table_of
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.lineage import Direction, Graph, Node, lineage
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import lineage_of, page_of
from weft.server.portal.rendering import plural

Level = Literal["products", "tables", "columns"]
LEVELS: tuple[Level, ...] = get_args(Level)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
MOST_STEPS = 9
Drawn = tuple[list[Box], list[tuple[str, str]]]


def whole(library: Library) -> dict[str, Any]:
    """Every product of the mesh: what `lineage.html` asks for."""
    facts = Facts(library)
    boxes = [Box(name, leaf_of(name), domain_of(name), lineage_of(name)) for name in facts.mesh.products]
    edges = [
        (str(read), str(name)) for name, product in facts.mesh.products.items() for read in facts.mesh.upstream(product)
    ]
    return _page("", (boxes, edges), "products", ("both", 0))


def around(name: str, library: Library, asked: tuple[str, Direction, int]) -> dict[str, Any]:
    """One name, so many steps far (0: to the ends): what `lineage.html` asks for. Raises: Unknown."""
    level, direction, depth = asked
    found = lineage(name, library, direction, depth or None)
    of_column = not found.tables
    chosen: Level = "columns" if of_column else level if level in LEVELS else "tables"
    drawn = {"products": _products, "tables": _tables, "columns": _columns}[chosen](found, name)
    return _page(name, drawn, chosen, (direction, depth)) | {"of_column": of_column}


def _page(name: str, drawn: Drawn, level: Level, asked: tuple[Direction, int]) -> dict[str, Any]:
    boxes, edges = drawn
    direction, depth = asked
    return {
        "title": f"Lineage of {name}" if name else "Lineage",
        "place": "/lineage",
        "name": name,
        "link": page_of(name) if name and level != "columns" else "",
        "level": level,
        "levels": LEVELS,
        "direction": direction,
        "directions": DIRECTIONS,
        "depth": depth,
        "steps": range(1, MOST_STEPS),
        "count": plural(len(boxes), level.removesuffix("s")),
        "picture": graph(f"Lineage of {name or 'the mesh'}", boxes, edges) if boxes else None,
        "listed": boxes,
        "of_column": False,
    }


def _products(found: Graph, name: str) -> Drawn:
    """Tables and sources, gathered by product."""
    owner = {node.id: str(node.product) if node.kind == "table" else node.id for node in found.tables}
    boxes = {owner[node.id]: _of_product(node, name) for node in found.tables}
    return list(boxes.values()), _joined(((e.source, e.target) for e in found.edges), owner)


def _of_product(node: Node, name: str) -> Box:
    if node.kind == "source":
        return _source(node)
    is_self = name == node.product or name.startswith(f"{node.product}.") or name == domain_of(node.product)
    return Box(
        node.product,
        leaf_of(node.product),
        domain_of(node.product),
        lineage_of(node.product),
        "self" if is_self else "",
    )


def _tables(found: Graph, name: str) -> Drawn:
    boxes = [_source(node) if node.kind == "source" else _of_table(node, name) for node in found.tables]
    return boxes, _joined(((e.source, e.target) for e in found.edges), {box.id: box.id for box in boxes})


def _of_table(node: Node, name: str) -> Box:
    line = LineName(node.id)
    tone = "self" if name in (node.id, table_of(line)) else ""
    label = node.name.removeprefix(f"{node.product}.")
    return Box(node.id, label, node.product, lineage_of(node.name), tone)


def _columns(found: Graph, name: str) -> Drawn:
    boxes = [_of_column(node, name) for node in found.columns]
    return boxes, _joined(((e.source, e.target) for e in found.edges), {box.id: box.id for box in boxes})


def _of_column(node: Node, name: str) -> Box:
    column = node.id.removeprefix(f"{node.table}.")
    table = node.name.rpartition(".")[0]
    tone = "self" if name in (node.id, node.name) else "source" if table.startswith("source:") else ""
    return Box(node.id, column, table.removeprefix("source:"), lineage_of(node.name), tone)


def _source(node: Node) -> Box:
    return Box(node.id, node.name.rpartition(".")[2], ", ".join(node.files) or "source", lineage_of(node.id), "source")


def _joined(edges: Iterable[tuple[str, str]], owner: dict[str, str]) -> list[tuple[str, str]]:
    known = ((owner.get(source), owner.get(target)) for source, target in edges)
    return list(dict.fromkeys((a, b) for a, b in known if a and b and a != b))

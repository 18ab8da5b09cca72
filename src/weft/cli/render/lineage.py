"""Lineage as a tree that is read from what was asked for: up to the sources, down to the last reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint, width

if TYPE_CHECKING:
    from weft.query.lineage import Edge, Graph, Node

MOST = 4
"""So many columns that one comes from are named; --json has them all."""
Ways = Mapping[str, list["Edge"]]


def show_lineage(graph: Graph, *, json: bool) -> None:
    if json:
        write_json(graph)
        return
    print("\n".join(_lines(graph)))


def _lines(graph: Graph) -> Iterator[str]:
    nodes = {node.id: node for node in graph.nodes}
    starts = [node for node in graph.nodes if node.distance == 0 and _is_start(node, graph)]
    kinds = {"column"} if starts and starts[0].kind == "column" else {"table", "source"}
    edges = [edge for edge in graph.edges if {nodes[edge.source].kind, nodes[edge.target].kind} <= kinds]
    up, down = _ways(edges, upward=True), _ways(edges, upward=False)
    for start in starts:
        yield paint(start.name, "bold")
        yield from _side("comes from", start, up, nodes)
        yield from _side("goes into", start, down, nodes)
        if start.kind != "column":
            yield from _columns(start, graph, nodes)


def _is_start(node: Node, graph: Graph) -> bool:
    """What was asked for: a column where that was one, else tables."""
    asked = any(other.distance == 0 and other.kind != "column" for other in graph.nodes)
    return node.kind != "column" if asked else True


def _ways(edges: list[Edge], *, upward: bool) -> Ways:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.target if upward else edge.source, []).append(edge)
    return found


def _side(title: str, start: Node, ways: Ways, nodes: Mapping[str, Node]) -> Iterator[str]:
    upward = title == "comes from"
    if ways.get(start.id):
        yield f"  {paint(title, 'cyan')}"
        yield from _branches(start.id, ways, nodes, ("  ", {start.id}, upward))


def _branches(id: str, ways: Ways, nodes: Mapping[str, Node], state: tuple[str, set[str], bool]) -> Iterator[str]:
    """What has been drawn once is not drawn again below another."""
    indent, seen, upward = state
    edges = ways.get(id, [])
    for place, edge in enumerate(edges):
        other = edge.source if upward else edge.target
        is_last = place == len(edges) - 1
        again = other in seen and bool(ways.get(other))
        label = _label(nodes[other], edge, again=again)
        yield f"{indent}{'└─ ' if is_last else '├─ '}{label}"
        if other not in seen:
            seen.add(other)
            yield from _branches(other, ways, nodes, (f"{indent}{'   ' if is_last else '│  '}", seen, upward))


def _label(node: Node, edge: Edge, *, again: bool) -> str:
    name = node.name.removeprefix("source:")
    told = []
    if node.kind == "source":
        told.append("source")
    if node.kind == "column" and node.called and node.called != node.name.rpartition(".")[2]:
        told.append(f"there called {node.called}")
    told += list(node.files[:3])
    if len(node.files) > 3:
        told.append(f"and {len(node.files) - 3:,} more")
    if edge.kind == "condition":
        told.append("only decides which rows")
    if again:
        told.append("see above")
    return f"{name}{paint('  ' + ', '.join(told), 'dim') if told else ''}"


def _columns(start: Node, graph: Graph, nodes: Mapping[str, Node]) -> Iterator[str]:
    """Each column of a table with the columns of the next tables that its values come from."""
    rows: list[tuple[str, str]] = []
    for node in graph.columns:
        if node.table != start.id:
            continue
        values = [_short(nodes[edge.source]) for edge in graph.edges if edge.target == node.id and edge.kind == "value"]
        if values:
            more = f" and {len(values) - MOST:,} more" if len(values) > MOST else ""
            rows.append((node.name.rpartition(".")[2], f"← {', '.join(values[:MOST])}{more}"))
    if rows:
        yield f"  {paint('columns', 'cyan')}"
        yield from aligned(rows, width(sys.stdout), indent=4)


def _short(node: Node) -> str:
    """`operations.flights.departures.carrier`; of a source `flight_file.carrier`."""
    return node.name.removeprefix("source:")

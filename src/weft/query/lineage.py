"""Where data comes from and where it goes: tables and columns across products, down to the files outside the mesh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from weft.errors import Unknown, did_you_mean
from weft.names import LineName, ProductName, product_of, table_of
from weft.product.contract import Column
from weft.product.mesh import Read
from weft.query.answer import Library
from weft.query.facts import Facts
from weft.query.origins import OUTSIDE, reads_of, source_id

Direction = Literal["both", "up", "down"]
EdgeKind = Literal["value", "condition"]
LINEAGE, LINEAGE_OF_TABLES = "lineage", "lineage of tables"
Ways = dict[str, dict[str, EdgeKind]]
"""From an id to the ids one step away, and how."""


@dataclass(frozen=True, slots=True)
class Node:
    """A table (keyed by its line), a source, or a column of either. `table` is a column's table or source, else ''.

    `distance` counts steps from what was asked for: upstream is negative. `files` is what a source stands for, and
    `called` what the source itself calls a column or a table.
    """

    id: str
    kind: Literal["source", "table", "column"]
    name: str
    product: ProductName
    distance: int = 0
    table: str = ""
    files: tuple[str, ...] = ()
    called: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Data flows from `source` to `target`, ids of nodes: as a value, or as a condition of which rows there are."""

    source: str
    target: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes from the farthest upstream to the farthest downstream. Of a table or a product: its tables, and the columns between those."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def tables(self) -> tuple[Node, ...]:
        """Tables and sources alone."""
        return tuple(node for node in self.nodes if node.kind != "column")

    @property
    def columns(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == "column")

    @property
    def sources(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == "source")


def lineage(name: str, library: Library, direction: Direction = "both", depth: int | None = None) -> Graph:
    """All that a domain, a product, a table or a column is made of and goes into, `depth` steps far (None: to the ends).

    A name without a line means the newest; a source goes by its id (`source:domain.product.read[.column]`).
    Raises: Unknown, with the closest name.
    """
    facts = Facts(library)
    web = facts.kept(LINEAGE, web_of)
    starts = starts_of(name, web, facts)
    of_columns = starts[0] in web.cells
    up, down = (web.columns, web.columns_down) if of_columns else (web.tables, web.tables_down)
    reached = dict.fromkeys(starts, 0)
    edges: set[Edge] = set()
    for sign, ways in ((-1, up), (1, down)):
        if direction in ("both", "up" if sign < 0 else "down"):
            found = _reached(starts, ways, depth)
            reached = {id: sign * distance for id, distance in found.items()} | reached
            edges |= _between(found, up)
            if not of_columns:
                edges |= _column_edges(found, web)
    return Graph(name, _nodes(reached, edges, (web, facts)), tuple(sorted(edges)))


def both_webs(facts: Facts) -> None:
    """Makes what lineage is followed in, where it is kept."""
    web = facts.kept(LINEAGE, web_of)
    _ = web.tables_down, web.columns_down, web.computed
    facts.kept(LINEAGE_OF_TABLES, _tables)


def sources_of(facts: Facts, lines: Iterable[LineName]) -> dict[LineName, tuple[tuple[ProductName, Read], ...]]:
    """Each line to the sources that it is made of in the end, across products, with the product that reads each."""
    web = facts.kept(LINEAGE_OF_TABLES, _tables)
    found = {line: sorted(_reached([line], web.tables, None)) for line in lines}
    return {line: tuple(web.sources[id] for id in ids if id in web.sources) for line, ids in found.items()}


@dataclass
class Web:
    """The whole mesh's recorded lineage. `tables` and `columns` lead upstream; `cells` are column ids to table and column."""

    tables: Ways = field(default_factory=dict)
    columns: Ways = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    sources: dict[str, tuple[ProductName, Read]] = field(default_factory=dict)

    def cell(self, table: str, column: str) -> str:
        id = f"{table}.{column}"
        self.cells.setdefault(id, (table, column))
        return id

    @cached_property
    def tables_down(self) -> Ways:
        return _turned(self.tables)

    @cached_property
    def columns_down(self) -> Ways:
        return _turned(self.columns)

    @cached_property
    def computed(self) -> dict[str, list[str]]:
        """Each table's columns of which it is known what they are computed from."""
        found: dict[str, list[str]] = {}
        for id in self.columns:
            found.setdefault(self.cells[id][0], []).append(id)
        return found


def web_of(facts: Facts) -> Web:
    """What is recorded of the whole mesh."""
    web = _tables(facts)
    for line in facts.mesh.lines:
        _add_columns(web, line, facts)
    for row in facts.rows("column_lineage", "product", "line_name", "column_name", "source", "source_column", "kind"):
        _add_edge(web, row)
    return web


def _tables(facts: Facts) -> Web:
    """Tables and sources alone; what a table reads is a condition of its rows until a column's value is seen to flow."""
    web = Web()
    for product in facts.mesh.products.values():
        for read in facts.mesh.reads(product).values():
            if read.is_source:
                web.sources[source_id(product.name, read.name)] = product.name, read
        for line, origins in reads_of(product, facts.mesh).items():
            web.tables[line] = dict.fromkeys(origins, "condition")
    return web


def _add_columns(web: Web, line: LineName, facts: Facts) -> None:
    web.tables.setdefault(line, {})
    if promise := facts.mesh.promise(line):
        for column in promise[1].columns:
            web.cell(line, column.name)


def _add_edge(web: Web, row: tuple[Any, ...]) -> None:
    product, line, column, source, source_column, kind = row
    if source.startswith(OUTSIDE):
        source = source_id(ProductName(product), source.removeprefix(OUTSIDE))
    _strongest(web.tables.setdefault(line, {}), source, kind)
    _strongest(web.columns.setdefault(web.cell(line, column), {}), web.cell(source, source_column), kind)


def _strongest(ways: dict[str, EdgeKind], source: str, kind: EdgeKind) -> None:
    """A value that flows says more than a condition."""
    ways[source] = "value" if "value" in (kind, ways.get(source)) else kind


def starts_of(name: str, web: Web, facts: Facts) -> list[str]:
    """The ids that a name means: one column, one line, or the tables of a product or a domain."""
    if name in web.cells or name in web.tables or name in web.sources:
        return [name]
    if line := facts.line(name):
        return [line]
    table, _, column = name.rpartition(".")
    if (line := facts.line(table)) and f"{line}.{column}" in web.cells:
        return [f"{line}.{column}"]
    of = [line for line in web.tables if line.startswith(f"{name}.")] if name.count(".") < 2 and name else []
    if of:
        return sorted(of)
    raise _unknown(name, web, facts)


def _unknown(name: str, web: Web, facts: Facts) -> Unknown:
    mesh, newest = facts.mesh, facts.newest
    table, _, column = name.rpartition(".")
    if line := facts.line(table):
        promise = mesh.promise(line)
        columns = [known.name for known in promise[1].columns] if promise else []
        return Unknown("column", name, mend=did_you_mean(column, columns))
    if name in mesh.products or name in mesh.domains:
        return Unknown("published table in", name)
    if name.startswith(OUTSIDE):
        return Unknown("source", name, web.sources)
    return Unknown("table, column, product or domain", name, [*mesh.domains, *mesh.products, *newest])


def _reached(starts: Iterable[str], ways: Mapping[str, Mapping[str, EdgeKind]], depth: int | None) -> dict[str, int]:
    """Ids to how many steps away they are, the starts among them."""
    found = dict.fromkeys(starts, 0)
    edge, distance = list(found), 0
    while edge and (depth is None or distance < depth):
        distance += 1
        edge = [near for near in dict.fromkeys(n for id in edge for n in ways.get(id, ())) if near not in found]
        found |= dict.fromkeys(edge, distance)
    return found


def _turned(ways: Ways) -> Ways:
    turned: Ways = {}
    for target, sources in ways.items():
        for source, kind in sources.items():
            turned.setdefault(source, {})[target] = kind
    return turned


def _between(found: Mapping[str, int], up: Ways) -> set[Edge]:
    return {
        Edge(source, target, kind) for target in found for source, kind in up.get(target, {}).items() if source in found
    }


def _column_edges(found: Mapping[str, int], web: Web) -> set[Edge]:
    """Edges between the columns of the tables that were found."""
    return {
        Edge(source, target, kind)
        for table in found
        for target in web.computed.get(table, ())
        for source, kind in web.columns[target].items()
        if web.cells[source][0] in found
    }


Known = tuple[Web, Facts]


def _nodes(reached: Mapping[str, int], edges: Iterable[Edge], known: Known) -> tuple[Node, ...]:
    distances, cells = dict(reached), known[0].cells
    for id in {end for edge in edges for end in (edge.source, edge.target)} - set(reached):
        distances[id] = reached[cells[id][0]]
    nodes = [node_of(id, distance, known) for id, distance in distances.items()]
    return tuple(sorted(nodes, key=lambda node: (node.distance, node.kind == "column", node.id)))


def node_of(id: str, distance: int, known: Known) -> Node:
    web, _ = known
    if id not in web.cells:
        return _table_node(id, distance, known)
    table, column = web.cells[id]
    of = _table_node(table, distance, known)
    called = next((c.source_name for c in _columns(table, web) if c.name == column), column)
    return Node(id, "column", f"{of.name}.{column}", of.product, distance, table, of.files, called)


def _columns(table: str, web: Web) -> Iterator[Column]:
    if table in web.sources:
        yield from web.sources[table][1].table.columns


def _table_node(id: str, distance: int, known: Known) -> Node:
    web, facts = known
    if id in web.sources:
        product, read = web.sources[id]
        files = facts.files(facts.mesh.products[product], read)
        return Node(id, "source", id, product, distance, "", files, read.table.physical_name or read.table.name)
    line = LineName(id)
    if id.startswith(OUTSIDE):
        return Node(id, "source", id, ProductName(".".join(id.removeprefix(OUTSIDE).split(".")[:2])), distance)
    return Node(id, "table", facts.shown(line), product_of(table_of(line)), distance)

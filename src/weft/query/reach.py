"""How far data reaches: tables and sources with their distances, and the columns that one column's values flow through.

`lineage` answers with all of it at once; a picture that is opened part by part asks here for no more than it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from weft.names import LineName
from weft.product.mesh import Mesh
from weft.query.facts import Facts
from weft.query.lineage import LINEAGE, Direction, EdgeKind, Node, Ways, Web, node_of, starts_of, web_of
from weft.query.origins import OUTSIDE
from weft.query.spoken import spoken_of

Near = Callable[[str], Mapping[str, EdgeKind]]
Way = tuple[str, str, EdgeKind]
"""From an id to an id, and how."""


@dataclass(frozen=True)
class Reach:
    """`tables` are ids of tables and sources with their distances (upstream is negative); `columns` those of one column, where one was asked for."""

    name: str
    starts: tuple[str, ...]
    tables: Mapping[str, int]
    columns: Mapping[str, int]
    facts: Facts
    web: Web

    @cached_property
    def followed(self) -> Followed:
        return Followed(self.web, self.facts.mesh)

    @cached_property
    def is_of_column(self) -> bool:
        return bool(self.columns)

    def node(self, id: str) -> Node:
        return node_of(id, self.tables.get(id, 0), (self.web, self.facts))

    def table_of(self, column: str) -> str:
        return self.web.cells[column][0]

    def name_of(self, column: str) -> str:
        return self.web.cells[column][1] if column in self.web.cells else column.rpartition(".")[2]

    def columns_of(self, table: str) -> tuple[str, ...]:
        """Ids of the columns of a table or a source, in their order there."""
        if table in self.web.sources:
            names = [column.name for column in self.web.sources[table][1].table.columns]
        else:
            promise = self.facts.mesh.promise(LineName(table)) if "@" in table else None
            names = [column.name for column in promise[1].columns] if promise else []
        return tuple(f"{table}.{name}" for name in names)

    def ways(self) -> Iterator[Way]:
        """What flows between the tables that were reached."""
        return _within(self.tables, self.web.tables)

    def ways_of(self, columns: Iterable[str]) -> Iterator[Way]:
        """What flows into some columns, from columns of tables that were reached."""
        for target in columns:
            for source, kind in self.web.columns.get(target, {}).items():
                if self.table_of(source) in self.tables:
                    yield source, target, kind


def reached(name: str, facts: Facts, direction: Direction = "both", depth: int | None = None) -> Reach:
    """From a domain, a product, a table, a source or a column; from '' all of the mesh.

    Of a column only what it holds is followed, not which rows there are. Raises: Unknown, with the closest name.
    """
    web = facts.kept(LINEAGE, web_of)
    if not name:
        return Reach(name, (), dict.fromkeys((*web.sources, *web.tables), 0), {}, facts, web)
    starts = tuple(starts_of(name, web, facts))
    if starts[0] not in web.cells:
        tables = _both(starts, (_of(web.tables), _of(web.tables_down)), direction, depth)
        return Reach(name, starts, tables, {}, facts, web)
    by = Followed(web, facts.mesh)
    columns = _both(starts, (by.up, by.down), direction, depth)
    nearest: dict[str, int] = {}
    for id, distance in sorted(columns.items(), key=lambda item: abs(item[1])):
        nearest.setdefault(web.cells[id][0], distance)
    return Reach(name, starts, nearest, columns, facts, web)


@dataclass(frozen=True)
class Followed:
    """The ways by which what a column holds comes about: values that flow, and, where none do, what its expression speaks of."""

    web: Web
    mesh: Mesh

    def up(self, id: str) -> Mapping[str, EdgeKind]:
        ways = self.web.columns.get(id, {})
        values: dict[str, EdgeKind] = {near: kind for near, kind in ways.items() if kind == "value"}
        return values or self._spoken_of(id, ways)

    def down(self, id: str) -> Mapping[str, EdgeKind]:
        ways = self.web.columns_down.get(id, {})
        return {near: kind for near, kind in ways.items() if kind == "value" or id in self.up(near)}

    def _spoken_of(self, id: str, ways: Mapping[str, EdgeKind]) -> Mapping[str, EdgeKind]:
        """A count of late flights takes no value over, and hangs on the delays that it compares."""
        table, column = self.web.cells[id]
        if not ways or table.startswith(OUTSIDE):
            return {}
        words = spoken_of(LineName(table), column, self.mesh)
        return {near: kind for near, kind in ways.items() if self.web.cells[near][1].lower() in words}


def _both(
    starts: tuple[str, ...],
    ways: tuple[Near, Near],
    direction: Direction,
    depth: int | None,
) -> dict[str, int]:
    found = dict.fromkeys(starts, 0)
    for sign, one in zip((-1, 1), ways, strict=True):
        if direction in ("both", "up" if sign < 0 else "down"):
            found = {id: sign * distance for id, distance in _steps(starts, one, depth).items()} | found
    return found


def _of(ways: Ways) -> Near:
    return lambda id: ways.get(id, {})


def _steps(starts: tuple[str, ...], near: Near, depth: int | None) -> dict[str, int]:
    """Ids to how many steps away they are, the starts among them."""
    found, edge, distance = dict.fromkeys(starts, 0), list(starts), 0
    while edge and (depth is None or distance < depth):
        distance += 1
        edge = [one for one in dict.fromkeys(n for id in edge for n in near(id)) if one not in found]
        found |= dict.fromkeys(edge, distance)
    return found


def _within(found: Mapping[str, int], up: Ways) -> Iterator[Way]:
    for target in found:
        for source, kind in up.get(target, {}).items():
            if source in found:
                yield source, target, kind

"""What of a reach is drawn: its products, those that are open with their tables, and those that are open with their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from weft.names import LineName, ProductName, domain_of, leaf_of, product_of, table_of
from weft.query.lineage import EdgeKind
from weft.query.origins import OUTSIDE
from weft.query.reach import Reach
from weft.server.portal.cards import Card, Flow, Part, Picture
from weft.server.portal.links import lineage_of, page_of
from weft.server.portal.readers import Reads, readers_of
from weft.server.portal.rendering import counted, plural
from weft.server.portal.views import LEVELS, View

MOST_BOXES = 3_000
"""More are neither looked at nor drawn in a moment."""
MOST_OPEN_TABLES = 150
"""Of a reach that has more tables only its own product is open at first."""
MOST_SOURCES = 150
MOST_FOUND = 50
MOST_COLUMNS = 200


@dataclass
class Opened:
    """`left_out` says in words what is not drawn, and how to see it."""

    reach: Reach
    view: View
    left_out: list[str] = field(default_factory=list)

    @cached_property
    def picture(self) -> Picture:
        reads = self._readers
        cards = (*(self._card(id) for id in self._cards), *(self._reader(one) for one in reads))
        drawn = Picture(cards, has_path=self.reach.is_of_column)
        flows = [
            *self._flows(),
            *(Flow(self._shown(line), one.id, is_lit=self.reach.is_of_column) for one in reads for line in one.lines),
        ]
        return Picture(
            cards, tuple(dict.fromkeys(flow for flow in flows if flow.source in drawn.numbers)), drawn.has_path
        )

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Each card to the tables in it, by name; a source is a card of its own."""
        found: dict[str, list[str]] = {}
        if not self.reach.name:
            found = {str(name): [] for name in self.reach.facts.mesh.products}
        for id in self.reach.tables:
            if id.startswith(OUTSIDE):
                found[id] = []
            else:
                found.setdefault(product_of(table_of(LineName(id))), []).append(id)
        for tables in found.values():
            tables.sort()
        return found

    @cached_property
    def level(self) -> str:
        """As deep as was asked for, and as there is room for."""
        wanted = self.view.level if self.view.level in LEVELS else self._suiting
        while wanted != LEVELS[0] and self._count(wanted) > MOST_BOXES:
            self.left_out.append(
                f"{plural(self._count(wanted), 'box', 'boxes')} are too many to draw at once, so the {wanted} are folded: open the ones "
                "that you are after, find one by its name, or choose fewer steps."
            )
            wanted = LEVELS[LEVELS.index(wanted) - 1]
        return wanted

    @cached_property
    def _suiting(self) -> str:
        if self.reach.is_of_column:
            return "columns"
        is_small = len(self.reach.tables) <= MOST_OPEN_TABLES
        return "tables" if self.reach.name and is_small else "products"

    def _count(self, level: str) -> int:
        if self.reach.is_of_column:
            return len(self.groups) + len(self.reach.tables) + len(self.reach.columns)
        tables = len(self.reach.tables)
        columns = sum(len(self.reach.columns_of(id)) for id in self.reach.tables) if level == "columns" else 0
        return len(self.groups) + (tables if level != "products" else 0) + columns

    @cached_property
    def _cards(self) -> tuple[str, ...]:
        """Which are drawn: the nearest, where there are too many; sources of the whole mesh only where they are few or asked for."""
        groups = self.groups
        sources = {id for id in groups if id.startswith(OUTSIDE)}
        if not self.reach.name and len(groups) > MOST_SOURCES:
            near = {
                source
                for source, target, _ in self.reach.ways()
                if source in sources and self._is_open(self._owner(target))
            }
            if left := len(sources - near):
                self.left_out.append(
                    f"{plural(left, 'source')} outside the mesh {'is' if left == 1 else 'are'} shown where a product that reads them is opened."
                )
            groups = {id: tables for id, tables in groups.items() if id not in sources or id in near}
        if len(groups) <= MOST_BOXES:
            return tuple(groups)
        distances = {
            id: min((abs(self.reach.tables[one]) for one in (tables or [id]) if one in self.reach.tables), default=0)
            for id, tables in groups.items()
        }
        kept = sorted(groups, key=lambda id: distances[id])[:MOST_BOXES]
        self.left_out.append(
            f"{plural(len(groups) - MOST_BOXES, 'product')} farther away {'is' if len(groups) - MOST_BOXES == 1 else 'are'} left out: "
            "begin at one domain or product, or choose fewer steps."
        )
        return tuple(kept)

    @cached_property
    def _met(self) -> frozenset[str]:
        """What the words that are looked for are in: tables, and products and sources by their own name."""
        words = self.view.find.strip().lower()
        if not words:
            return frozenset()
        found = [id for id in self.groups if words in id.lower() or words in self._named(id).lower()]
        found += [
            id for id in self.reach.tables if "@" in id and words in id.partition("@")[0].rpartition(".")[2].lower()
        ]
        columns = [
            id
            for id, (table, column) in self.reach.web.cells.items()
            if words in column.lower() and table in self.reach.tables
        ]
        found += columns
        if not found:
            self.left_out.append(
                f"Nothing here has “{self.view.find.strip()}” in its name. The search in the bar looks through the whole mesh, descriptions and all."
            )
        elif len(found) > MOST_FOUND:
            self.left_out.append(
                f"{counted(len(found))} names have “{self.view.find.strip()}” in them: the first {MOST_FOUND} are opened and marked. Say more of the name for the others."
            )
        return frozenset(found[:MOST_FOUND])

    @cached_property
    def _opened_by_find(self) -> frozenset[str]:
        cells = self.reach.web.cells
        tables = {cells[id][0] for id in self._met if id in cells}
        return frozenset({*tables, *(self._owner(id) for id in {*tables, *self._met} if "@" in id or id in tables)})

    def _owner(self, table: str) -> str:
        return table if table.startswith(OUTSIDE) else str(product_of(table_of(LineName(table))))

    def _is_open(self, id: str) -> bool:
        """Of a product or a table."""
        if id in self.view.shut:
            return False
        if id in self._wanted or id in self._opened_by_find:
            return True
        is_product = "@" not in id and not id.startswith(OUTSIDE)
        if is_product:
            return self.level != "products" or id in self._own
        return self.level == "columns"

    @cached_property
    def _wanted(self) -> frozenset[str]:
        """What was opened, and the products of it."""
        return frozenset({*self.view.open, *(self._owner(id) for id in self.view.open if "@" in id)})

    @cached_property
    def _own(self) -> frozenset[str]:
        """The product that was asked for, or that of the table."""
        return (
            frozenset(map(self._owner, self.reach.starts))
            if self.view.level not in LEVELS and self.reach.name.count(".") > 0 and not self.reach.is_of_column
            else frozenset()
        )

    def _named(self, id: str) -> str:
        if not id.startswith(OUTSIDE):
            return leaf_of(ProductName(id))
        node = self.reach.node(id)
        return node.files[0].rpartition("/")[2] if node.files else node.name.rpartition(".")[2]

    def _card(self, id: str) -> Card:
        if id.startswith(OUTSIDE):
            return Card(self._source(id), tuple(self._columns(id)))
        tables = self.groups[id]
        is_open = self._is_open(id)
        own = self.reach.name
        tones = ("self",) if own == id or own == domain_of(ProductName(id)) else ("met",) if id in self._met else ()
        count = plural(len(tables), "table")
        head = Part(
            id,
            leaf_of(ProductName(id)),
            f"{id.rpartition('.')[0]} · {count}",
            self._turning(id, is_open=is_open),
            tones,
            is_open if tables else None,
            page_of(id),
        )
        rows = (row for table in tables for row in (self._table(table, id), *self._columns(table))) if is_open else ()
        return Card(head, tuple(rows))

    def _source(self, id: str) -> Part:
        node, is_open = self.reach.node(id), self._is_open(id)
        more = f" and {len(node.files) - 1} more" if len(node.files) > 1 else ""
        tones = ("source", *(("self",) if self.reach.name == id else ("met",) if id in self._met else ()))
        has_columns = bool(self.reach.columns_of(id))
        return Part(
            id,
            self._named(id),
            f"{_kind_of(node.files)} of {node.product}{more}",
            self._turning(id, is_open=is_open),
            tones,
            is_open if has_columns else None,
            lineage_of(id),
        )

    def _table(self, id: str, product: str) -> Part:
        line = LineName(id)
        is_self = id in self.reach.starts and self.reach.name.count(".") > 1 and not self.reach.is_of_column
        tones = ("table", *(("self",) if is_self else ("met",) if id in self._met else ()))
        is_open = self._is_open(id)
        shown = self.reach.facts.shown(line)
        return Part(
            id,
            shown.removeprefix(f"{product}."),
            "",
            self._turning(id, is_open=is_open),
            tones,
            is_open,
            page_of(shown),
        )

    def _columns(self, table: str) -> Iterator[Part]:
        """Of a path only those on it, unless the table itself was opened."""
        if not self._is_open(table):
            return
        known, lit = self.reach.columns_of(table), self.reach.columns
        of_path = [id for id in known if id in lit] + [
            id for id in lit if self.reach.table_of(id) == table and id not in known
        ]
        chosen = of_path if lit and table not in self.view.open else list(known)
        for id in chosen[:MOST_COLUMNS]:
            tones = (
                "column",
                *(("lit",) if id in lit else ()),
                *(("self",) if id in self.reach.starts else ("met",) if id in self._met else ()),
            )
            yield Part(
                id,
                self.reach.name_of(id),
                "",
                lineage_of(self._column_name(id)) if id in self.reach.web.cells else "",
                tones,
                None,
            )
        if left := len(known) - len(chosen[:MOST_COLUMNS]):
            yield Part(
                f"{table}.*",
                f"{counted(left)} more {'column' if left == 1 else 'columns'}",
                "",
                self.view.opening(table),
                ("column", "more"),
                None,
            )

    def _column_name(self, id: str) -> str:
        table = self.reach.table_of(id)
        shown = table if table.startswith(OUTSIDE) else self.reach.facts.shown(LineName(table))
        return f"{shown}.{self.reach.name_of(id)}"

    def _turning(self, id: str, *, is_open: bool) -> str:
        return self.view.shutting(id) if is_open else self.view.opening(id)

    def _shown(self, table: str) -> str:
        """Where a table is to be seen: its row, or its product's card."""
        owner = self._owner(table)
        return table if owner == table or self._is_open(owner) else owner

    @cached_property
    def _columns_shown(self) -> dict[str, str]:
        """Columns that have a row, each to its table."""
        drawn = (self._card(id) for id in self._cards)
        cells = self.reach.web.cells
        return {row.id: cells[row.id][0] for card in drawn for row in card.rows if row.id in cells}

    def _flows(self) -> Iterator[Flow]:
        """Between columns where those are to be seen, else between their tables or products; each once, and as what it is at the most."""
        found: dict[tuple[str, str], EdgeKind] = {}
        columns = dict(self._column_flows())
        covered = {(self.reach.table_of(source), self.reach.table_of(target)) for source, target in columns}
        if not self.reach.is_of_column:
            for source, target, kind in self.reach.ways():
                pair = self._shown(source), self._shown(target)
                if (source, target) not in covered and pair[0] != pair[1]:
                    found[pair] = "value" if "value" in (kind, found.get(pair)) else kind
        yield from (Flow(source, target, kind == "condition") for (source, target), kind in found.items())
        lit = self.reach.columns
        for (source, target), kind in columns.items():
            begin, end = self._cell_shown(source), self._cell_shown(target)
            is_aside = self.reach.is_of_column and not (source in self._columns_shown and target in self._columns_shown)
            if begin != end and not is_aside:
                yield Flow(begin, end, kind == "condition", source in lit and target in lit)

    def _cell_shown(self, column: str) -> str:
        return column if column in self._columns_shown else self._shown(self.reach.table_of(column))

    def _column_flows(self) -> Iterator[tuple[tuple[str, str], EdgeKind]]:
        """Into and out of columns that are to be seen: as values, and on the path of a column as what its expression speaks of."""
        shown, web, lit = self._columns_shown, self.reach.web, self.reach.columns
        for target in lit:
            for source, kind in self.reach.followed.up(target).items():
                if source in lit:
                    yield (source, target), kind
        for source, target, kind in self.reach.ways_of(shown):
            if kind == "value":
                yield (source, target), kind
        for source in shown:
            for target, kind in web.columns_down.get(source, {}).items():
                if kind == "value" and self.reach.table_of(target) in self.reach.tables:
                    yield (source, target), kind

    @cached_property
    def _readers(self) -> Sequence[Reads]:
        if self.view.direction == "up" or not self.reach.name:
            return ()
        return readers_of(self.reach)

    def _reader(self, one: Reads) -> Card:
        return Card(Part(f"reader:{one.who}", one.who, one.said, "", ("reader",), None))


def _kind_of(files: Sequence[str]) -> str:
    return "file" if files and "." in files[0].rpartition("/")[2] else "source"

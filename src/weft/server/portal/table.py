"""One table: what it holds, whether it can be trusted, how to read it and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from weft.names import LineName, leaf_of, product_of, table_of
from weft.profile.values import TableProfile
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.lineage import Node, lineage
from weft.query.pages import ColumnShown, TablePage
from weft.query.show import shown
from weft.server.asking import Asker
from weft.server.portal.charts import Bar, shares
from weft.server.portal.freshness import promised, scheduled, today
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import page_of
from weft.server.portal.profiling import Spread, looked_at, sampled, scored, spread, together, told
from weft.server.portal.reading import ways
from weft.server.portal.rendering import plural
from weft.server.portal.sampling import Look, sample
from weft.server.portal.wording import checks_said
from weft.server.profiles import known

COLUMNS = 50
"""Of a table on one page; the rows below show the same."""
NEAR = 8
"""More neighbours than this are a number and a link."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns that are looked at: those with the words in them, a page of them. `found` is how many there are."""

    columns: tuple[ColumnShown, ...]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Near:
    """What is beside a table; `more` are the neighbours that the picture leaves out."""

    picture: Markup | None = None
    more: int = 0


def table(name: str, look: Look, asking: Asker) -> dict[str, Any]:
    """What `table.html` asks for. Raises: Unknown."""
    library = asking.library
    page, facts = table_page(name, library), Facts(library)
    chosen, found = columns_chosen(page.data.columns, look), known(page, asking)
    return {
        "title": page.what.title,
        "place": "/domains",
        "trail": trail(page),
        "page": page,
        "name": str(table_of(page.name)),
        "link": page_of(page.name),
        "look": look,
        "checks": checks_said(page.how.checks, promised(facts, page.name)),
        "chosen": chosen,
        "columns": [_column(column, found.profile, page.data.rows) for column in chosen.columns],
        "known": found,
        "findings": told(found.findings, page_of(page.name)),
        "scores": scored(found.profile.scores) if found.profile else (),
        "together": tuple(together(found.profile)) if found.profile else (),
        "sampled": sampled(found.profile) if found.profile else "",
        "sample": sample(page.data, with_key(page.data.columns, chosen), look, asking),
        "today": today(page, facts),
        "near": _near(page, library),
        "schedule": scheduled(page.how.schedule),
        "ways": ways(page.where.tables[0].how_to_read.sql, asking),
    }


def table_page(name: str, library: Library) -> TablePage:
    """Raises: Unknown."""
    page = shown(name, library)
    assert isinstance(page, TablePage)
    return page


def columns_chosen(columns: Sequence[ColumnShown], look: Look) -> Chosen:
    words = look.find.casefold().split()
    found = [column for column in columns if all(word in _words(column) for word in words)]
    pages = max(-(-len(found) // COLUMNS), 1)
    at = min(look.page, pages)
    return Chosen(tuple(found[(at - 1) * COLUMNS : at * COLUMNS]), len(found), at, pages)


def with_key(columns: Sequence[ColumnShown], chosen: Chosen) -> tuple[ColumnShown, ...]:
    """The columns that are looked at, and before them the key, by which rows are told apart."""
    if chosen.found == len(columns) and chosen.pages == 1:
        return chosen.columns
    key = sorted((column for column in columns if column.key_position), key=lambda column: column.key_position)
    return tuple({column.name: column for column in (*key, *chosen.columns)}.values())


def _words(column: ColumnShown) -> str:
    said = (column.name, column.business_name, column.description, column.classification, column.type, *column.tags)
    return " ".join(said).casefold()


def trail(page: TablePage) -> list[tuple[str, str]]:
    product = product_of(page.name)
    return [
        ("Domains", "/domains"),
        (page.who.domain, page_of(page.who.domain)),
        (leaf_of(product), page_of(product)),
        (leaf_of(page.name), ""),
    ]


def _column(
    column: ColumnShown, profile: TableProfile | None, rows: int
) -> tuple[ColumnShown, Markup | None, Spread | None]:
    found = profile.column(column.name) if profile else None
    return column, _filled(column, rows), spread(found, looked_at(found, profile)) if found and profile else None


def _filled(column: ColumnShown, rows: int) -> Markup | None:
    """How much of a column is filled; None where that was not counted."""
    if column.nulls is None or not rows:
        return None
    title = f"{column.name}: {column.nulls:,} of {rows:,} are empty"
    return shares(title, [Bar("filled", rows - column.nulls), Bar("empty", column.nulls, "rest")])


def _near(page: TablePage, library: Library) -> Near:
    """One step up and one down."""
    found = lineage(page.name, library, "both", 1)
    others = [node.id for node in found.tables if node.id != page.name]
    if not others:
        return Near()
    few = others if len(others) <= NEAR + 1 else others[:NEAR]
    kept = {page.name, *few}
    boxes = [_box(node, page) for node in found.tables if node.id in kept]
    edges = [(edge.source, edge.target) for edge in found.edges if edge.source in kept and edge.target in kept]
    title = f"Where {page.name} comes from and goes to: {plural(len(boxes), 'table')}"
    return Near(graph(title, boxes, edges), len(others) - len(few))


def _box(node: Node, page: TablePage) -> Box:
    if node.kind == "source":
        return Box(node.id, node.name.rpartition(".")[2], "source", tone="source")
    tone = "self" if node.id == page.name else ""
    return Box(node.id, leaf_of(table_of(LineName(node.id))), node.product, page_of(node.name), tone)

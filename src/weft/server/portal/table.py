"""One table: what it holds, whether it can be trusted, how to read it and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from weft.access import allowed
from weft.errors import WeftError
from weft.identity.caller import acting_as
from weft.names import leaf_of, product_of, table_of
from weft.query.answer import answer
from weft.query.library import Library
from weft.query.lineage import lineage
from weft.query.pages import CheckShown, ColumnShown, TablePage
from weft.query.show import shown
from weft.server.asking import Asker
from weft.server.portal.charts import Bar, shares
from weft.server.portal.graphs import Box, graph
from weft.server.portal.links import page_of
from weft.server.portal.reading import ways
from weft.server.portal.rendering import plural
from weft.session.auditing import note_whole, read_of

SAMPLE_ROWS = 8
DOOR = "preview"
BAD = ("failed", "error")


@dataclass(frozen=True, slots=True)
class Sample:
    """A few rows as texts, NULL as None; `why` says why there are none."""

    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[str | None, ...]] = ()
    why: str = ""


def table(name: str, asking: Asker) -> dict[str, Any]:
    """What `table.html` asks for. Raises: Unknown."""
    library = asking.library
    page = shown(name, library)
    assert isinstance(page, TablePage)
    bad = [check for check in page.how.checks if check.outcome in BAD]
    return {
        "title": page.what.title,
        "place": "/domains",
        "trail": _trail(page),
        "page": page,
        "name": str(table_of(page.name)),
        "bad": bad,
        "held": len(page.how.checks) - len(bad),
        "checks": sorted(page.how.checks, key=_weight),
        "columns": [(column, _filled(column, page.data.rows)) for column in page.data.columns],
        "sample": sample(page.name, asking),
        "picture": _near(page, library),
        "ways": ways(page.where.tables[0].how_to_read.sql, asking),
    }


def sample(line: str, asking: Asker) -> Sample:
    """The first rows, in the eyes of whoever asks, who may ask for data: it stands in the audit trail, and is no use of the table."""
    from weft.names import LineName, spelled

    decision = allowed(asking.reader, "query")
    if not decision.is_allowed:
        return Sample(why=f"{decision.reason}. {decision.mend}".strip())
    library = asking.library
    try:
        with answer(f"SELECT * FROM {spelled(LineName(line))} LIMIT {SAMPLE_ROWS}", library) as found:
            rows, count = found.texts()
            with acting_as(asking.reader.name):
                note_whole(library, read_of(found.question, library, DOOR, asking.request_id), count)
            return Sample(tuple(name for name, _ in found.columns), rows)
    except WeftError as error:
        return Sample(why=f"{error.message}. {error.mend}".strip())


def _trail(page: TablePage) -> list[tuple[str, str]]:
    product = product_of(page.name)
    return [
        ("Domains", "/domains"),
        (page.who.domain, page_of(page.who.domain)),
        (leaf_of(product), page_of(product)),
        (leaf_of(page.name), ""),
    ]


def _filled(column: ColumnShown, rows: int) -> Markup | None:
    """How much of a column is filled; None where that was not counted."""
    if column.nulls is None or not rows:
        return None
    title = f"{column.name}: {column.nulls:,} of {rows:,} are empty"
    return shares(title, [Bar("filled", rows - column.nulls), Bar("empty", column.nulls, "rest")])


def _weight(check: CheckShown) -> tuple[int, str]:
    return (0 if check.outcome in BAD else 1, check.check)


def _near(page: TablePage, library: Library) -> Markup:
    """One step up and one down."""
    found = lineage(page.name, library, "both", 1)
    boxes = [
        Box(
            node.id,
            leaf_of(table_of(node.id)) if node.kind == "table" else node.name.rpartition(".")[2],  # type: ignore[arg-type]
            node.product if node.kind == "table" else "source",
            page_of(node.name) if node.kind == "table" else "",
            "self" if node.id == page.name else "source" if node.kind == "source" else "",
        )
        for node in found.tables
    ]
    known = {box.id for box in boxes}
    edges = [(edge.source, edge.target) for edge in found.edges if edge.source in known and edge.target in known]
    return graph(f"Where {page.name} comes from and goes to: {plural(len(boxes), 'table')}", boxes, edges)

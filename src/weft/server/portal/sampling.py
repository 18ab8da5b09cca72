"""Rows of a table on its page: in the reader's eyes, a page at a time, sorted as they like, and each of them whole on demand.

They are computed where every query is, in a process behind walls, and each look stands in the audit trail.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from anyio import from_thread
from fastapi import Query

from weft.access import allowed
from weft.errors import WeftError
from weft.names import LineName, identifier, spelled
from weft.query.pages import ColumnShown, TableData
from weft.query.service import Demand, Origin
from weft.server.asking import Asker
from weft.server.queries import service_of, who_of

ROWS = 20
MOST_PAGES = 500
"""Beyond that a table is asked with SQL: what is skipped is read, too."""
MOST_LETTERS, WHOLE_LETTERS = 400, 100_000
SECONDS = 10.0
DOOR = "preview"
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "U", "FLOAT", "DOUBLE", "DECIMAL")
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Look:
    """What of a table is looked at: its columns with some words in them, a page of those, and a page of rows, sorted; or one row alone."""

    find: Annotated[str, Query(max_length=200)] = ""
    page: Annotated[int, Query(ge=1, le=1000)] = 1
    sort: Annotated[str, Query(max_length=200)] = ""
    way: Direction = "up"
    rows: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1
    row: Annotated[int, Query(ge=0, le=MOST_PAGES * ROWS)] = 0

    @property
    def first(self) -> int:
        """The number of the first row, from 0."""
        return self.row - 1 if self.row else (self.rows - 1) * ROWS

    @property
    def is_glance(self) -> bool:
        """Nothing was asked for: it is what every visitor of the page is shown, and says nothing of the table's use."""
        return not (self.sort or self.row) and self.rows == 1

    def link(self, **other: object) -> str:
        """The same page of the same table with another look."""
        said = {**{name: getattr(self, name) for name in UNSAID if name != "row"}, **other}
        return f"?{urlencode({name: value for name, value in said.items() if value != UNSAID[name]})}"


UNSAID: dict[str, object] = {"find": "", "page": 1, "sort": "", "way": "up", "rows": 1, "row": 0}
"""What a link need not say."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column above the rows; `turn` is the way that choosing it sorts, `sorted` how it is sorted now, as ARIA says it."""

    name: str
    is_number: bool = False
    sorted: Literal["", "ascending", "descending"] = ""
    link: str = ""
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as text, NULL as None; `is_cut` where there is more of it."""

    text: str | None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows as texts, the first of them being row `first`; `why` says why there are none."""

    columns: tuple[Head, ...] = ()
    rows: Sequence[tuple[Cell, ...]] = ()
    first: int = 1
    back: str = ""
    on: str = ""
    why: str = ""


def sample(data: TableData, columns: Sequence[ColumnShown], look: Look, asking: Asker) -> Sample:
    """What whoever asks sees of the rows that they look at, who may ask for data. To be shown the page is no attempt to read."""
    if data.withheld or data.freshness is None:
        return Sample(why=data.withheld or "It was never published.")
    decision = allowed(asking.reader, "query")
    if not decision.is_allowed:
        return Sample(why=f"{decision.reason}. {decision.mend}".strip())
    try:
        found = from_thread.run(partial(_asked, _sql(data.line, columns, look), look, asking))
    except WeftError as error:
        return Sample(why=f"{error.message}. {error.mend}".strip())
    most = WHOLE_LETTERS if look.row else MOST_LETTERS
    wanted = 1 if look.row else ROWS
    rows = [tuple(_cell(row[column.name], most) for column in columns) for row in found[:wanted]]
    return Sample(
        tuple(_head(column, look) for column in columns),
        rows,
        look.first + 1,
        look.link(rows=look.rows - 1) if look.rows > 1 else "",
        _on(look) if len(found) > wanted else "",
    )


def _on(look: Look) -> str:
    """To what follows, as far as pages go."""
    if look.row:
        return look.link(row=look.row + 1) if look.row < MOST_PAGES * ROWS else ""
    return look.link(rows=look.rows + 1) if look.rows < MOST_PAGES else ""


async def _asked(sql: str, look: Look, asking: Asker) -> list[dict[str, str | None]]:
    """Raises: WeftError."""
    origin = Origin(who_of(asking), DOOR, asking.request_id, is_use=not look.is_glance)
    demand = Demand(sql, form="jsonl", seconds=SECONDS)
    async with service_of(asking.serving).ask(demand, asking.library, origin) as answering:
        found = b"".join([part async for part in answering.parts()])
    return [json.loads(row) for row in found.splitlines()]


def _sql(line: LineName, columns: Sequence[ColumnShown], look: Look) -> str:
    """One letter more than is shown, and one row: that there is more is known without counting."""
    most = (WHOLE_LETTERS if look.row else MOST_LETTERS) + 1
    names = [identifier(column.name) for column in columns]
    chosen = ", ".join(f"left(CAST({name} AS VARCHAR), {most}) AS {name}" for name in names)
    wanted = 2 if look.row else ROWS + 1
    return f"SELECT {chosen} FROM (FROM {spelled(line)}{_order(columns, look)} LIMIT {wanted} OFFSET {look.first}) AS t"


def _order(columns: Sequence[ColumnShown], look: Look) -> str:
    """By what was chosen, then by the key, so that no row is on two pages."""
    if look.sort not in {column.name for column in columns}:
        return ""
    key = sorted((column.key_position, column.name) for column in columns if column.key_position)
    then = "".join(f", {identifier(name)}" for _, name in key if name != look.sort)
    return f" ORDER BY {identifier(look.sort)} {'DESC' if look.way == 'down' else 'ASC'} NULLS LAST{then}"


def _head(column: ColumnShown, look: Look) -> Head:
    is_sorted = column.name == look.sort
    turned = "down" if is_sorted and look.way == "up" else "up"
    said: Literal["", "ascending", "descending"] = (
        "" if not is_sorted else "ascending" if look.way == "up" else "descending"
    )
    return Head(column.name, is_number(column.type), said, look.link(sort=column.name, way=turned, rows=1), column.mask)


def is_number(type_: str) -> bool:
    return (
        type_.upper().startswith(NUMBERS)
        and not type_.endswith("]")
        and not type_.upper().startswith(("UNION", "UUID"))
    )


def _cell(text: str | None, most: int) -> Cell:
    return Cell(text) if text is None or len(text) <= most else Cell(text[:most], is_cut=True)

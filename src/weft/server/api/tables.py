"""Tables: lists of them, each by its five interfaces, its checks, and what whoever asks sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi import Path as ApiPath
from pydantic import BaseModel, Field
from starlette.responses import Response

from weft.errors import Unknown
from weft.names import PROD, LineName, table_of
from weft.query.facts import Facts, only
from weft.query.pages import TablePage
from weft.query.seen import relation, sights
from weft.query.service import Demand
from weft.query.show import shown
from weft.server.answers import tagged
from weft.server.api.query import ANSWERS
from weft.server.asking import Asking, acts
from weft.server.pages_seen import remote
from weft.server.paging import Env, Page
from weft.server.queries import QueryAnswer, form_of
from weft.server.rows import equal, listed
from weft.session.python import all_of

router = APIRouter(prefix="/api/v1/tables", tags=["catalogue"])
Within = Annotated[str, Query(max_length=200, description="Of a domain or a product alone.")]
Tag = Annotated[str, Query(max_length=100)]
AllLines = Annotated[bool, Query(description="Older lines and previews, too.")]


@dataclass(frozen=True, slots=True)
class TableListed:
    """As in `mesh.tables`: `rows`, `bytes` and `published_at` are null where nothing is published."""

    line_name: LineName
    product: str
    domain: str
    table_name: str
    line: str
    is_newest: bool
    port: str
    version: str
    status: str
    business_name: str | None
    description: str | None
    grain: str | None
    tags: list[str]
    columns: int
    rows: int | None
    bytes: int | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class TableList:
    items: tuple[TableListed, ...]
    next: str


@dataclass(frozen=True, slots=True)
class SightSaid:
    """Whether whoever asks may read it, why, and else how to ask. `masks` are by column; `row_filters` say which rows are seen."""

    may_read: bool
    reason: str
    mend: str
    agreements: tuple[str, ...]
    purposes: tuple[str, ...]
    masks: dict[str, str]
    row_filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSeen:
    sight: SightSaid
    page: TablePage


class WholeTable(BaseModel):
    """In which form, and how many rows are enough; 0 is all."""

    format: Literal["", "arrow", "jsonl", "csv"] = ""
    compression: Literal["", "zstd", "lz4", "gzip"] = ""
    rows: int = Field(0, ge=0, le=2**62)


@dataclass(frozen=True, slots=True)
class CheckListed:
    """As in `mesh.check_history`: what a check found at one time."""

    line_name: str
    check_name: str
    kind: str
    column_names: list[str]
    outcome: str
    severity: str
    dimension: str | None
    measured: float | None
    measured_text: str | None
    threshold: str | None
    unit: str | None
    rows: int | None
    message: str | None
    description: str | None
    run: str | None
    checked_at: datetime
    consumer: str | None


@dataclass(frozen=True, slots=True)
class CheckList:
    items: tuple[CheckListed, ...]
    next: str


@router.get("", response_model=TableList, openapi_extra=acts("discover"))
def tables(asking: Asking, part: Page, within: Within = "", tag: Tag = "", all_lines: AllLines = False) -> Response:
    """Tables by name, the newest line of each; of a domain or a product, and with a tag, where one is said."""
    asking.allow("discover")
    library = asking.library_of(part.env)
    facts = Facts(library)
    found = [line for line in _lines(facts, within, tag) if all_lines or facts.newest[table_of(line)] == line]
    chosen, following = part.of(sorted(found))
    rows = relation(library, "tables", only("line_name", chosen)).select(_FIELDS).sort_by("line_name").to_pylist()
    return tagged({"items": rows, "next": following}, asking.request)


def _lines(facts: Facts, within: str, tag: str) -> Iterator[LineName]:
    """What is left of all the lines, before anything is decided of them."""
    for product in facts.mesh.products.values():
        if not within or within in (product.domain, product.name):
            for _, contract, table in product.promises:
                if not tag or tag in table.tags:
                    yield product.line(table.name, contract.line)


_FIELDS = [field.name for field in fields(TableListed)]


@router.get("/{table}", response_model=TableSeen, openapi_extra=acts("discover"))
def table(asking: Asking, table: str, env: Env = "prod") -> Response:
    """One table (`domain.product.table`, or `...@line`) by the five interfaces, and what whoever asks sees of it."""
    asking.allow("discover")
    library = asking.library_of(env)
    page = shown(table, library) if table.count(".") > 1 else None
    if not isinstance(page, TablePage):
        raise Unknown("table", table)
    seen = sights(library, [page.name])[page.name]
    said = SightSaid(
        seen.decision.is_allowed,
        seen.decision.reason,
        seen.decision.mend,
        seen.agreements,
        seen.purposes,
        {column: str(mask) for column, mask in seen.masks.items()},
        tuple(map(str, seen.row_filters)),
    )
    return tagged(TableSeen(said, remote(page, asking)), asking.request)


@router.get("/{table}/rows", openapi_extra=acts("query"), response_class=Response, responses=ANSWERS)
async def table_rows(
    asking: Asking,
    table: Annotated[str, ApiPath(max_length=300)],
    asked: Annotated[WholeTable, Query()],
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """All of a table as whoever asks may see it, for programs that read from an address: the answer of `SELECT * FROM` it."""
    asking.allow("query")
    demand = Demand(all_of(table), (), form_of(asked.format, accept), asked.compression, asked.rows)
    return QueryAnswer(asking, demand, PROD)


@router.get("/{table}/checks", response_model=CheckList, openapi_extra=acts("discover"))
def table_checks(asking: Asking, table: str, part: Page) -> Response:
    """What the checks of a table found, the newest first."""
    asking.allow("discover")
    library = asking.library_of(part.env)
    line = Facts(library).line(table)
    if line is None:
        raise Unknown("table", table)
    found = relation(library, "check_history", lambda table: equal(table, {"line_name": line}))
    return listed(found.sort_by([("checked_at", "descending")]), CheckListed, part, asking)

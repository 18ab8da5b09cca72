"""Where each page is."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from weft.server.asking import SIGNED_IN, Asking, acts
from weft.server.portal import asked, core_routes, run_routes, static_files
from weft.server.portal.answering import page
from weft.server.portal.column import column
from weft.server.portal.domain import domain, domains
from weft.server.portal.finding import finding, while_typing
from weft.server.portal.governance import routes as governance
from weft.server.portal.home import home
from weft.server.portal.lineage import lineage
from weft.server.portal.looking import Looked
from weft.server.portal.me import me
from weft.server.portal.notices import notices
from weft.server.portal.people import Sought, account, people
from weft.server.portal.product import Chosen, product
from weft.server.portal.requests import agreement, requests, wish
from weft.server.portal.sampling import Look
from weft.server.portal.suggesting import suggesting
from weft.server.portal.table import table
from weft.server.portal.workbench import workbench
from weft.server.queries import who_of

router = APIRouter(include_in_schema=False)
router.include_router(static_files.router)
router.include_router(governance.router)
router.include_router(asked.router)
router.include_router(run_routes.router)
router.include_router(core_routes.router)
FINDS = acts("discover")
Words = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=100_000, alias="page")]
LINEAGE = ("lineage.html", "lineage_part.html")


@router.get("/", openapi_extra=FINDS)
def home_page(asking: Asking) -> Response:
    asking.allow("discover")
    return page(asking, "home.html", home(asking))


@router.get("/search", openapi_extra=FINDS)
def search_page(asking: Asking, q: Words = "", part: str = "", kind: str = "", within: Words = "") -> Response:
    asking.allow("discover")
    if part == "hits":
        return page(asking, "hits.html", while_typing(q, asking.library))
    return page(asking, "search.html", finding(q, asking.library, kind, within))


@router.get("/domains", openapi_extra=FINDS)
def domains_page(asking: Asking, q: Words = "") -> Response:
    asking.allow("discover")
    return page(asking, "domains.html", domains(asking.library, q))


@router.get("/domains/{name}", openapi_extra=FINDS)
def domain_page(asking: Asking, name: str, q: Words = "", number: Number = 1) -> Response:
    asking.allow("discover")
    return page(asking, "domain.html", domain(name, asking.library, q, number))


@router.get("/products/{name}", openapi_extra=FINDS)
def product_page(asking: Asking, name: str, table: Words = "", number: Number = 1) -> Response:
    asking.allow("discover")
    return page(asking, "product.html", product(name, asking, Chosen(number, table)))


@router.get("/tables/{name}", openapi_extra=FINDS)
def table_page(asking: Asking, name: str, look: Annotated[Look, Depends()]) -> Response:
    asking.allow("discover")
    return page(asking, "table.html", table(name, look, asking))


@router.get("/tables/{name}/columns/{of}", openapi_extra=FINDS)
def column_page(asking: Asking, name: str, of: str) -> Response:
    asking.allow("discover")
    return page(asking, "column.html", column(name, of, asking))


@router.get("/tables/{name}/suggestions", openapi_extra=acts("profile"))
def suggestions_page(asking: Asking, name: str) -> Response:
    return page(asking, "suggestions.html", suggesting(name, asking))


@router.get("/lineage", openapi_extra=FINDS)
def whole_lineage(asking: Asking, looked: Looked, part: str = "") -> Response:
    asking.allow("discover")
    return page(asking, LINEAGE[part == "graph"], lineage(asking.library, looked.at("")))


@router.get("/lineage/{name}", openapi_extra=FINDS)
def lineage_page(asking: Asking, name: str, looked: Looked, part: str = "") -> Response:
    asking.allow("discover")
    return page(asking, LINEAGE[part == "graph"], lineage(asking.library, looked.at(name)))


@router.get("/query", openapi_extra=acts("query"))
def query_page(asking: Asking, sql: Annotated[str, Query(max_length=20_000)] = "", table: Words = "") -> Response:
    asking.allow("query")
    return page(asking, "query.html", workbench(asking.library, who_of(asking), (sql, table)))


@router.get("/requests", openapi_extra=acts("request"))
def requests_page(asking: Asking, view: Literal["", "decide", "domains"] = "", number: Number = 1) -> Response:
    asking.allow("request")
    return page(asking, "requests.html", requests(asking, view, number))


@router.get("/notices", openapi_extra=FINDS)
def notices_page(
    asking: Asking, about: Literal["", "changes", "endings", "incidents", "agreements"] = "", number: Number = 1
) -> Response:
    asking.allow("discover")
    return page(asking, "notices.html", notices(asking, about, number))


@router.get("/requests/new", openapi_extra=acts("request"))
def ask_page(asking: Asking, table: Words = "", product: Words = "") -> Response:
    asking.allow("request")
    return page(asking, "ask.html", wish(asking, table or product))


@router.get("/requests/{identity}", openapi_extra=acts("request"))
def agreement_page(asking: Asking, identity: str) -> Response:
    asking.allow("request")
    return page(asking, "agreement.html", agreement(asking, identity))


@router.get("/people", openapi_extra=acts(SIGNED_IN))
def people_page(
    asking: Asking,
    view: Literal["people", "services", "domains"] = "people",
    text: Words = "",
    domain: Words = "",
    state: Literal["", "active", "invited", "locked"] = "",
    number: Number = 1,
) -> Response:
    return page(asking, "people.html", people(asking, Sought(view, text.strip(), domain, state, number)))


@router.get("/people/account", openapi_extra=acts(SIGNED_IN))
def account_page(asking: Asking, name: Annotated[str, Query(min_length=1, max_length=320)]) -> Response:
    return page(asking, "account.html", account(asking, name))


@router.get("/me", openapi_extra=acts(SIGNED_IN))
def my_page(asking: Asking) -> Response:
    return page(asking, "me.html", me(asking))

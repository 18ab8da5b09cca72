"""Every page of the portal as somebody opens it in the lively mesh. A route that is not in this table fails the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from tests.server.portal.browser.serving import (
    AUDITOR,
    GOVERNOR,
    NEWCOMER,
    OWNER_OF,
    PLATFORM,
    READER,
    SELLER,
    SELLER_WITHOUT_NAMES,
    Served,
)

from weft.server.api import entering
from weft.server.portal import routes

NO_PAGES = {"/governance/names", "/static/{name}", "/sign-in/with/{provider}", "/sign-in/with/{provider}/back"}
"""What answers scripts, files and other sites, and shows nothing itself."""


TWINS = "left=till:T219&right=web:W48"
"""Two of one house, of whom one record waits for a steward."""


@dataclass(frozen=True)
class Shown:
    """`who` opens `address`; nobody is signed in where that is ''. `name` is that of its pictures."""

    name: str
    route: str
    address: str
    who: str = READER
    status: int = 200

    def at(self, served: Served) -> str:
        """`{invitation}` is a link that nobody has used yet; `{granted}` and its like are an agreement of that standing."""
        found = re.search(r"{([a-z ]+)}", self.address)
        if not found:
            return self.address
        if found[1] == "invitation":
            return self.address.replace(found[0], served.invited(NEWCOMER).rpartition("/")[2])
        if found[1] == "run":
            runs = served.session.registry.journal.facts("runs").column("run").to_pylist()
            return self.address.replace(found[0], runs[-1])
        if found[1] == "core id":
            return self.address.replace(found[0], core_id(served))
        known = served.session.registry.agreements.on()
        one = next(one for one in known if one.standing(datetime.now(UTC).date()) == found[1])
        return self.address.replace(found[0], one.id)


PAGES = (
    Shown("sign-in", "/sign-in", "/sign-in", ""),
    Shown("invitation", "/invitation/{secret}", "/invitation/{invitation}", ""),
    Shown("invitation-over", "/invitation/{secret}", "/invitation/over", "", 401),
    Shown("home", "/", "/"),
    Shown("search", "/search", "/search?q=delay"),
    Shown("search-nothing", "/search", "/search?q=submarines"),
    Shown("search-empty", "/search", "/search"),
    Shown("domains", "/domains", "/domains"),
    Shown("domain", "/domains/{name}", "/domains/operations"),
    Shown("product", "/products/{name}", "/products/analytics.punctuality"),
    Shown("product-owner", "/products/{name}", "/products/fleet.planes", OWNER_OF["fleet"]),
    Shown("product-lines", "/products/{name}", "/products/network.capacity"),
    Shown("table", "/tables/{name}", "/tables/analytics.punctuality.by_carrier"),
    Shown("table-masked", "/tables/{name}", "/tables/operations.flights.departures"),
    Shown("table-refused", "/tables/{name}", "/tables/fleet.planes.planes"),
    Shown("table-owner", "/tables/{name}", "/tables/fleet.planes.planes", OWNER_OF["fleet"]),
    Shown("table-deprecated", "/tables/{name}", "/tables/network.capacity.offered@1", OWNER_OF["network"]),
    Shown("column", "/tables/{name}/columns/{of}", "/tables/operations.flights.departures/columns/carrier"),
    Shown("column-masked", "/tables/{name}/columns/{of}", "/tables/operations.flights.departures/columns/tail_number"),
    Shown("suggestions", "/tables/{name}/suggestions", "/tables/fleet.planes.planes/suggestions", OWNER_OF["fleet"]),
    Shown("core-data", "/products/{name}/core", "/products/sales.customer/core", SELLER),
    Shown("core-pair", "/products/{name}/core/pair", f"/products/sales.customer/core/pair?{TWINS}&at=1", SELLER),
    Shown(
        "core-pair-masked",
        "/products/{name}/core/pair",
        f"/products/sales.customer/core/pair?{TWINS}",
        SELLER_WITHOUT_NAMES,
    ),
    Shown("core-id", "/products/{name}/core/ids/{core_id}", "/products/sales.customer/core/ids/{core id}", SELLER),
    Shown("not-there", "/tables/{name}", "/tables/fleet.planes.plains", status=404),
    Shown("lineage", "/lineage", "/lineage"),
    Shown("lineage-table", "/lineage/{name}", "/lineage/analytics.punctuality.by_carrier"),
    Shown("lineage-columns", "/lineage/{name}", "/lineage/analytics.punctuality.by_carrier?level=columns"),
    Shown("lineage-column", "/lineage/{name}", "/lineage/analytics.punctuality.by_carrier.late_percent"),
    Shown("lineage-list", "/lineage", "/lineage?level=tables&shape=list"),
    Shown("lineage-found", "/lineage", "/lineage?find=delay"),
    Shown("query", "/query", "/query"),
    Shown("query-linked", "/query", "/query?sql=SELECT%20*%20FROM%20analytics.punctuality.by_weather"),
    Shown("query-table", "/query", "/query?table=analytics.punctuality.by_weather"),
    Shown("requests", "/requests", "/requests"),
    Shown("requests-owner", "/requests", "/requests", OWNER_OF["operations"]),
    Shown("ask", "/requests/new", "/requests/new?table=fleet.planes.planes"),
    Shown("agreement", "/requests/{identity}", "/requests/{granted}"),
    Shown("agreement-refused", "/requests/{identity}", "/requests/{refused}"),
    Shown("agreement-decide", "/requests/{identity}", "/requests/{requested}", OWNER_OF["fleet"]),
    Shown("governance", "/governance", "/governance", GOVERNOR),
    Shown("governance-reader", "/governance", "/governance"),
    Shown("policy-new", "/governance/new", "/governance/new", GOVERNOR),
    Shown("policy-edit", "/governance/new", "/governance/new?policy=few-columns", GOVERNOR),
    Shown("policy", "/governance/policies/{name}", "/governance/policies/few-columns", GOVERNOR),
    Shown("sight-ask", "/governance/sight", "/governance/sight", GOVERNOR),
    Shown("sight", "/governance/sight", f"/governance/sight?table=fleet.planes.planes&reader={READER}", GOVERNOR),
    Shown("policies", "/governance/policies", "/governance/policies", GOVERNOR),
    Shown("classifications", "/governance/classifications", "/governance/classifications", GOVERNOR),
    Shown("personal", "/governance/personal", "/governance/personal", GOVERNOR),
    Shown("people", "/people", "/people", PLATFORM),
    Shown("people-owner", "/people", "/people", OWNER_OF["network"]),
    Shown("account", "/people/account", f"/people/account?name={READER}", PLATFORM),
    Shown("people-domains", "/people", "/people?view=domains", PLATFORM),
    Shown("personal-columns", "/governance/personal", "/governance/personal?by=columns", GOVERNOR),
    Shown("personal-reads", "/governance/personal", "/governance/personal?by=reads&days=90", GOVERNOR),
    Shown("notices", "/notices", "/notices", OWNER_OF["fleet"]),
    Shown("audit", "/governance/audit", "/governance/audit", AUDITOR),
    Shown("audit-refused", "/governance/audit", "/governance/audit", status=403),
    Shown("me", "/me", "/me"),
    Shown("me-owner", "/me", "/me", OWNER_OF["network"]),
    Shown("runs", "/runs", "/runs"),
    Shown("runs-product", "/runs", "/runs?name=fleet.planes"),
    Shown("runs-none", "/runs", "/runs?state=abandoned"),
    Shown("run", "/runs/{id}", "/runs/{run}"),
    Shown("runs-checks", "/runs/checks", "/runs/checks"),
    Shown("runs-waiting", "/runs/waiting", "/runs/waiting"),
    Shown("runs-schedule", "/runs/schedule", "/runs/schedule"),
)


def core_id(served: Served) -> str:
    """Of somebody whom both sources know."""
    with served.session.query("SELECT min(customer_id) AS id FROM sales.customer.customer WHERE records = 2") as answer:
        return str(next(answer.objects())["id"])


def routed() -> set[str]:
    """The paths of all pages that the portal has."""
    found = (route for router in (routes.router, entering.router) for route in _flat(router.routes))
    return {route.path for route in found if "GET" in route.methods} - NO_PAGES


def _flat(found: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """A router that another takes in keeps its own routes."""
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _flat(getattr(getattr(route, "original_router", route), "routes", ()))

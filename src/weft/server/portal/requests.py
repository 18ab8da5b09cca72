"""Requests: what I asked for, what waits for my word, and what I may read until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weft.governance.agreements import listing
from weft.governance.agreements.listing import Listed
from weft.governance.agreements.office import Office
from weft.names import LineName, ProductName, product_of, table_of
from weft.query.library import Library
from weft.server.asking import Asker
from weft.server.portal.links import page_of

TONES = {
    "granted": "good",
    "requested": "accent",
    "half approved": "accent",
    "refused": "bad",
    "revoked": "bad",
    "expired": "warn",
}
NOTICES = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What may be asked for: a port by the table that was looked at, its roles, and who decides."""

    name: str
    link: str
    roles: tuple[str, ...]
    deciders: tuple[str, ...]


def office_of(asking: Asker) -> Office:
    session = asking.serving.session
    return Office(session.registry, session.settings, asking.reader, "portal", asking.request_id)


def requests(asking: Asker) -> dict[str, Any]:
    """What `requests.html` asks for."""
    office = office_of(asking)
    found = listing.agreements(office)
    proposals = listing.proposals(office)
    mine = [
        one
        for one in found
        if one.agreement.reader.casefold() == office.who.casefold()
        or one.agreement.requested_by.casefold() == office.who.casefold()
    ]
    return {
        "title": "Requests",
        "place": "/requests",
        "to_decide": [one for one in found if one.is_yours_to_decide],
        "mine": mine,
        "others": [one for one in found if one not in mine and not one.is_yours_to_decide],
        "proposals": proposals,
        "notices": _notices(asking.library),
        "tones": TONES,
        "today": datetime.now(UTC).date(),
        "page_of": page_of,
    }


def agreement(asking: Asker, identity: str) -> dict[str, Any]:
    """What `agreement.html` asks for. Raises: Unknown."""
    office = office_of(asking)
    one: Listed = listing.listed(office, office.agreement(identity))
    held = office.who.casefold() in (one.agreement.reader.casefold(), one.agreement.requested_by.casefold())
    return {
        "title": f"{one.agreement.reader} on {one.agreement.port}",
        "place": "/requests",
        "trail": [("Requests", "/requests"), (identity, "")],
        "one": one,
        "is_mine": held,
        "may_revoke": held or office.may("revoke agreements", one.agreement.domain),
        "tones": TONES,
        "page_of": page_of,
    }


def wish(asking: Asker, name: str) -> dict[str, Any]:
    """What `ask.html` asks for: a table, or a product's first. Raises: Unknown."""
    from weft.access.approving import approvers
    from weft.errors import Unknown
    from weft.query.facts import Facts

    facts = Facts(asking.library)
    line = facts.line(name)
    if line is None:
        product = facts.mesh.products.get(ProductName(name))
        if product is None or not product.promises:
            raise Unknown("table or product", name, facts.newest)
        _, contract, table = product.promises[0]
        line = product.line(table.name, contract.line)
    product = facts.mesh.products[product_of(line)]
    port, contract = next((p, c) for p, c, t in product.promises if product.line(t.name, c.line) == line)
    deciders = approvers(product, contract, "", facts.mesh).all
    asked = Wish(
        f"{product.name}.{port.name}",
        page_of(str(table_of(LineName(line)))),
        tuple(role.role for role in contract.roles),
        tuple(deciders),
    )
    return {
        "title": f"Ask for {asked.name}",
        "place": "/requests",
        "trail": [("Requests", "/requests"), ("Ask", "")],
        "wish": asked,
        "contract": contract,
    }


def _notices(library: Library) -> list[tuple[Any, ...]]:
    from weft.query.facts import Facts

    rows = Facts(library).rows("events", "happened_at", "product", "line_name", "kind", "message")
    return sorted(rows, key=lambda row: row[0], reverse=True)[:NOTICES]

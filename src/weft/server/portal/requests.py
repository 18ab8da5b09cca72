"""Requests: what I asked for, what waits for my word, and what I may read until when; each with what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from weft.access.lasting import NOTICE_DAYS, days_left, ends_soon
from weft.governance.agreements import listing
from weft.governance.agreements.listing import Listed
from weft.governance.agreements.office import Office
from weft.names import LineName, ProductName, product_of, table_of
from weft.product.agreement import Agreement
from weft.product.proposal import Proposal
from weft.server.asking import Asker
from weft.server.portal.links import page_of
from weft.server.portal.parts import linked, part
from weft.server.portal.rendering import dated
from weft.session.people.roles import owners

TONES = {
    "in force": "good",
    "ends soon": "warn",
    "waits": "accent",
    "waits for the second level": "accent",
    "more time is asked for": "accent",
    "refused": "bad",
    "revoked": "bad",
    "over": "warn",
}
STANDINGS = {
    "requested": "waits",
    "half approved": "waits for the second level",
    "granted": "in force",
    "refused": "refused",
    "revoked": "revoked",
    "expired": "over",
}
ORDER = tuple(TONES)
FIRST_FEW, MOST_NAMES = 10, 3
VIEWS = (("Yours", ""), ("Yours to decide", "decide"), ("In your domains", "domains"))


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement as it is listed: how it stands, and what happens next or who decides."""

    one: Listed
    standing: str
    tone: str
    next: str

    @property
    def agreement(self) -> Agreement:
        return self.one.agreement


@dataclass(frozen=True, slots=True)
class Wish:
    """What may be asked for: a port by the table that was looked at, its roles, and who decides."""

    name: str
    link: str
    roles: tuple[str, ...]
    deciders: tuple[str, ...]


def office_of(asking: Asker) -> Office:
    """What is looked at is of one state of the registry; what is decided looks at the newest by itself."""
    session = asking.serving.session
    return Office(asking.library.registry, session.settings, asking.reader, "portal", asking.request_id)


def requests(asking: Asker, view: str = "", number: int = 1) -> dict[str, Any]:
    """What `requests.html` asks for."""
    office = office_of(asking)
    rows = rows_of(office)
    mine = [one for one in rows if _is_of(one.agreement, office.who)]
    decide = [one for one in rows if one.one.is_yours_to_decide]
    others = [one for one in rows if one not in mine and one not in decide]
    chosen = {"decide": decide, "domains": others}.get(view, mine)
    proposals = listing.proposals(office)
    return {
        "title": "Requests",
        "place": "/requests",
        "view": view,
        "tabs": tabs_of(len(decide), len(others)),
        "here": tab_named(view, len(decide), len(others)),
        "to_decide": decide[:FIRST_FEW] if not view else [],
        "deciding": len(decide),
        "shown": part(_ordered(chosen), number, linked("/requests", {"view": view})),
        "soon": [one for one in mine if one.standing == "ends soon"] if not view else [],
        "proposals": [(one, _may_answer(one, office)) for one in proposals],
        "notice_days": NOTICE_DAYS,
        "page_of": page_of,
    }


def tabs_of(deciding: int = -1, others: int = 0) -> list[tuple[str, str]]:
    """-1: how many wait is not known on this page."""
    found = [(_tab(name, view, deciding), f"/requests?view={view}" if view else "/requests") for name, view in VIEWS]
    return [*(found if others else found[:2]), ("Notices", "/notices")]


def tab_named(view: str, deciding: int, others: int) -> str:
    names = {said: _tab(name, said, deciding) for name, said in VIEWS}
    return names.get(view, names[""])


def _tab(name: str, view: str, deciding: int) -> str:
    return f"{name} ({deciding})" if view == "decide" and deciding > 0 else name


Owners = Mapping[str, tuple[str, ...]]


def rows_of(office: Office) -> list[Row]:
    """All that whoever looks may see."""
    of = owners(office.registry)
    return [row(one, office, of) for one in listing.agreements(office)]


def row(one: Listed, office: Office, of: Owners) -> Row:
    today, agreement = office.today, one.agreement
    standing = STANDINGS[one.standing]
    if agreement.is_renewal:
        standing = "more time is asked for"
    elif ends_soon(agreement, today):
        standing = "ends soon"
    whom = one.waits_for or of.get(agreement.domain, ())
    return Row(one, standing, TONES[standing], _next(one, standing, (today, " or ".join(whom[:MOST_NAMES]))))


def _next(one: Listed, standing: str, known: tuple[date, str]) -> str:
    """What happens next, and who decides."""
    today, whom = known[0], known[1] or "its owner"
    agreement, last = one.agreement, next(iter(reversed(one.agreement.rulings)), None)
    match standing:
        case "waits" | "waits for the second level":
            then = "" if standing == "waits" else " decides last"
            return (
                f"{whom}{then or ' decides'}. Whoever asked is told, here and where their team is told."
                if one.agreement.is_open
                else ""
            )
        case "more time is asked for":
            return f"{whom} decides on more time, until {_day(agreement.asked_until)}. Meanwhile it holds until {_day(agreement.until)}."
        case "ends soon":
            left = days_left(agreement, today) or 0
            when = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
            return f"It ends {when}, on {_day(agreement.until)}, by itself. Renew it to go on reading."
        case "in force":
            return f"It holds until {_day(agreement.until)}. Its reader is told {NOTICE_DAYS[0]} and {NOTICE_DAYS[1]} days before."
        case "over":
            return f"It ended on {_day(agreement.until)}. Renew it, and {whom} decides."
    said = f"{last.who}: {last.reason}" if last and last.reason else ""
    return f"{said} It can be asked for anew, with another purpose.".strip()


def _day(day: date | None) -> str:
    return dated(day) if day else "the last day that is allowed"


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """What needs somebody first: what ends soon, what waits, what holds; then what is over, the newest first."""
    first = {"ends soon": 0, "waits": 1, "waits for the second level": 1, "more time is asked for": 1, "in force": 2}
    far = date.max
    return sorted(
        rows,
        key=lambda one: (
            first.get(one.standing, 3),
            one.agreement.until or far,
            -one.agreement.requested_at.timestamp(),
        ),
    )


def _is_of(one: Agreement, who: str) -> bool:
    return who.casefold() in (one.reader.casefold(), one.requested_by.casefold())


def _may_answer(one: Proposal, office: Office) -> bool:
    return one.state == "open" and (office.may("decide agreements", one.domain) or office.may("apply", one.domain))


def agreement(asking: Asker, identity: str) -> dict[str, Any]:
    """What `agreement.html` asks for. Raises: Unknown."""
    office = office_of(asking)
    one = listing.listed(office, office.agreement(identity))
    held, of = _is_of(one.agreement, office.who), owners(office.registry)
    promise = office.promise(one.agreement)
    lasts = office.lasting(promise[1]) if promise else None
    return {
        "title": f"{one.agreement.reader} on {one.agreement.port}",
        "place": "/requests",
        "trail": [("Requests", "/requests"), (identity, "")],
        "row": row(one, office, of),
        "one": one,
        "is_mine": held,
        "is_own_request": held and not office.reader.is_owner,
        "deciders": (promise[2].all if promise else ()) or of.get(one.agreement.domain, ())[:MOST_NAMES],
        "lasts": lasts,
        "table": page_of(promise[0].line(promise[1].tables[0].name, promise[1].line))
        if promise and promise[1].tables
        else "",
        "may_revoke": held or office.may("revoke agreements", one.agreement.domain),
        "said": SAID,
        "today": datetime.now(UTC).date(),
        "page_of": page_of,
    }


SAID: dict[str, str] = {
    "requested": "asked for it",
    "approved": "approved it at the first level",
    "granted": "granted it",
    "refused": "refused it",
    "revoked": "ended it",
    "renewal asked": "asked for more time",
    "renewal approved": "approved more time at the first level",
    "renewed": "gave more time",
    "renewal refused": "refused more time",
}
"""What somebody did to an agreement, by the word of the ruling."""


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
    deciders = (
        approvers(product, contract, "", facts.mesh).all
        or owners(asking.library.registry).get(product.domain, ())[:MOST_NAMES]
    )
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

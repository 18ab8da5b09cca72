"""Notices: what concerns whoever looks, told before anything breaks; and which of it is new since they looked last."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from weft.access.lasting import ends_soon
from weft.governance.kinds import kind_of
from weft.names import PROD, LineName, ProductName, domain_of, product_of
from weft.product.ending import told
from weft.product.mesh import Mesh
from weft.query.facts import Facts
from weft.server.asking import Asker
from weft.server.portal.links import page_of
from weft.server.portal.parts import linked, part
from weft.server.portal.rendering import dated
from weft.server.portal.requests import tabs_of
from weft.server.signing_in import keep, named

SEEN, KEPT_SECONDS = "seen", 400 * 86_400
SAME_VISIT_SECONDS = 1_800
MOST = 5_000
"""The newest events that are looked through."""
READ_DAYS = 90
COMMAND = re.compile(r": weft .*?(?=; |$)")
GROUPS: dict[str, tuple[str, ...]] = {
    "changes": (
        "published",
        "bridged",
        "went stable",
        "promoted",
        "invited",
        "verdict",
        "proposed",
        "proposal answered",
    ),
    "endings": ("deprecated", "retired"),
    "incidents": ("failed", "recovered", "rolled back", "built on withdrawn", "not as expected"),
    "agreements": (
        "access asked for",
        "access granted",
        "access refused",
        "access revoked",
        "access ends soon",
        "access ended",
    ),
}
TONES = {
    "failed": "bad",
    "retired": "bad",
    "access refused": "bad",
    "access revoked": "bad",
    "access ended": "bad",
    "rolled back": "warn",
    "built on withdrawn": "warn",
    "not as expected": "warn",
    "deprecated": "warn",
    "access ends soon": "warn",
    "recovered": "good",
    "access granted": "good",
    "went stable": "good",
    "access asked for": "accent",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """`means` is what to make of it; `is_new` since the last visit."""

    number: int
    at: datetime
    name: str
    link: str
    kind: str
    tone: str
    message: str
    means: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """What will end, before it does. `on` is the day; '' where none is said."""

    on: str
    what: str
    mend: str
    link: str


@dataclass(frozen=True, slots=True)
class Concern:
    """What somebody has to do with: domains that they have a role in, lines and products that they read, agreements and proposals of theirs."""

    is_all: bool
    domains: frozenset[str]
    lines: frozenset[str]
    products: frozenset[str]
    ids: frozenset[str]

    def holds(self, product: str, line: str, run: str) -> bool:
        if self.is_all or domain_of(ProductName(product)) in self.domains or run.partition(".")[0] in self.ids:
            return True
        return line in self.lines if line else product in self.products


def notices(asking: Asker, about: str = "", number: int = 1) -> dict[str, Any]:
    """What `notices.html` asks for. Looking moves the mark of what is new."""
    facts = Facts(asking.library)
    concern = concern_of(asking, facts)
    last = _last_visit(asking)
    found = [one for one in _found(facts, concern, last) if not about or one.kind in GROUPS[about]]
    _keep_visit(asking, max((one.number for one in found), default=last), last) if not about else None
    return {
        "title": "Notices",
        "place": "/requests",
        "tabs": tabs_of(),
        "about": about,
        "groups": tuple(GROUPS),
        "coming": _coming(asking, facts, concern),
        "shown": part(found, number, linked("/notices", {"about": about})),
        "new": sum(one.is_new for one in found),
    }


def waiting(asking: Asker) -> tuple[int, list[Coming]]:
    """How much is new to whoever looks, and what will end; the mark of what is new stays where it is."""
    facts = Facts(asking.library)
    concern = concern_of(asking, facts)
    return sum(one.is_new for one in _found(facts, concern, _last_visit(asking))), _coming(asking, facts, concern)


def concern_of(asking: Asker, facts: Facts) -> Concern:
    reader, library = asking.reader, asking.library
    if reader.is_owner:
        return Concern(True, frozenset(), frozenset(), frozenset(), frozenset())
    domains = frozenset(grant.domain for grant in reader.grants if grant.domain)
    agreements = library.registry.agreements.of(reader.name)
    proposals = [one.id for one in library.registry.agreements.proposals.on() if one.who == reader.name]
    today = datetime.now(UTC).date()
    held = [one for one in agreements if one.is_in_force(today)]
    lines = {*_agreed(held, facts.mesh), *_upstream(domains, facts.mesh), *_read(facts, reader.name)}
    products = frozenset(str(product_of(line)) for line in lines)
    ids = frozenset((*(one.id for one in agreements), *proposals))
    return Concern(False, domains, frozenset(lines), products, ids)


def _agreed(held: Iterable[Any], mesh: Mesh) -> Iterable[LineName]:
    from weft.access.agreements import covers

    for one in held:
        product = mesh.products.get(one.product)
        for port, contract, table in product.promises if product else ():
            line = product.line(table.name, contract.line) if product else LineName("")
            if product and port.name == one.port_name and covers(one, line, product):
                yield line


def _upstream(domains: frozenset[str], mesh: Mesh) -> Iterable[LineName]:
    """What products of one's domains read."""
    for product in mesh.products.values():
        if product.domain in domains:
            yield from (read.line for read in mesh.reads(product).values() if read.line)


def _read(facts: Facts, name: str) -> Iterable[LineName]:
    import pyarrow.compute as pc

    first = (datetime.now(UTC) - timedelta(days=READ_DAYS)).date().isoformat()
    rows = facts.relation(
        "reads",
        lambda table: table.filter(
            pc.and_(pc.equal(table.column("who"), name), pc.greater_equal(table.column("day"), first))
        ),
    )
    yield from map(LineName, pc.unique(rows.column("line_name")).to_pylist())


def _found(facts: Facts, concern: Concern, last: int) -> list[Notice]:
    """The newest first."""
    rows = facts.relation("events", lambda table: table.slice(max(0, table.num_rows - MOST)))
    names = ("event", "happened_at", "product", "line_name", "kind", "message", "run", "environment")
    found = [
        Notice(
            number,
            at,
            line or product,
            _link(kind, line or product, run or ""),
            kind,
            TONES.get(kind, ""),
            _plain(message),
            kind_of(kind).means,
            number > last,
        )
        for number, at, product, line, kind, message, run, environment in zip(
            *(rows.column(name).to_pylist() for name in names), strict=True
        )
        if environment == PROD and concern.holds(product, line or "", run or "")
    ]
    return sorted(found, key=lambda one: one.number, reverse=True)


def _link(kind: str, name: str, run: str) -> str:
    identity = run.partition(".")[0]
    return f"/requests/{identity}" if kind in GROUPS["agreements"] and identity.startswith("a") else page_of(name)


def _plain(message: str) -> str:
    """Without what one would type: here one presses."""
    said = COMMAND.sub(".", message)
    return said[:1].upper() + said[1:]


def _coming(asking: Asker, facts: Facts, concern: Concern) -> list[Coming]:
    """Agreements of theirs that end soon, and what they read that comes to its end."""
    today = datetime.now(UTC).date()
    agreements = () if asking.reader.is_owner else asking.library.registry.agreements.of(asking.reader.name)
    found = [
        Coming(
            str(one.until),
            f"Your agreement on {one.port} ends on {dated(str(one.until))}.",
            "Renew it to go on reading.",
            f"/requests/{one.id}",
        )
        for one in agreements
        if ends_soon(one, today)
    ]
    for line in facts.mesh.deprecated:
        if line in concern.lines or domain_of(line) in concern.domains:
            what, mend = told(line, facts.mesh)
            found.append(Coming("", f"{what}.", f"{mend}.", page_of(line)))
    return sorted(found, key=lambda one: (not one.on, one.on, one.what))


def _last_visit(asking: Asker) -> int:
    """Up to which event was seen before this visit: whoever looks again within half an hour has not left."""
    before, current, at = _visit(asking)
    return before if time.time() - at < SAME_VISIT_SECONDS else current


def _keep_visit(asking: Asker, newest: int, last: int) -> None:
    keep(asking.request, SEEN, f"{last}.{newest}.{int(time.time())}", KEPT_SECONDS)


def _visit(asking: Asker) -> tuple[int, int, int]:
    said = asking.request.cookies.get(named(asking.request, SEEN), "").split(".")
    if len(said) != 3 or not all(one.isdigit() and len(one) < 16 for one in said):
        return 0, 0, 0
    return int(said[0]), int(said[1]), int(said[2])

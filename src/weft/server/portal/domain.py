"""Domains: all of them, and one with its people, its products, what it promises at its edge, what it reads and who reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from weft.errors import Unknown
from weft.governance.kinds import FAILED
from weft.names import DomainName, LineName, ProductName, domain_of, leaf_of, product_of, table_of
from weft.product.ending import dates
from weft.product.product import Product
from weft.query.facts import Facts, among, only, rows_of
from weft.query.library import Library
from weft.query.pages import DomainPage, ProductSummary
from weft.query.show import shown
from weft.server.portal.graphs import Box, graph
from weft.server.portal.levels import ENDS, NAMES, plain, promise
from weft.server.portal.links import page_of
from weft.server.portal.mapping import Place, tops
from weft.server.portal.parts import linked, part
from weft.server.portal.rendering import plural
from weft.server.portal.tidiness import tidy

MOST_NEIGHBOURS, MOST_STEPS, MOST_CHECKS = 14, 20_000, 12
FILTERED_FROM = 12
BAD = ("failed", "error")


@dataclass(frozen=True, slots=True)
class Port:
    """What a product promises at the domain's edge, one line of it; `readers` are consumers outside."""

    product: ProductName
    name: str
    version: str
    standing: str
    tone: str
    until: str
    levels: tuple[str, ...]
    readers: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A product in its domain's page: what it is, how it stands, and how many read it."""

    summary: ProductSummary
    readers: int
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Another domain, and the ports in between: each with the products that read it."""

    domain: str
    ports: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now."""

    name: str
    link: str
    said: str
    tone: str
    at: datetime | None = None


Read = tuple[str, str, str]
"""A line, its port, and the product that reads it."""


def domains(library: Library, words: str = "") -> dict[str, Any]:
    """What `domains.html` asks for: all, or those that hold the words; those that lie in others below them."""
    found = tops(Facts(library))
    places = [place for place in found if _holds(place, words)]
    return {
        "title": "Domains",
        "place": "/domains",
        "places": places,
        "words": words,
        "domains": len(found),
        "filters": len(found) >= FILTERED_FROM,
    }


def _holds(place: Place, words: str) -> bool:
    text = f"{place.name} {place.description} {place.team}".casefold()
    return all(word in text for word in words.casefold().split()) or any(_holds(one, words) for one in place.within)


def domain(name: str, library: Library, words: str = "", number: int = 1) -> dict[str, Any]:
    """What `domain.html` asks for. Raises: Unknown."""
    facts = Facts(library)
    page = shown(name, library)
    if not isinstance(page, DomainPage):
        raise Unknown("domain", name, facts.mesh.domains)
    reads, read_by = _edges(page.name, facts)
    parent = [(page.parent, page_of(page.parent))] if page.parent else []
    chosen = [one for one in page.data if _says(one, words)]
    listed = part(chosen, number, linked(page_of(name), {"q": words}))
    return {
        "title": name,
        "place": "/domains",
        "trail": [("Domains", "/domains"), *parent, (name, "")],
        "page": page,
        "words": words,
        "filters": len(page.data) >= FILTERED_FROM,
        "listed": listed,
        "offers": _offers(page, listed.items, facts),
        "tidy": tidy(name, library),
        "not_held": sum(one.not_held for one in page.data),
        "rows": sum(one.rows for one in page.data),
        "within": _within(page.name, facts),
        "reads": reads,
        "read_by": read_by,
        "sources": sorted({file for entry in page.how.inputs for file in entry.files}),
        "picture": _around(page, (reads, read_by)),
        "troubles": _troubles(page, facts),
    }


def _says(one: ProductSummary, words: str) -> bool:
    text = f"{one.name} {one.title} {one.purpose}".casefold()
    return all(word in text for word in words.casefold().split())


def _within(name: DomainName, facts: Facts) -> tuple[Place, ...]:
    def found(places: Iterable[Place]) -> tuple[Place, ...] | None:
        for place in places:
            if place.name == name:
                return place.within
            if (deeper := found(place.within)) is not None:
                return deeper
        return None

    return found(tops(facts)) or ()


def _offers(page: DomainPage, chosen: Iterable[ProductSummary], facts: Facts) -> tuple[Offer, ...]:
    names = [one.name for one in chosen]
    on: dict[str, set[str]] = defaultdict(set)
    outside: dict[str, set[str]] = defaultdict(set)
    found = facts.relation("consumers", only("product", names))
    for product, line, consumer, kind in rows_of(found, "product", "line_name", "consumer", "kind"):
        on[product].add(consumer)
        if kind != "product" or domain_of(consumer) != page.name:
            outside[line].add(consumer)
    mesh = facts.mesh
    return tuple(
        Offer(one, len(on[one.name]), tuple(_ports(mesh.products[one.name], outside)))
        for one in page.data
        if one.name in set(names)
    )


def _ports(product: Product, outside: dict[str, set[str]]) -> Iterable[Port]:
    for port in product.output_ports:
        contract = product.promise(port)
        if contract is None or contract.is_retired:
            continue
        ends = port.deprecated or contract.status == "deprecated"
        standing = (
            ("comes to an end", "warn")
            if ends
            else ("preview", "accent")
            if contract.semantic_version.is_preview
            else ("promised", "good")
        )
        levels = tuple(
            f"{NAMES.get(what, level.property)}: {promise(what, None if level.value is None else str(level.value), level.unit)}"
            for level in contract.service_levels
            if (what := plain(level.property)) not in ENDS
        )
        readers = set().union(*(outside.get(line, set()) for line in contract.lines(product.name)))
        yield Port(product.name, port.name, contract.version, *standing, dates(contract), levels, len(readers))


def _edges(name: DomainName, facts: Facts) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """The domains that it reads, and those that read it."""
    found = facts.relation("consumers", lambda table: among(table, "kind", ["product"]))
    rows = [
        (line, reader)
        for line, reader in rows_of(found, "line_name", "consumer")
        if name in (domain_of(line), domain_of(reader))
    ]
    between = [(line, reader) for line, reader in rows if domain_of(line) != domain_of(reader)]
    tables = facts.relation("tables", only("line_name", {line for line, _ in between}))
    ports = dict(rows_of(tables, "line_name", "port"))
    reads = [(line, ports.get(line, ""), reader) for line, reader in between]
    return (
        _grouped(
            (one for one in reads if domain_of(ProductName(one[2])) == name), lambda one: domain_of(LineName(one[0]))
        ),
        _grouped(
            (one for one in reads if domain_of(LineName(one[0])) == name), lambda one: domain_of(ProductName(one[2]))
        ),
    )


def _grouped(reads: Iterable[Read], other: Callable[[Read], str]) -> tuple[Edge, ...]:
    by: dict[str, dict[tuple[str, str], dict[str, None]]] = defaultdict(dict)
    for one in reads:
        line, port, reader = one
        product = str(product_of(LineName(line)))
        by[other(one)].setdefault((f"{product}.{port}", page_of(product)), {})[reader] = None
    return tuple(
        Edge(domain, tuple((port, link, tuple(sorted(readers))) for (port, link), readers in sorted(ports.items())))
        for domain, ports in sorted(by.items())
    )


def _around(page: DomainPage, edges: tuple[tuple[Edge, ...], tuple[Edge, ...]]) -> Markup | None:
    """None where it stands alone, or has more neighbours than a picture shows."""
    reads, read_by = edges
    outside = sorted({file for entry in page.how.inputs for file in entry.files})
    if not 0 < len(reads) + len(read_by) + len(outside) <= MOST_NEIGHBOURS:
        return None
    own = str(page.name)
    boxes = [Box(own, own, plural(len(page.data), "product"), "", "self")]
    boxes += [Box(f"<{one.domain}", one.domain, _named(one), page_of(one.domain)) for one in reads]
    boxes += [Box(f">{one.domain}", one.domain, _named(one), page_of(one.domain)) for one in read_by]
    boxes += [Box(f"source {file}", file.rpartition("/")[2], "from outside the mesh", "", "source") for file in outside]
    ways = [(box.id, own) for box in boxes if box.id[0] in "<s" and box.id != own]
    ways += [(own, box.id) for box in boxes if box.id[0] == ">"]
    return graph(f"What {own} reads and who reads it", boxes, ways)


def _named(edge: Edge) -> str:
    """The port in between, or how many there are."""
    return leaf_of(ProductName(edge.ports[0][0])) if len(edge.ports) == 1 else plural(len(edge.ports), "port")


def _troubles(page: DomainPage, facts: Facts) -> tuple[Trouble, ...]:
    names = [one.name for one in page.data]
    found = [
        Trouble(
            name,
            page_of(name),
            f"put back by {hold.who}, and held there{f': {hold.because}' if hold.because else ''}",
            "warn",
            hold.since,
        )
        for name, hold in facts.recorded.holds.items()
        if name in names
    ]
    found += _failing(names, facts)
    checks = facts.relation("checks", lambda table: among(only("product", names)(table), "outcome", BAD))
    for line, check, said, severity, consumer, at in rows_of(
        checks, "line_name", "check_name", "description", "severity", "consumer", "checked_at"
    ):
        if consumer is None:
            known = str(table_of(line)) in facts.newest
            link = f"{page_of(line)}#checks" if known else page_of(product_of(line))
            found.append(
                Trouble(
                    str(table_of(line)),
                    link,
                    said or f"{check} does not hold",
                    "bad" if severity == "error" else "warn",
                    at,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.tone != "bad", one.name))[:MOST_CHECKS])


def _failing(names: Iterable[str], facts: Facts) -> list[Trouble]:
    """Products whose newest run failed."""

    def narrowed(table: Any) -> Any:
        own = among(only("product", names)(table), "environment", [facts.library.environment])
        return own.slice(max(0, own.num_rows - MOST_STEPS))

    newest: dict[str, tuple[str, datetime, bool]] = {}
    steps = facts.relation("steps", narrowed)
    for product, run, at, state in rows_of(steps, "product", "run", "started_at", "state"):
        last = newest.get(product, ("", at, False))
        if run >= last[0]:
            newest[product] = run, at, state == FAILED or (run == last[0] and last[2])
    return [
        Trouble(product, f"/runs/{run}", "its last run failed; readers keep the last good data", "bad", at)
        for product, (run, at, failed) in newest.items()
        if failed
    ]

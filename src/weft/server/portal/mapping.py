"""The map of domains: a picture of what flows between a few, and an ordered field of many, those that lie in another within it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from weft.names import ProductName, domain_of
from weft.query.facts import Facts, among, rows_of
from weft.server.portal.graphs import Box, graph
from weft.server.portal.layered import placed
from weft.server.portal.links import page_of
from weft.server.portal.rendering import plural

MOST_BOXES, WIDEST = 14, 1250.0
"""A picture that is larger than this is not seen at a glance."""


@dataclass(frozen=True, slots=True)
class Place:
    """One domain on the map. `reads` and `read_by` are domains; `not_held` counts checks."""

    name: str
    description: str
    team: str
    products: int
    not_held: int
    reads: tuple[str, ...]
    read_by: tuple[str, ...]
    within: tuple[Place, ...] = ()

    @property
    def link(self) -> str:
        return page_of(self.name)

    @property
    def all_products(self) -> int:
        return self.products + sum(one.all_products for one in self.within)

    @property
    def all_not_held(self) -> int:
        return self.not_held + sum(one.all_not_held for one in self.within)


@dataclass(frozen=True, slots=True)
class Map:
    """`places` lie in no other, in the order in which data flows; `picture` is None where they are too many for one."""

    places: tuple[Place, ...]
    domains: int
    picture: Markup | None

    @property
    def nested(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.within)


Flow = tuple[str, str]


def flows(facts: Facts) -> frozenset[Flow]:
    """From the domain that is read to the one whose product reads it."""
    found = facts.relation("consumers", lambda table: among(table, "kind", ["product"]))
    return frozenset((domain_of(one), domain_of(other)) for one, other in rows_of(found, "product", "consumer"))


def not_held(facts: Facts) -> Counter[str]:
    """Of each product: how many of its checks failed or could not be computed when last looked at."""
    found = facts.relation("checks", lambda table: among(table, "outcome", ("failed", "error")))
    return Counter(product for product, consumer in rows_of(found, "product", "consumer") if consumer is None)


def mapped(facts: Facts) -> Map:
    ways = flows(facts)
    tops, parents, count = _tops(facts, ways)
    return _drawn(tops, {(_top(a, parents), _top(b, parents)) for a, b in ways}, count)


def tops(facts: Facts) -> list[Place]:
    """The domains that lie in no other, by name, each with all within it."""
    return _tops(facts, flows(facts))[0]


def _tops(facts: Facts, ways: frozenset[Flow]) -> tuple[list[Place], dict[str, str], int]:
    """With the parents of those that have one, and how many there are in all."""
    rows = list(facts.rows("domains", "domain", "parent", "description", "team", "products"))
    bad: Counter[str] = Counter()
    for product, count in not_held(facts).items():
        bad[domain_of(ProductName(product))] += count
    reads: dict[str, list[str]] = defaultdict(list)
    read_by: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(ways):
        if one != other:
            reads[other].append(one)
            read_by[one].append(other)
    places = {
        name: Place(name, said or "", team or "", count, bad[name], tuple(reads[name]), tuple(read_by[name]))
        for name, _, said, team, count in rows
    }
    parents = {name: parent for name, parent, *_ in rows if parent in places}
    found = [_with_all_within(place, places, parents) for name, place in sorted(places.items()) if name not in parents]
    return found, parents, len(rows)


def _with_all_within(place: Place, places: dict[str, Place], parents: dict[str, str]) -> Place:
    below = (places[name] for name, parent in parents.items() if parent == place.name)
    return replace(place, within=tuple(_with_all_within(one, places, parents) for one in below))


def _top(name: str, parents: dict[str, str]) -> str:
    while name in parents:
        name = parents[name]
    return name


def _drawn(tops: list[Place], ways: Iterable[Flow], domains: int) -> Map:
    kept = sorted((a, b) for a, b in ways if a != b)
    stand = placed([place.name for place in tops], kept)
    ordered = tuple(sorted(tops, key=lambda place: stand.boxes[place.name]))
    if len(tops) > MOST_BOXES or stand.width > WIDEST:
        return Map(ordered, domains, None)
    boxes = [Box(one.name, one.name, _under(one), one.link, "warn" if one.all_not_held else "") for one in tops]
    return Map(ordered, domains, graph("Domains and what flows between them", boxes, kept))


def _under(place: Place) -> str:
    said = plural(place.all_products, "product")
    return f"{said}, with {', '.join(one.name for one in place.within)}" if place.within else said

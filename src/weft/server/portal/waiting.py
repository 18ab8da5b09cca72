"""What waits and why: products that failed or waited when they were last to be built, are held, or rest on what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weft.names import LineName, ProductName, domain_of, product_of
from weft.query.facts import Facts, among, rows_of
from weft.query.library import Library
from weft.server.portal.frames import frame
from weft.server.portal.parts import linked, part

STEP = ("product", "run", "state", "started_at", "message", "line_name")
ORDER = {"failed": 0, "rolled back": 1, "waits": 2, "rests on what was withdrawn": 3}


@dataclass(frozen=True, slots=True)
class Waiting:
    """`why` is as it was said; `mend` says what ends it; `behind` are the products downstream that are kept from what is new."""

    product: str
    state: str
    since: datetime | None
    why: str
    mend: str
    run: str = ""
    behind: int = 0

    is_known: bool = True
    """Whether it was ever published, so that it has a page."""

    @property
    def domain(self) -> str:
        return str(domain_of(ProductName(self.product)))


def waiting(library: Library, name: str, number: int) -> dict[str, Any]:
    """What `runs_waiting.html` asks for."""
    facts = Facts(library)
    found = sorted(
        (one for one in _all(facts) if not name or f"{one.product}.".startswith(f"{name}.")),
        key=lambda one: (ORDER[one.state], -one.behind, one.product),
    )
    return {
        **frame(name, "Waiting"),
        "title": f"What waits in {name}" if name else "What waits",
        "shown": part(found, number, linked("/runs/waiting", {"name": name})),
        "domains": sorted(facts.mesh.domains),
        "tones": {"failed": "bad", "rolled back": "warn", "waits": "warn", "rests on what was withdrawn": "warn"},
    }


def _all(facts: Facts) -> Iterator[Waiting]:
    yield from _unbuilt(facts)
    for hold in facts.recorded.holds.values():
        if hold.product in facts.mesh.products:
            why = f"It was rolled back by {hold.who}{f': {hold.because}' if hold.because else ''}."
            mend = f"`weft apply {hold.product} --resume` builds it on, once what was wrong is put right."
            yield Waiting(hold.product, "rolled back", hold.since, why, mend, hold.run)
    withdrawn: dict[str, LineName] = {}
    for line, origin in facts.marked.items():
        withdrawn.setdefault(product_of(line), origin)
    for product, origin in withdrawn.items():
        known = product_of(origin) in facts.mesh.products
        why = f"It was built on {f'`{origin}`' if known else 'something'} that was rolled back since."
        yield Waiting(
            product, "rests on what was withdrawn", None, why, f"`weft apply {product}` builds it on what stands now."
        )


def _unbuilt(facts: Facts) -> Iterator[Waiting]:
    """Of each product what came of it last, where that was no publish."""
    steps = among(facts.relation("steps"), "environment", [facts.library.environment])
    last: dict[str, tuple[Any, ...]] = {}
    for product, run, state, at, message, _ in rows_of(steps, *STEP):
        if product not in last or run > last[product][0] or state == "failed":
            last[product] = (run, state, at, message)
    published = dict(
        rows_of(among(facts.relation("publishes"), "environment", [facts.library.environment]), "product", "run")
    )
    for product, (run, state, at, message) in last.items():
        is_gone = product in published and product not in facts.mesh.products
        if state == "done" or is_gone or published.get(product, "") >= run:
            continue
        is_known = product in published
        if state == "failed":
            mend = f"`weft apply {product}` tries again; its team can put right what failed."
            yield Waiting(product, "failed", at, message, mend, run, _behind(facts, product), is_known)
        else:
            mend = "It is built as soon as what it waits for is published."
            yield Waiting(product, "waits", at, message, mend, run, is_known=is_known)


def _behind(facts: Facts, product: str) -> int:
    """How many products read it, and those that read them."""
    mesh, found, edge = facts.mesh, {product}, [product]
    readers: dict[str, list[str]] = {}
    for name, one in mesh.products.items():
        for read in mesh.upstream(one):
            readers.setdefault(str(read), []).append(str(name))
    while edge:
        edge = [name for one in edge for name in readers.get(one, ()) if name not in found]
        found |= set(edge)
    return len(found) - 1

"""The schedule: which product asks to be built when, what is due next, and what was not built when it was due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weft.names import domain_of
from weft.product.schedule import Schedule
from weft.query.facts import Facts, among, rows_of
from weft.query.library import Library
from weft.server.portal.frames import frame
from weft.server.portal.parts import linked, part

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`missed` is when it was due last, where nothing was built for it since; `fault` is why its schedule says nothing."""

    product: str
    domain: str
    said: str
    words: str
    last: datetime | None
    next: datetime | None = None
    missed: datetime | None = None
    fault: str = ""


def scheduled(library: Library, name: str, number: int) -> dict[str, Any]:
    """What `runs_schedule.html` asks for."""
    facts = Facts(library)
    found = sorted(_all(facts, name), key=lambda one: (one.missed is None, one.next or NEVER, one.product))
    unsaid = sum(not product.build.schedule for product in facts.mesh.products.values())
    return {
        **frame(name, "Schedule"),
        "title": f"Schedule of {name}" if name else "Schedule",
        "shown": part(found, number, linked("/runs/schedule", {"name": name})),
        "domains": sorted(facts.mesh.domains),
        "unsaid": unsaid,
        "missed": sum(one.missed is not None for one in found),
    }


def _all(facts: Facts, name: str) -> Iterator[Scheduled]:
    last = _last(facts)
    now = datetime.now(UTC)
    for product in facts.mesh.products.values():
        said = product.build.schedule
        if not said or (name and not f"{product.name}.".startswith(f"{name}.")):
            continue
        domain, at = str(domain_of(product.name)), last.get(product.name)
        try:
            schedule = Schedule.parse(said)
        except ValueError as error:
            yield Scheduled(product.name, domain, said, said, at, fault=str(error))
            continue
        due = schedule.before(now)
        missed = due if due and (at is None or at < due) else None
        yield Scheduled(product.name, domain, said, schedule.words, at, schedule.after(now), missed)


def _last(facts: Facts) -> dict[str, datetime]:
    """Each product to when something was last done for it."""
    steps = among(facts.relation("steps"), "environment", [facts.library.environment])
    found: dict[str, datetime] = {}
    for product, at in rows_of(steps, "product", "started_at"):
        if product not in found or at > found[product]:
            found[product] = at
    return found

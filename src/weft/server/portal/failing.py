"""Checks that do not hold: what was found, what was promised, since when, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weft.names import LineName, ProductName, domain_of, table_of
from weft.product.contract import Table
from weft.query.facts import Facts, among, only, rows_of
from weft.query.history import NOT_HELD, NotHeld
from weft.query.library import Library
from weft.query.pages import CheckShown
from weft.server.portal.frames import frame
from weft.server.portal.freshness import promised
from weft.server.portal.parts import linked, part
from weft.server.portal.wording import CheckSaid, checks_said

SHOWN = (
    "line_name", "check_name", "outcome", "severity", "dimension", "measured_text", "threshold", "unit", "message",
    "description", "checked_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failing:
    """`since` is when it was first found so, and no look has found it well after; `looks` counts them."""

    said: CheckSaid
    line: str
    domain: str
    since: datetime
    looks: int
    stops: bool
    """Whether it keeps what is new from being published."""
    consumer: str = ""


def failing(library: Library, name: str, number: int) -> dict[str, Any]:
    """What `runs_checks.html` asks for."""
    facts = Facts(library)
    found = sorted(_failing(facts, name), key=lambda one: (not one.stops, one.domain, one.line, one.said.text))
    return {
        **frame(name, "Not holding"),
        "title": f"What does not hold in {name}" if name else "What does not hold",
        "shown": part(found, number, linked("/runs/checks", {"name": name})),
        "domains": sorted(facts.mesh.domains),
        "stops": sum(one.stops for one in found),
    }


def _failing(facts: Facts, name: str) -> Iterator[Failing]:
    bad = among(among(facts.relation("checks"), "environment", [facts.library.environment]), "outcome", NOT_HELD)
    rows = [(CheckShown(*row), consumer) for consumer, *row in rows_of(bad, "consumer", *SHOWN) if _is_of(row[0], name)]
    since = _since(facts, [shown.line for shown, _ in rows])
    for shown, consumer in rows:
        (said,) = checks_said([shown], table_of_check(facts, shown.line)).bad
        first, looks = since.get((shown.line, shown.check), (shown.checked_at, 1))
        yield Failing(
            said, shown.line, domain_of(LineName(shown.line)), first, looks, shown.severity == "error", consumer or ""
        )


def table_of_check(facts: Facts, line: str) -> Table | None:
    """What is promised of a line, or of what comes from outside the mesh (`domain.product.read`); None where it is no more."""
    if "@" in line:
        return promised(facts, LineName(line))
    name, _, read = line.rpartition(".")
    product = facts.mesh.products.get(ProductName(name))
    found = facts.mesh.reads(product).get(read) if product else None
    return found.table if found else None


def not_held_said(facts: Facts, found: Iterable[NotHeld], at: datetime) -> list[CheckSaid]:
    """What did not hold in one run, the severe first."""
    told: list[CheckSaid] = []
    for one in sorted(found, key=lambda one: (one.severity != "error", one.line, one.check)):
        shown = CheckShown(
            one.line, one.check, one.outcome, one.severity, "", one.measured, one.threshold, "rows", one.message, "", at
        )
        told += checks_said([shown], table_of_check(facts, one.line)).bad
    return told


def _is_of(line: str, name: str) -> bool:
    table = table_of(LineName(line))
    return not name or f"{table}.".startswith(f"{name}.") or line == name


def _since(facts: Facts, lines: Sequence[str]) -> dict[tuple[str, str], tuple[datetime, int]]:
    """Each check of some lines that did not hold when it was last looked at, to when that began and how often it was found so."""
    history = among(
        facts.relation("check_history", only("line_name", lines)), "environment", [facts.library.environment]
    )
    found: dict[tuple[str, str], tuple[datetime, int]] = {}
    for line, check, outcome, at in rows_of(history, "line_name", "check_name", "outcome", "checked_at"):
        if outcome in NOT_HELD:
            first, looks = found.get((line, check), (at, 0))
            found[line, check] = first, looks + 1
        else:
            found.pop((line, check), None)
    return found

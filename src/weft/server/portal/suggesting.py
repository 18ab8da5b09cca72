"""Suggested checks on a page: each with its evidence, and how often it is expected to alarm for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from weft.names import leaf_of, table_of
from weft.server.asking import Asker
from weft.server.portal.links import page_of
from weft.server.portal.table import table_page, trail
from weft.server.portal.wording import AMOUNTS
from weft.server.suggestions import Offered, asked, suggestions

RARELY = 0.00001


@dataclass(frozen=True, slots=True)
class Shown:
    """One suggestion as people read it."""

    id: str
    name: str
    asks: str
    evidence: str
    alarms: str
    severity: str


@dataclass(frozen=True, slots=True)
class Of:
    """What is suggested of one column; of the table where it names none."""

    column: str
    shown: tuple[Shown, ...]


def suggesting(name: str, asking: Asker) -> dict[str, Any]:
    """What `suggestions.html` asks for. Raises: Unknown, Refused."""
    page = table_page(name, asking.library)
    work = asked(page, asking)
    found = suggestions(work, page, asking) if work and work.state == "done" else None
    return {
        "title": f"Suggested checks of {page.what.title}",
        "place": "/domains",
        "trail": [*trail(page)[:-1], (leaf_of(page.name), page_of(page.name)), ("Suggested checks", "")],
        "page": page,
        "name": str(table_of(page.name)),
        "work": work,
        "found": found,
        "groups": tuple(_groups(found.new)) if found else (),
        "expected": rate(found.expected) if found else "",
    }


def _groups(found: Sequence[Offered]) -> Iterator[Of]:
    order = list(dict.fromkeys(one.column for one in found))
    by_column = sorted(found, key=lambda one: (one.column == "", order.index(one.column)))
    for column, each in groupby(by_column, lambda one: one.column):
        yield Of(column, tuple(_shown(one) for one in each))


def _shown(one: Offered) -> Shown:
    return Shown(one.id, one.name, _asks(one.rule), one.evidence, _alarms(one), str(one.rule.get("severity", "error")))


def _asks(rule: Mapping[str, Any]) -> str:
    """What the rule says must be, in words; what breaks it never, where none may."""
    for operator, words in AMOUNTS.items():
        if operator in rule:
            values = rule[operator] if isinstance(rule[operator], list) else [rule[operator]]
            if (operator, values) == ("mustBe", [0]):
                return "without exception"
            unit = " %" if rule.get("unit") == "percent" else ""
            return (
                words.format(*(f"{value:,}" if isinstance(value, (int, float)) else value for value in values)) + unit
            )
    return ""


def _alarms(one: Offered) -> str:
    if one.at_most is not None:
        return f"none seen in {one.batches} past contents; at most {rate(one.at_most)} of runs"
    return f"{rate(one.rate)} of runs"


def rate(share: float) -> str:
    """A share of runs in percent, of two digits that count."""
    if share < RARELY:
        return "under 0.001 %" if share else "0 %"
    return f"{100 * share:.2g} %"

"""Core data on pages, for its stewards: what waits, one pair with what speaks for and against it, and all of one core id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Query
from markupsafe import Markup

from weft.names import ProductName, leaf_of
from weft.product.core_data import RecordId
from weft.query.facts import Facts
from weft.query.stewarding.tables import EVIDENCE
from weft.query.stewarding.values import PRIOR, Evidence, Pair, Sought, likely, waterfall
from weft.query.stewarding.wording import chance, decided_by, verdict
from weft.server.asking import Asker
from weft.server.portal.links import page_of
from weft.server.stewarding import queue_seen, record_seen, tied_seen

PAIRS = 20
MOST_PAGES = 10_000
WIDE, TALL = 100.0, 10.0
LEAST = 0.6
"""A bar of next to nothing is seen all the same."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs are looked at, as an address says it; `at` is the place of one of them, from 1."""

    source: Annotated[str, Query(max_length=200)] = ""
    least: Annotated[float, Query(ge=0, le=1, alias="from")] = 0.0
    greatest: Annotated[float, Query(ge=0, le=1, alias="to")] = 1.0
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1
    at: Annotated[int, Query(ge=0, le=MOST_PAGES * PAIRS)] = 0

    def link(self, **other: object) -> str:
        said = {
            "source": self.source,
            "from": self.least,
            "to": self.greatest,
            "page": self.page,
            "at": self.at,
            **other,
        }
        return f"?{urlencode({name: value for name, value in said.items() if value != UNSAID.get(name)})}"

    def sought(self, most: int, skip: int) -> Sought:
        return Sought(self.source, self.least, max(self.least, self.greatest), most, skip)


UNSAID: dict[str, object] = {"source": "", "from": 0.0, "to": 1.0, "page": 1, "at": 0}


@dataclass(frozen=True, slots=True)
class Listed:
    """A pair in the list: its page, and what a form sends where it is decided."""

    pair: Pair
    link: str
    same: str
    different: str


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar of a waterfall, drawn, with its numbers beside it."""

    name: str
    level: str
    weight: float
    drawn: Markup


def core_link(product: str) -> str:
    return f"{page_of(product)}/core"


def pair_link(product: str, pair: Pair, wanted: str = "?") -> str:
    said = urlencode({"left": str(pair.left), "right": str(pair.right)})
    return f"{core_link(product)}/pair{wanted}{'&' if len(wanted) > 1 else ''}{said}"


def id_link(product: str, core_id: str) -> str:
    return f"{core_link(product)}/ids/{quote(core_id, safe='')}"


def waiting(name: str, wanted: Wanted, asking: Asker) -> dict[str, Any]:
    """What `core_queue.html` asks for. Raises: Refused, Unknown, Misuse."""
    skip = (wanted.page - 1) * PAIRS
    found = queue_seen(asking, name, wanted.sought(PAIRS, skip))
    pages = max(-(-found.waiting // PAIRS), 1)
    listed = [
        Listed(
            pair,
            pair_link(name, pair, wanted.link(page=1, at=skip + place)),
            said(pair, "same"),
            said(pair, "different"),
        )
        for place, pair in enumerate(found.pairs, start=1)
    ]
    return {
        **_frame(name, "What waits for a person"),
        "queue": found,
        "listed": listed,
        "wanted": wanted,
        "pages": pages,
        "sources": _sources(name, asking),
        "link": wanted.link(page=""),
        "chance": chance,
        "id_link": id_link,
    }


def pair_page(name: str, records: tuple[str, str], wanted: Wanted, asking: Asker) -> dict[str, Any]:
    """What `core_pair.html` asks for. Raises: Refused, Unknown, Misuse."""
    found = tied_seen(asking, name, *records)
    shown = found.pair or next(iter(found.near), None)
    return {
        **_frame(name, "A pair"),
        "tied": found,
        "verdict": verdict(found),
        "decided_by": decided_by,
        "pair": shown,
        "is_near": shown is not None and found.pair is None,
        "compared": [one for one in shown.evidence if not one.is_prior] if shown else [],
        "falls": falls(shown.evidence) if shown else [],
        "total": sum(one.weight for one in shown.evidence) if shown else 0.0,
        "likely": likely(sum(one.weight for one in shown.evidence)) if shown else None,
        "withheld": bool(shown and shown.evidence) and EVIDENCE in found.masked,
        "same": json_of("same", found.left.record, found.right.record),
        "different": json_of("different", found.left.record, found.right.record),
        **_beside(name, wanted, asking),
        "wanted": wanted,
        "chance": chance,
        "id_link": id_link,
    }


def id_page(name: str, core_id: str, asking: Asker) -> dict[str, Any]:
    """What `core_id.html` asks for. Raises: Refused, Unknown."""
    found = record_seen(asking, name, core_id)
    agreed = {one.field: one for one in found.fields}
    return {
        **_frame(name, core_id),
        "record": found,
        "values": [(field, value, agreed.get(field)) for field, value in found.values],
        "decided_by": decided_by,
        "pair_link": pair_link,
        "chance": chance,
        "id_link": id_link,
    }


def _frame(name: str, here: str) -> dict[str, Any]:
    product = ProductName(name)
    domain, steps = name.partition(".")[0], [("Core data", "" if here.startswith("What waits") else core_link(name))]
    return {
        "title": f"{here}: {leaf_of(product)}",
        "here": here,
        "place": "/domains",
        "name": name,
        "core": core_link(name),
        "trail": [
            ("Domains", "/domains"),
            (domain, page_of(domain)),
            (leaf_of(product), page_of(name)),
            *steps,
            *([(here, "")] if steps[0][1] else []),
        ],
    }


def _sources(name: str, asking: Asker) -> list[str]:
    core = Facts(asking.library).mesh.products[ProductName(name)].core
    return [one.name for one in core.sources] if core else []


def _beside(name: str, wanted: Wanted, asking: Asker) -> dict[str, str]:
    """The pairs before and after one that was come to from the list."""
    if not wanted.at:
        return {"before": "", "after": ""}
    start = max(wanted.at - 2, 0)
    found = queue_seen(asking, name, wanted.sought(3, start))
    places = {start + place: pair for place, pair in enumerate(found.pairs, start=1)}
    return {
        side: pair_link(name, places[at], wanted.link(at=at)) if at in places else ""
        for side, at in (("before", wanted.at - 1), ("after", wanted.at + 1))
    }


def said(pair: Pair, decision: str) -> str:
    return json_of(decision, pair.left, pair.right)


def json_of(decision: str, left: RecordId, right: RecordId) -> str:
    """One decision as a form sends it."""
    return msgspec.json.encode({"decision": decision, "left": str(left), "right": str(right)}).decode()


def falls(evidence: Sequence[Evidence]) -> list[Fall]:
    """Each bar begins where the one before it ended; the line is where nothing speaks for or against."""
    steps = waterfall(evidence)
    sums = [0.0, *(one.after for one in steps)]
    low, span = min(sums), (max(sums) - min(sums)) or 1.0

    def place(value: float) -> float:
        return (value - low) / span * WIDE

    return [
        Fall(
            "Two records at random" if one.comparison == PRIOR else one.comparison,
            "" if one.comparison == PRIOR else one.level,
            one.weight,
            _bar(place(min(one.before, one.after)), abs(one.weight) / span * WIDE, place(0.0), one.weight),
        )
        for one in steps
    ]


def _bar(start: float, wide: float, zero: float, weight: float) -> Markup:
    tone = "good" if weight > 0 else "bad" if weight < 0 else "rest"
    return Markup(
        '<svg class="fall" viewBox="0 0 {:g} {:g}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<line class="axis" x1="{:.2f}" x2="{:.2f}" y1="0" y2="{:g}"/>'
        '<rect class="mark {}" x="{:.2f}" y="1" width="{:.2f}" height="{:g}"/></svg>'
    ).format(WIDE, TALL, zero, zero, TALL, tone, min(start, WIDE - LEAST), max(wide, LEAST), TALL - 2)

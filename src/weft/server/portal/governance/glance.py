"""Conformance of the whole mesh at a glance: each domain against each policy, and what is found where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from weft.query.facts import Facts
from weft.query.policies.violated import standing
from weft.server.asking import Asker
from weft.server.portal.charts import Bar, shares
from weft.server.portal.governance.frame import GLANCE, framed
from weft.server.portal.parts import linked, part
from weft.session.policies import Listed, listed

NOWHERE = "of no domain"
WORST = ("error", "grace", "warning", "info", "waived")
TONES = {"error": "bad", "grace": "warn", "warning": "warn", "info": "note", "waived": "let"}


@dataclass(frozen=True, slots=True)
class Found:
    """One violation as a page tells it."""

    policy: str
    title: str
    standing: str
    domain: str
    product: str
    line: str
    subject: str
    message: str
    mend: str
    waived_until: str
    waived_because: str

    @property
    def is_waived(self) -> bool:
        return self.standing == "waived"


@dataclass(frozen=True, slots=True)
class Cell:
    """One domain against one policy. `said` is read aloud; a cell without a number conforms."""

    number: int
    tone: str
    said: str
    link: str


@dataclass(frozen=True, slots=True)
class Row:
    domain: str
    link: str
    failing: int
    cells: tuple[Cell, ...]


def violations(facts: Facts) -> list[Found]:
    """All that whoever asks may know of, the worst first."""
    names = ("policy", "title", "standing", "domain", "product", "line_name", "subject", "message", "mend")
    rows = facts.rows("violations", *names, "waived_until", "waived_because")
    found = [Found(*(value or "" for value in row)) for row in rows]
    return sorted(found, key=lambda one: (WORST.index(one.standing), one.subject, one.policy))


def glance(asking: Asker, domain: str = "", number: int = 1) -> dict[str, Any]:
    """What `governance.html` asks for."""
    facts = Facts(asking.library)
    found = violations(facts)
    bound = [one for one in listed(asking.library) if one.binds]
    domains = [name for (name,) in facts.rows("domains", "domain")]
    stands = standing(asking.library)
    products, failing = _products(facts, found)
    open_ones = [one for one in found if not one.is_waived and (not domain or (one.domain or NOWHERE) == domain)]
    return framed(
        asking,
        GLANCE,
        {
            "title": "Governance",
            "domain": domain,
            "policies": bound,
            "rows": matrix(domains, bound, found),
            "failed": stands.failed,
            "faults": stands.faults,
            "found": part(open_ones, number, linked("/governance", {"domain": domain})),
            "waived": sum(one.is_waived for one in found),
            "open": sum(not one.is_waived for one in found),
            "products": products,
            "conform": products - failing,
            "picture": _picture(products, failing),
        },
    )


def matrix(domains: Iterable[str], policies: Sequence[Listed], found: Iterable[Found]) -> list[Row]:
    """Those that fail most come first, then by name; what is of no domain last."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for one in found:
        counted.setdefault((one.domain or NOWHERE, one.policy), Counter())[one.standing] += 1
    names = [*dict.fromkeys(domains), *sorted({name for name, _ in counted} - {*domains})]
    rows = [_row(name, policies, counted) for name in names]
    return sorted(rows, key=lambda row: (row.domain == NOWHERE, -row.failing, row.domain))


def _row(domain: str, policies: Sequence[Listed], counted: dict[tuple[str, str], Counter[str]]) -> Row:
    cells = tuple(_cell(domain, one, counted.get((domain, one.policy.name), Counter())) for one in policies)
    failing = sum(cell.number for cell in cells if cell.tone == "bad")
    return Row(domain, f"/governance?{urlencode({'domain': domain})}#violations", failing, cells)


def _cell(domain: str, one: Listed, found: Counter[str]) -> Cell:
    """The worst of what is found gives the tone and the number."""
    link = f"/governance/policies/{quote(one.policy.name)}?{urlencode({'domain': domain})}"
    worst = next((standing for standing in WORST if found[standing]), "")
    if not worst:
        return Cell(0, "", "conforms", link)
    told = ", ".join(f"{found[standing]} {standing}" for standing in WORST if found[standing])
    return Cell(found[worst], TONES[worst], f"{domain}, {one.policy.title}: {told}", link)


def _products(facts: Facts, found: Iterable[Found]) -> tuple[int, int]:
    """How many there are, and how many of them fail something."""
    failing = {one.product for one in found if one.product and one.standing in ("error", "grace", "warning")}
    return facts.relation("products").num_rows, len(failing)


def _picture(products: int, failing: int) -> object:
    if not products:
        return None
    conform = products - failing
    said = f"{conform} of {products} products conform"
    return shares(said, [Bar("conform", conform, "good"), Bar("do not", failing, "bad")])

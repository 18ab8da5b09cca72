"""Policies and waivers: which bind, what each finds, how it came to be as it is, and another version of it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from weft.product.rule import PublishedRule, Waiver
from weft.query.facts import Facts
from weft.query.policies.computing import NOT_READ
from weft.query.policies.violated import standing
from weft.registry.facts import RELATIONS
from weft.server.asking import Asker
from weft.server.portal.governance.frame import POLICIES, framed
from weft.server.portal.governance.glance import NOWHERE, violations
from weft.server.portal.parts import linked, part
from weft.session.policies import Listed, listed, named, shipped

SOON_DAYS = 14
BEGUN = """\
-- title: What it asks for, in one line
-- severity: error
-- owner: governance
SELECT product AS subject, 'it has no purpose' AS message, 'say it in product.odps.yaml' AS mend
FROM mesh.products
WHERE coalesce(purpose, '') = ''
"""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    one: Listed
    found: int
    waived: int
    is_failed: bool


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """`state` is holds, ends soon, over or withdrawn."""

    one: Waiver
    state: str


@dataclass(frozen=True, slots=True)
class Change:
    """One version, and what it changed: lines with their sign, none for the first."""

    rule: PublishedRule
    lines: tuple[tuple[str, str], ...]


def policies(asking: Asker, number: int = 1) -> dict[str, Any]:
    """What `policies.html` asks for."""
    found = Counter((one.policy, one.is_waived) for one in violations(Facts(asking.library)))
    failed = standing(asking.library).failed
    known = listed(asking.library)
    rows = [
        PolicyRow(one, found[one.policy.name, False], found[one.policy.name, True], one.policy.name in failed)
        for one in known
    ]
    names = {one.policy.name for one in known}
    return framed(
        asking,
        POLICIES,
        {
            "rows": [row for row in rows if row.one.binds],
            "others": [row for row in rows if not row.one.binds],
            "offered": [one for one in shipped() if one.name not in names],
            "waivers": part(_waivers(asking), number, "/governance/policies?page="),
            "today": _today(),
        },
    )


def policy(asking: Asker, name: str, sought: tuple[str, int], subject: str = "") -> dict[str, Any]:
    """What `policy.html` asks for; `sought` is a domain and a page. Raises: Unknown."""
    domain, number = sought
    one = named(asking.library, name)
    known = next((each for each in listed(asking.library) if each.policy.name == name), None)
    every = [each for each in violations(Facts(asking.library)) if each.policy == name]
    chosen = [each for each in every if not domain or (each.domain or NOWHERE) == domain]
    faults = [fault for fault in standing(asking.library).faults if f"policy {name} " in fault.message]
    values = {
        "title": one.title,
        "trail": [("Governance", "/governance"), ("Policies", "/governance/policies"), (name, "")],
        "policy": one,
        "known": known,
        "domain": domain,
        "domains": sorted({each.domain or NOWHERE for each in every}),
        "total": len(every),
        "faults": faults,
        "found": part(chosen, number, linked(f"/governance/policies/{name}", {"domain": domain})),
        "waivers": [row for row in _waivers(asking) if row.one.rule == name],
        "changes": _changes(asking.library.registry.rules.history("policy", name)),
        "subject": subject,
        "today": _today(),
    }
    return framed(asking, POLICIES, values)


def writing(asking: Asker, name: str = "", like: str = "") -> dict[str, Any]:
    """What `policy_new.html` asks for: a new policy, another version of one, or one `like` another, to be changed."""
    asking.allow("publish rules")
    text = named(asking.library, name or like).text if name or like else BEGUN
    return framed(
        asking,
        POLICIES,
        {
            "title": "Write a policy",
            "trail": [("Governance", "/governance"), ("Policies", "/governance/policies"), (name or "New policy", "")],
            "name": name,
            "suggested": name or like,
            "text": text,
            "unbound": _unbound(asking),
            "relations": [
                (one.name, one.description, [(column.name, column.description) for column in one.columns])
                for one in RELATIONS.values()
                if one.name not in NOT_READ
            ],
        },
    )


def _unbound(asking: Asker) -> list[str]:
    """What binds by the mesh's folder would bind no more once something is published."""
    if asking.library.registry.rules.published("policy"):
        return []
    return [one.policy.name for one in listed(asking.library) if one.binds]


def _today() -> date:
    return datetime.now(UTC).date()


def _waivers(asking: Asker) -> list[WaiverRow]:
    """Those that hold first, what ends soonest before the others."""
    today = _today()
    rows = [WaiverRow(one, _state(one, today)) for one in asking.library.registry.rules.waivers()]
    return sorted(rows, key=lambda row: (row.state in ("over", "withdrawn"), row.one.until))


def _state(one: Waiver, today: date) -> str:
    if not one.holds(today):
        return "withdrawn" if one.is_withdrawn else "over"
    return "ends soon" if (one.until - today).days <= SOON_DAYS else "holds"


def _changes(history: Sequence[PublishedRule]) -> list[Change]:
    """The newest first."""
    found = [
        Change(one, tuple(_difference(before, one))) for before, one in zip((None, *history), history, strict=False)
    ]
    return found[::-1]


def _difference(old: PublishedRule | None, new: PublishedRule) -> Iterator[tuple[str, str]]:
    if old is None or old.text == new.text:
        return
    lines: Iterable[str] = difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), lineterm="", n=2)
    for line in list(lines)[2:]:
        yield ("", "⋯") if line.startswith("@@") else (line[0].strip(), line[1:])

"""The audit trail in the portal: searched page by page, by those who watch over the mesh, and of a domain by whoever owns it; exported for a regulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from weft.governance.audit.searching import Sought, Told, fits, narrowed, search
from weft.governance.audit.times import begins, ends
from weft.product.audit import DecidedKind
from weft.server.asking import Asker
from weft.server.portal.governance.frame import AUDIT, framed
from weft.session.audit import of_domain

EACH = 50
WEEK = timedelta(days=6)
"""With today, seven days."""
WHAT: tuple[str, ...] = ("read", *DecidedKind.__args__)  # type: ignore[attr-defined]
OUTCOMES = ("done", "refused", "failed", "cancelled", "unknown")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, as it stands in the page's address. `before` is the number of a record: those older than it."""

    who: str = ""
    table: str = ""
    domain: str = ""
    what: str = ""
    outcome: str = ""
    text: str = ""
    since: str = ""
    until: str = ""
    before: int = 0

    @property
    def said(self) -> dict[str, str]:
        names = ("who", "table", "domain", "what", "outcome", "text", "since", "until")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def sought(self) -> Sought:
        """Raises: Misuse."""
        times = begins(self.since) if self.since else None, ends(self.until) if self.until else None
        words = (self.who, self.domain, self.table, self.what, self.outcome, self.text)
        return Sought(*words, *times, EACH + 1, self.before)


def trail(asking: Asker, asked: Asked) -> dict[str, Any]:
    """What `audit.html` asks for. Raises: Refused, Unknown, Misuse."""
    sees_all = asking.may("search audit")
    held = sorted({grant.domain for grant in asking.reader.grants if grant.domain})
    owned = [name for name in held if asking.may("read domain audit", name)]
    if not sees_all:
        asked = replace(asked, domain=asked.domain or (owned[0] if owned else ""))
        if not asked.domain:
            asking.allow("search audit")
        asking.allow("read domain audit", asked.domain)
    of_domain(asking.serving.session, asked.domain)
    records = _records(asking, asked, sees_all)
    more = {**asked.said, "before": str(records[:EACH][-1].number)} if len(records) > EACH else {}
    today = datetime.now(UTC).date()
    values = {
        "trail": [("Governance", "/governance"), ("Audit", "")],
        "records": [(one, datetime.fromisoformat(one.at)) for one in records[:EACH]],
        "older": f"/governance/audit?{urlencode(more)}" if more else "",
        "newest": f"/governance/audit?{urlencode(asked.said)}" if asked.before else "",
        "asked": asked,
        "what": WHAT,
        "outcomes": OUTCOMES,
        "sees_all": sees_all,
        "owned": owned,
        "may_export": asking.may("export audit"),
        "from_day": (today - WEEK).isoformat(),
        "to_day": today.isoformat(),
        "as_data": _as_data(asked, sees_all),
    }
    return framed(asking, AUDIT, values)


def _records(asking: Asker, asked: Asked, sees_all: bool) -> Sequence[Told]:
    """An owner looks in what an owner is shown, and in nothing else."""
    found = asking.serving.session.registry.audit
    if sees_all:
        return search(found, asked.sought)
    own = narrowed(search(found, replace(asked.sought, text="", table="")), asked.domain)
    return tuple(one for one in own if fits(one, asked.sought))


def _as_data(asked: Asked, sees_all: bool) -> str:
    """Where a program is told the same."""
    said = {name: value for name, value in asked.said.items() if sees_all or name != "domain"}
    path = "/api/v1/audit/records" if sees_all else f"/api/v1/audit/domains/{asked.domain}/records"
    return f"{path}?{urlencode(said | {'limit': '1000'})}"

"""Governance: how the mesh stands against its rules, the rules themselves, who sees what and why, and who read what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from weft.access import allowed
from weft.governance.audit.searching import Sought, search
from weft.names import LineName, table_of
from weft.query.explaining import Explained, explained
from weft.query.facts import Facts
from weft.query.library import Library
from weft.server.asking import Asker
from weft.server.portal.charts import Bar, shares
from weft.server.portal.links import page_of
from weft.session.people.doorkeeper import seen_as
from weft.session.policies import Listed, listed, named

STANDINGS = {"error": "bad", "warning": "warn", "grace": "warn", "waived": "", "info": ""}
SENSITIVE_MOST, AUDIT_MOST = 200, 100
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
    violations: int
    waived: int


def overview(asking: Asker) -> dict[str, Any]:
    """What `governance.html` asks for."""
    facts = Facts(asking.library)
    violations = list(
        facts.rows(
            "violations",
            "policy",
            "title",
            "standing",
            "subject",
            "product",
            "line_name",
            "message",
            "mend",
            "waived_until",
            "waived_because",
        )
    )
    found = Counter((row[0], row[2] == "waived") for row in violations)
    policies = [
        PolicyRow(one, found[one.policy.name, False], found[one.policy.name, True]) for one in listed(asking.library)
    ]
    products = facts.relation("products").num_rows
    failing = {row[4] for row in violations if row[2] != "waived" and row[4]}
    return {
        "title": "Governance",
        "place": "/governance",
        "policies": policies,
        "violations": [row for row in violations if row[2] != "waived"],
        "waivers": list(facts.rows("waivers", "rule", "subject", "reason", "who", "until", "is_withdrawn")),
        "conform": products - len(failing),
        "products": products,
        "picture": shares(
            f"{products - len(failing)} of {products} products conform",
            [Bar("conform", products - len(failing), "good"), Bar("do not", len(failing), "bad")],
        )
        if products
        else None,
        "classified": list(
            facts.rows("classifications", "line_name", "column_name", "classification", "mask", "inherited_from")
        )[:SENSITIVE_MOST],
        "may_publish": _may(asking, "publish rules"),
        "may_waive": _may(asking, "waive"),
        "may_audit": _may(asking, "search audit"),
        "today": datetime.now(UTC).date().isoformat(),
        "page_of": page_of,
        "standings": STANDINGS,
    }


def policy(asking: Asker, name: str) -> dict[str, Any]:
    """What `policy.html` asks for. Raises: Unknown."""
    found = named(asking.library, name)
    rows = [
        row
        for row in Facts(asking.library).rows(
            "violations", "policy", "standing", "subject", "message", "mend", "waived_until", "waived_because"
        )
        if row[0] == name
    ]
    return {
        "title": found.title,
        "place": "/governance",
        "trail": [("Governance", "/governance"), (name, "")],
        "policy": found,
        "violations": rows,
        "history": asking.library.registry.rules.history("policy", name),
        "may_publish": _may(asking, "publish rules"),
        "may_waive": _may(asking, "waive"),
        "standings": STANDINGS,
        "page_of": page_of,
    }


def writing(asking: Asker, name: str = "") -> dict[str, Any]:
    """What `policy_new.html` asks for: a new policy, or another version of one."""
    asking.allow("publish rules")
    text = named(asking.library, name).text if name else BEGUN
    trail = [("Governance", "/governance"), (name or "New policy", "")]
    return {"title": "Write a policy", "place": "/governance", "trail": trail, "name": name, "text": text}


def explaining(asking: Asker, reader: str, table: str) -> dict[str, Any]:
    """What `explain.html` asks for: of oneself, or of anybody, for governance. Raises: Unknown, Refused."""
    own = reader in ("", asking.reader.name)
    found: Explained | None = None
    if table:
        if not own:
            asking.allow("search audit")
        library = asking.library if own else _as(asking, reader)
        found = explained(library, table)
    return {
        "title": "Who can read what, and why",
        "place": "/governance",
        "trail": [("Governance", "/governance"), ("Who can read what", "")],
        "asked_reader": reader or asking.reader.name,
        "asked_table": table,
        "found": found,
        "is_own": own,
        "link": page_of(str(table_of(LineName(found.line)))) if found else "",
    }


def _as(asking: Asker, reader: str) -> Library:
    """In the eyes of somebody else: with the roles and attributes that they have."""
    return replace(asking.library, reader=seen_as(asking.serving.session.registry, reader))


def audit(asking: Asker, sought: Sought) -> dict[str, Any]:
    """What `audit.html` asks for. Raises: Refused."""
    asking.allow("search audit")
    return {
        "title": "Audit",
        "place": "/governance",
        "trail": [("Governance", "/governance"), ("Audit", "")],
        "records": search(asking.serving.session.registry.audit, sought),
        "sought": sought,
        "may_export": _may(asking, "export audit"),
        "page_of": page_of,
        "today": date.today().isoformat(),
    }


def _may(asking: Asker, action: Any) -> bool:
    return allowed(asking.reader, action).is_allowed

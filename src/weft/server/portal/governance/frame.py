"""What all pages of governance share: where they are, and what whoever looks may do there."""

from __future__ import annotations

from typing import Any

from weft.server.asking import Asker
from weft.server.portal.links import page_of

GLANCE, POLICIES, PERSONAL = "At a glance", "Policies and waivers", "Personal data"
CLASSES, SIGHT, AUDIT, PEOPLE = "Classifications", "Who can read what", "Audit", "People"
TABS = (
    (GLANCE, "/governance"),
    (POLICIES, "/governance/policies"),
    (PERSONAL, "/governance/personal"),
    (CLASSES, "/governance/classifications"),
    (SIGHT, "/governance/sight"),
    (AUDIT, "/governance/audit"),
    (PEOPLE, "/people"),
)
STANDINGS = {"error": "bad", "warning": "warn", "grace": "warn", "waived": "", "info": ""}
SAID = {"error": "fails", "warning": "warned", "grace": "in grace", "waived": "waived", "info": "noted"}


def framed(asking: Asker, here: str, values: dict[str, Any]) -> dict[str, Any]:
    """A page's own values, with those that its frame asks for."""
    return {
        "title": here,
        "place": "/governance",
        "tabs": TABS,
        "here": here,
        "may_publish": asking.may("publish rules"),
        "may_waive": asking.may("waive"),
        "standings": STANDINGS,
        "said_of": SAID,
        "page_of": page_of,
        **values,
    }

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


MASKS = {
    "": "all of it",
    "null": "nothing",
    "hash": "a code in its place",
    "redact": "*** in its place",
    "last four": "the last four characters",
    "year": "the year alone",
}


def masked_as(mask: str) -> str:
    """What is seen of a column, as people say it: a `bucket of 100` is a range of 100."""
    return MASKS.get(mask) or mask.replace("bucket by", "the beginning of the").replace("bucket of", "a range of")


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
        "masked_as": masked_as,
        **values,
    }

"""What the pages about runs share: what ran, what does not hold, what waits, what is due."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from weft.server.portal.wording import amount_said

LINKS = (
    ("Runs", "/runs"),
    ("Not holding", "/runs/checks"),
    ("Waiting", "/runs/waiting"),
    ("Schedule", "/runs/schedule"),
)


def frame(name: str, here: str) -> dict[str, Any]:
    """What each of these pages shows above its own."""
    kept = f"?{urlencode({'name': name})}" if name else ""
    return {
        "place": "/runs",
        "name": name,
        "tabs": [(said, f"{link}{kept}") for said, link in LINKS],
        "here": here,
        "promised": amount_said,
    }

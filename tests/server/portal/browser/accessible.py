"""What axe finds in a page. Its script is handed over by the debugger, so that the page's own policy stays as strict as it is."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
ASKS = "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
MISSING = "NO AXE: npm is missing, or `npm ci` was not run in tests/server/portal/browser/axe; `make test` does"


@cache
def axe() -> str:
    return SCRIPT.read_text()


def faults(page: Page) -> list[str]:
    """Each fault in a line or more: how bad, which rule, and where. What axe itself calls minor is its taste."""
    if not SCRIPT.exists():
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate(ASKS)
    return [_told(one) for one in found if one["impact"] != "minor"]


def _told(one: dict[str, Any]) -> str:
    places = [f"    {' '.join(map(str, node['target']))}: {_why(node)}" for node in one["nodes"][:5]]
    return "\n".join([f"{one['impact']}: {one['id']}: {one['help']} ({len(one['nodes'])} times)", *places])


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return checks[0]["message"] if checks else ""

"""Runs: what ran, what waits and why, and what did not hold."""

from __future__ import annotations

from typing import Any

from weft.query.history import history
from weft.query.library import Library
from weft.server.portal.charts import Bar, bars

MOST = 40
TONES = {"succeeded": "good", "running": "accent", "failed": "bad", "abandoned": "bad", "cancelled": "warn"}


def runs(library: Library, name: str = "") -> dict[str, Any]:
    """What `runs.html` asks for; of a domain, a product or a table alone where one is named. Raises: Unknown."""
    entries = history(library, name or None, MOST)
    given = [
        Bar(
            f"{entry.started_at:%Y-%m-%d %H:%M}, {entry.state}, seconds",
            entry.seconds or 0,
            TONES.get(entry.state, "").replace("accent", "").replace("good", ""),
        )
        for entry in reversed(entries)
    ]
    return {
        "title": f"Runs of {name}" if name else "Runs",
        "place": "/runs",
        "name": name,
        "entries": entries,
        "tones": TONES,
        "picture": bars("Seconds of the last runs, the newest on the right", given) if entries else None,
    }

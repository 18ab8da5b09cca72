"""Runs: what ran, a page at a time, and one run with all that it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weft.names import domain_of
from weft.query.facts import Facts
from weft.query.history import Entry, ProductEntry, Told, Wanted, run_of, told_of
from weft.query.library import Library
from weft.server.portal.failing import not_held_said
from weft.server.portal.frames import frame
from weft.server.portal.parts import Part, linked, part
from weft.server.portal.series import Point, Series, columns

STATES = ("running", "succeeded", "failed", "cancelled", "abandoned")
TONES = {"succeeded": "good", "running": "accent", "failed": "bad", "abandoned": "bad", "cancelled": "warn"}
MARKS = {"succeeded": "✓", "running": "", "failed": "✕", "abandoned": "✕", "cancelled": "!"}
EACH = 25
ORDER = {"failed": 0, "waited": 1, "published": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """One run in the list."""

    entry: Entry
    published: int
    failed: tuple[str, ...]
    waited: int
    tables: int


def runs(library: Library, name: str, asked: tuple[str, int]) -> dict[str, Any]:
    """What `runs.html` asks for; of a domain, a product or a table alone where one is named."""
    state, number = asked
    facts, start = Facts(library), (max(number, 1) - 1) * EACH
    told = told_of(facts, Wanted(name, state if state in STATES else "", start, EACH))
    most = max(1, -(-told.total // EACH))
    shown = Part(
        tuple(map(_row, told.entries)),
        told.total,
        min(max(number, 1), most),
        most,
        linked("/runs", {"name": name, "state": state}),
    )
    return {
        **frame(name, "Runs"),
        "title": f"Runs of {name}" if name else "Runs",
        "shown": shown,
        "state": state,
        "states": STATES,
        "domains": sorted(facts.mesh.domains),
        "tones": TONES,
        "marks": MARKS,
        "now": [row for row in shown.items if row.entry.state == "running"],
        "lasted": _lasted(told),
        "elapsed": elapsed,
    }


def _row(entry: Entry) -> Row:
    return Row(
        entry,
        len(entry.published),
        tuple(name for name, _ in entry.failures),
        sum(product.state == "waited" for product in entry.products),
        sum(len(product.tables) for product in entry.products),
    )


def _lasted(told: Told) -> Series | None:
    points = [
        Point(
            at,
            seconds,
            f"{seconds:.1f} s, {state}",
            "" if state == "succeeded" else "bad" if state in ("failed", "abandoned") else "warn",
            1.0,
            f"/runs/{run}",
        )
        for run, state, at, seconds in told.lasted
    ]
    return (
        columns(f"How long the last {len(points)} took", points, lambda value: f"{value:.1f} s")
        if len(points) > 1
        else None
    )


def elapsed(entry: Entry) -> float:
    """Seconds so far, of what still runs; as long as it took, of what is over."""
    return entry.seconds if entry.seconds is not None else (datetime.now(UTC) - entry.started_at).total_seconds()


def run(library: Library, id: str, number: int) -> dict[str, Any]:
    """What `run.html` asks for. Raises: Unknown."""
    facts, entry = Facts(library), run_of(library, id)
    products = sorted(entry.products, key=lambda product: (ORDER[product.state], product.product))
    longest = max((table.seconds for product in products for table in product.tables), default=0.0)
    return {
        **frame("", "Runs"),
        "title": f"{entry.command} {entry.state}",
        "entry": entry,
        "tones": TONES,
        "marks": MARKS,
        "elapsed": elapsed(entry),
        "figures": _figures(products),
        "shown": part(products, number, f"/runs/{id}?page=", EACH),
        "longest": longest or 1.0,
        "not_held": not_held_said(facts, entry.not_held, entry.started_at),
        "whom": sorted({domain_of(product.product) for product in products if product.state != "published"}),
        "is_running": entry.state == "running",
    }


def _figures(products: Sequence[ProductEntry]) -> list[tuple[str, int]]:
    tables = [table for product in products for table in product.tables]
    return [
        ("Products published", sum(product.state == "published" for product in products)),
        ("Failed", sum(product.state == "failed" for product in products)),
        ("Waited", sum(product.state == "waited" for product in products)),
        ("Tables built", sum(table.action == "built" for table in tables)),
        ("Rows written", sum(table.rows for table in tables if table.action == "built")),
    ]

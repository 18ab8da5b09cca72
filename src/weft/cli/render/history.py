"""Runs as people read them: when, what, how it went, and what was published."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago, at, counted, lasted, measured
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import length, paragraphs
from weft.cli.render.terminal import Ink, paint, say, width
from weft.product.checks import spoken

if TYPE_CHECKING:
    from weft.query.history import Entry, EventEntry, NotHeld, ProductEntry

STATES: dict[str, tuple[str, Ink]] = {
    "succeeded": ("✓", "green"),
    "failed": ("✗", "red"),
    "running": ("▸", "cyan"),
    "cancelled": ("-", "yellow"),
    "abandoned": ("-", "yellow"),
}
MOST_PRODUCTS = 12
MOST_NOT_HELD = 6
MOST_EVENTS = 6
ALARMING = ("failed", "rolled back", "built on withdrawn", "deprecated", "retired")


def show_history(entries: Sequence[Entry], environment: str, *, json: bool) -> None:
    if json:
        write_json({"environment": environment, "runs": entries})
        return
    if not entries:
        say(f"nothing has run in {environment} yet: weft apply", "dim")
    for entry in entries:
        print("\n".join(entry_lines(entry)))


def entry_lines(entry: Entry) -> list[str]:
    """One run: a head, then a line for each product that it did something for."""
    lines = head_lines(entry, width(sys.stdout))
    lines += [f"    {line}" for line in _products(entry)]
    lines += [f"    {event_line(event)}" for event in entry.events[:MOST_EVENTS]]
    if (more := len(entry.events) - MOST_EVENTS) > 0:
        lines.append(f"    ... {counted(more, 'event')} more")
    lines += [f"    {_not_held(check)}" for check in entry.not_held[:MOST_NOT_HELD]]
    if (more := len(entry.not_held) - MOST_NOT_HELD) > 0:
        lines.append(f"    ... {more:,} more checks that did not hold")
    if entry.message and not entry.failures:
        lines += paragraphs(entry.message, width(sys.stdout), 4)
    return lines


def event_line(event: EventEntry) -> str:
    """`! operations.flights failed: 1 check did not hold ...`."""
    sign = paint("!", "yellow") if event.kind in ALARMING else paint("i", "cyan")
    return f"{sign} {event.line or event.product} {event.kind}: {' '.join(event.message.split())}"


def head_lines(entry: Entry, room: int) -> list[str]:
    """`✓ 2026-11-21 10:18:17 UTC  apply succeeded in 8.3 s  3 minutes ago by alice  20261121t...`; two lines where it is narrow."""
    sign, ink = STATES.get(entry.state, ("?", "yellow"))
    took = "" if entry.seconds is None else f" in {lasted(entry.seconds)}"
    who = f" by {entry.who}" if entry.who else ""
    what = f"{paint(sign, ink)} {at(entry.started_at)}  {paint(entry.command, 'bold')} {entry.state}{took}"
    when = paint(f"{ago(entry.started_at)}{who}  {entry.run}", "dim")
    return [f"{what}  {when}"] if length(what) + length(when) + 2 <= room else [what, f"  {when}"]


def _products(entry: Entry) -> Iterator[str]:
    for product in entry.products[:MOST_PRODUCTS]:
        yield _product(product)
    if (more := len(entry.products) - MOST_PRODUCTS) > 0:
        yield f"... {counted(more, 'product')} more"


def _product(product: ProductEntry) -> str:
    if product.state != "published":
        ink: Ink = "red" if product.state == "failed" else "yellow"
        message = product.message.splitlines()[0] if product.message else ""
        return f"{paint(product.state, ink)} {product.product}  {message}".rstrip()
    changed = [_leaf(line) for line in product.changed]
    told = f"new: {', '.join(changed)}" if changed else "no new snapshot"
    gone = f"; removed: {', '.join(product.removed)}" if product.removed else ""
    return f"published {product.product}  {paint(f'revision {product.revision}; {told}{gone}', 'dim')}"


def _leaf(line: str) -> str:
    """`departures`, and `departures@2` of a line that is not the first: a version has dots of its own."""
    table, _, label = line.partition("@")
    leaf = table.rpartition(".")[2]
    return leaf if label == "1" else f"{leaf}@{label}"


def _not_held(check: NotHeld) -> str:
    ink: Ink = "red" if check.severity == "error" else "yellow"
    found = (
        f"found {measured(check.measured)}, {spoken(check.threshold)}" if check.measured is not None else check.message
    )
    return f"{paint('!' if ink == 'yellow' else '✗', ink)} {check.line} {check.check}: {found}"

"""A run as it goes on: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from weft.cli.render.terminal import is_terminal, paint

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from weft.plan.plan import Plan
    from weft.run.report import Event, Observer, ProductReport

MANY = 60
"""A run of more products than this names only those that fail or wait; the summary counts the rest."""
NAMED = 6
"""So many products at work are named below the bar."""


@contextmanager
def progress(plan: Plan) -> Iterator[Observer]:
    """What to tell of each event of a run; called from the threads that make products."""
    going = Going(plan)
    if not is_terminal(sys.stderr):
        yield going.observe
        return
    from rich.live import Live

    from weft.cli.render.terminal import err

    with Live(console=err(), get_renderable=going.renderable, refresh_per_second=10, transient=True) as live:
        going.live = live
        yield going.observe


class Going:
    def __init__(self, plan: Plan) -> None:
        self.live: Live | None = None
        self._total = len(plan.work)
        self._widest = max((len(step.line) for product in plan.work for step in product.steps), default=0)
        self._lock = threading.Lock()
        self._saying = threading.Lock()
        self._began = time.monotonic()
        self._at_work: dict[str, float] = {}
        self._done = 0

    def observe(self, event: Event) -> None:
        with self._lock:
            if event.kind == "began":
                self._at_work[event.product] = time.monotonic()
            elif event.kind == "ended" and event.report is not None:
                self._at_work.pop(event.product, None)
                self._done += 1
        if event.kind == "ended" and event.report is not None:
            # Not while the state is locked: the live display waits for it, and printing waits for the display.
            with self._saying:
                self._say(event.report)

    def _say(self, report: ProductReport) -> None:
        from weft.cli.render.outcome import product_lines

        if self._total > MANY and report.state in ("published", "unchanged"):
            return
        for line in product_lines(report, self._widest):
            if self.live is None:
                print(line, file=sys.stderr, flush=True)
            else:
                from rich.text import Text

                self.live.console.print(Text.from_ansi(line), soft_wrap=True)

    def renderable(self) -> RenderableType:
        """The bar, and what is at work below it."""
        from rich.text import Text

        from weft.cli.render.counting import lasted

        now = time.monotonic()
        with self._lock:
            at_work = sorted(self._at_work.items(), key=lambda item: item[1])
            done = self._done
        full = round(30 * done / max(1, self._total))
        bar = paint("━" * full, "green", stream=sys.stderr) + paint("━" * (30 - full), "dim", stream=sys.stderr)
        lines = [f"{bar} {done:,} of {self._total:,} products  {lasted(now - self._began)}"]
        lines += [
            f"  {paint('▸', 'cyan', stream=sys.stderr)} {name}  {lasted(now - began)}"
            for name, began in at_work[:NAMED]
        ]
        return Text.from_ansi("\n".join(lines))

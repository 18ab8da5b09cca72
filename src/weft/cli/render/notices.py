"""What happened lately to what a product reads, a line each, beside the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago
from weft.cli.render.terminal import say

if TYPE_CHECKING:
    from weft.product.snapshot import Event


def say_notices(notices: Iterable[Event]) -> None:
    for event in notices:
        say(f"notice: {event.line or event.product} {event.kind} {ago(event.at)}: {event.message}", "cyan")

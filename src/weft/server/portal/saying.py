"""What runs and events say, for whoever presses where others type."""

from __future__ import annotations

from weft.errors import sentence
from weft.product.checks import spoken

TYPED = (" Try it: weft", "; an input port moves", " See the failing rows", " The rows: weft", " Why: weft")
"""From here on a message says what to type."""


def said(message: str) -> str:
    """A message as a sentence without commands, and with operators as words. Whom a preview is shown to is not everybody's to know."""
    for typed in TYPED:
        message = message.partition(typed)[0]
    _, invited, preview = message.partition(": invited to try ")
    return sentence(f"Those who are invited may try {preview}" if invited else spoken(message))


def several(names: list[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")

"""The terminal: where words go, and whether they may be coloured."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

Ink = Literal["red", "green", "yellow", "cyan", "bold", "dim"]
CODES: dict[Ink, int] = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


def paint(text: str, *inks: Ink, stream: IO[str] | None = None) -> str:
    """The text in colours where the stream shows them, else as it is. NO_COLOR is heeded."""
    if not inks or not colours(stream if stream is not None else sys.stdout):
        return text
    return f"\x1b[{';'.join(str(CODES[ink]) for ink in inks)}m{text}\x1b[0m"


def colours(stream: IO[str]) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal(stream)


def forgive() -> None:
    """What a terminal has no letter for is shown as a question mark, and stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def is_terminal(stream: IO[str]) -> bool:
    return stream.isatty()


def width(stream: IO[str] | None = None) -> int:
    """Columns of the terminal; of what is no terminal, wide enough that nothing need be cut."""
    import shutil

    if stream is not None and not is_terminal(stream):
        return 10_000
    return shutil.get_terminal_size((100, 24)).columns


def say(text: str, *inks: Ink) -> None:
    """A word to the person who called, beside the result."""
    print(paint(text, *inks, stream=sys.stderr), file=sys.stderr)


@cache
def _console(stderr: bool, _stream: int) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def out() -> Console:
    """Results."""
    return _console(False, id(sys.stdout))


def err() -> Console:
    """Progress and summaries."""
    return _console(True, id(sys.stderr))

"""The terminal: where words go, and whether they may be coloured."""

from __future__ import annotations

import os
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable
from functools import cache
from io import RawIOBase
from typing import IO, TYPE_CHECKING, Any, Literal

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


COMMAND = re.compile(r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, rings, names a window or turns a text around; colours are our own."""
DATA = re.compile(COMMAND.pattern.replace(r"(?!\[[0-9;]*m)", ""))
"""The same in what is data alone, whose colours are not ours."""


def shown(text: str, commands: re.Pattern[str] = COMMAND) -> str:
    return commands.sub(lambda found: ascii(found[0])[1:-1], text)


class Harmless:
    """A terminal's stream on which data, a contract or a file's name can command nothing: what would, is shown as text."""

    def __init__(self, terminal: IO[str]) -> None:
        self.terminal = terminal

    def write(self, text: str) -> int:
        return self.terminal.write(shown(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.terminal, name)


class Worded(RawIOBase):
    """A terminal as a file of bytes: an answer in a form that programs read is shown with as little command over it."""

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = commanded(terminal)
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._terminal.write(shown(self._decoder.decode(bytes(data)), DATA))
        return len(data)

    def flush(self) -> None:
        self._terminal.flush()


def disarm() -> None:
    """Only words and colours reach the terminal from here on."""
    for name in ("stdout", "stderr"):
        if (stream := getattr(sys, name)) is not None and is_terminal(stream):
            setattr(sys, name, Harmless(stream))


def commanded(stream: IO[str]) -> IO[str]:
    """The stream itself, for what moves the cursor on purpose."""
    return stream.terminal if isinstance(stream, Harmless) else stream


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


def say_untold(untold: Iterable[str]) -> None:
    """What happened stands; who could not be told of it is said beside it."""
    for text in untold:
        say(f"warning: {text}", "yellow")


@cache
def _console(stderr: bool, _stream: int) -> Console:
    from rich.console import Console

    stream = commanded(sys.stderr if stderr else sys.stdout)
    return Console(file=stream, highlight=False, soft_wrap=False)


def out() -> Console:
    """Results."""
    return _console(False, id(sys.stdout))


def err() -> Console:
    """Progress and summaries."""
    return _console(True, id(sys.stderr))

"""Who called this command, as the operating system has it; at a server, who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_acting: ContextVar[str] = ContextVar("acting", default="")


def caller() -> str:
    """A user's name; `unknown` where the system has none."""
    import getpass

    if name := _acting.get():
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """What is done within is done by somebody else than whose process it is."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)

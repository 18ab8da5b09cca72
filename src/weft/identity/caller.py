"""Who called this command, as the operating system has it."""

from __future__ import annotations


def caller() -> str:
    """A user's name; `unknown` where the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"

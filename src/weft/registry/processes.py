"""Which process a run lives in, and whether it is still there: a number may be another process's by now, its start is not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

START_FIELD = 19
"""Of /proc/PID/stat, counted after the command's closing parenthesis. Source: proc(5), starttime."""


@dataclass(frozen=True, slots=True)
class Process:
    host: str
    number: int
    start: str
    """When it began, as the system counts; empty where the system does not say."""

    @property
    def is_of_this_host(self) -> bool:
        return self.host == this_host()

    @property
    def is_there(self) -> bool:
        """Whether it runs; asked only of processes of this host."""
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return not self.start or start_of(self.number) in ("", self.start)


def this_process() -> Process:
    return Process(this_host(), os.getpid(), start_of(os.getpid()))


def this_host() -> str:
    """Where process numbers mean the same: a machine, and on Linux its namespace of them, so that a container is another host."""
    try:
        return f"{os.uname().nodename} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return os.uname().nodename


def start_of(number: int) -> str:
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[START_FIELD]

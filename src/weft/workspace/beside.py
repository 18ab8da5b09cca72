"""Half of a first reading in a child process, so that two processors read folders that nothing is known of yet.

Only where forking is safe: on Linux, in a process of one thread. What the child cannot do, its parent does itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

Learnt = TypeVar("Learnt")
TASKS = "/proc/self/task"


class Beside(Generic[Learnt]):
    """What a child is learning. `learnt` waits for it; None where the child could not."""

    def __init__(self, kind: type[Learnt], child: int, pipe: int) -> None:
        self._kind, self._child, self._said = kind, child, os.fdopen(pipe, "rb")

    def learnt(self) -> Learnt | None:
        try:
            return msgspec.msgpack.decode(self._said.read(), type=self._kind)
        except (msgspec.DecodeError, ValueError):
            return None

    def end(self) -> None:
        self._said.close()
        with suppress(ChildProcessError):
            os.waitpid(self._child, 0)


def can_fork() -> bool:
    """Whether this process has one thread, DuckDB's and Arrow's counted, and two processors to use."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    try:
        return sum(1 for _ in Path(TASKS).iterdir()) == 1
    except OSError:
        return False


@contextmanager
def beside(learn: Callable[[], Learnt], kind: type[Learnt]) -> Iterator[Beside[Learnt]]:
    """Runs `learn` in a child while the caller goes on. The child touches nothing but its pipe, and never returns."""
    pipe, said = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with os.fdopen(said, "wb") as out:
                out.write(msgspec.msgpack.encode(learn()))
            status = 0
        finally:
            os._exit(status)
    os.close(said)
    found = Beside(kind, child, pipe)
    try:
        yield found
    finally:
        found.end()

"""One open connection for each thread, opened once: opening costs more than most of what is asked."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class PerThread(Generic[C]):
    def __init__(self, opened: Callable[[], C]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._open: dict[tuple[int, int], C] = {}

    def get(self) -> C:
        key = _here()
        found = self._open.get(key)
        if found is None:
            found = self._opened()
            with self._lock:
                self._open[key] = found
        return found

    def drop(self) -> None:
        """Closes this thread's, so that the next question opens a new one."""
        with self._lock:
            found = self._open.pop(_here(), None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """A forked child leaves its parent's alone: to close them there would release locks that the parent holds."""
        with self._lock:
            for key in [key for key in self._open if key[0] == os.getpid()]:
                self._open.pop(key).close()


def _here() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()

"""How a run's other threads are ended: whoever computes says how that can be broken off, whoever is interrupted asks for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

AGAIN_SECONDS = 0.02
"""What is broken off between two computations does not notice, and has begun the next one by then."""


class Stopping:
    """`asked` is set once the run is to begin nothing more."""

    def __init__(self) -> None:
        self.asked = Event()
        self._lock = Lock()
        self._ways: list[Callable[[], None]] = []

    @contextmanager
    def by(self, end: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `end` breaks off what is computed within it: from another thread, and more than once."""
        with self._lock:
            self._ways.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._ways.remove(end)

    def end_all(self, is_over: Callable[[float], bool]) -> None:
        """Breaks off all that goes on, until `is_over` (which waits for so many seconds) says that nothing does."""
        self.asked.set()
        ended = False
        while not ended:
            with suppress(KeyboardInterrupt):
                self._end_each()
                ended = is_over(AGAIN_SECONDS)

    def _end_each(self) -> None:
        with self._lock:
            for end in self._ways:
                end()

"""A transfer from afar that another thread may break off.

What waits for a network hears nothing: so it waits in a thread of its own, and is left to itself once nobody wants it any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(Generic[T]):
    """What became of work: its result, or the error that it ended with."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._error: BaseException | None = None
        try:
            self._result = work()
        except BaseException as error:
            self._error = error

    def told(self) -> T:
        if self._error is not None:
            raise self._error
        return self._result


class Transfer:
    """`is_ended` is for loops to look at: what is left to itself ends at its next piece."""

    def __init__(self) -> None:
        self.is_ended = False
        self._over: SimpleQueue[None] = SimpleQueue()
        self._ways: list[Callable[[], object]] = []

    def run(self, work: Callable[[], T]) -> T:
        """The work's result. The main thread gets signals itself. Raises: KeyboardInterrupt where it is ended, whatever the work raises."""
        if threading.current_thread() is threading.main_thread():
            return work()
        done: list[Outcome[T]] = []

        def carry_out() -> None:
            done.append(Outcome(work))
            self._over.put(None)

        threading.Thread(target=carry_out, name="weft-transfer", daemon=True).start()
        self._over.get()
        if self.is_ended or not done:
            raise KeyboardInterrupt
        return done[0].told()

    @contextmanager
    def by(self, end: Callable[[], object]) -> Iterator[None]:
        """While this lasts, `end` tells the other side that nobody waits any more."""
        self._ways.append(end)
        try:
            yield
        finally:
            self._ways.remove(end)

    def end(self) -> None:
        """From another thread, and more than once."""
        if self.is_ended:
            return
        self.is_ended = True
        self._over.put(None)
        for end in tuple(self._ways):
            with suppress(Exception):
                end()

    def refuse_ended(self) -> None:
        """Raises: KeyboardInterrupt."""
        if self.is_ended:
            raise KeyboardInterrupt

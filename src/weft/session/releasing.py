"""What somebody may forget to close, released once nobody holds it any more.

The collector strikes anywhere, in the middle of a registry's transaction too, where nothing may ask the registry again: it
only leaves word, and a thread of our own does what there is to do.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from weakref import WeakKeyDictionary, finalize

from weft.errors import WeftError

Release = Callable[[], None]

_forgotten: SimpleQueue[Release | None] = SimpleQueue()
"""None is the end."""
_held: WeakKeyDictionary[object, Held] = WeakKeyDictionary()


class Held:
    """What belongs to an owner and is released once: by `release`, when the owner is forgotten, or when Python ends."""

    def __init__(self, owner: object, release: Release) -> None:
        _releasing()
        self._release = release
        self._word = finalize(owner, _forgotten.put, release)
        self._word.atexit = False
        _held[owner] = self

    @property
    def is_held(self) -> bool:
        return self._word.alive

    def release(self) -> None:
        if self._word.detach() is not None:
            self._release()


@cache
def _releasing() -> threading.Thread:
    """Begun with the first that is held: no thread can be begun where the collector strikes."""
    thread = threading.Thread(target=_release_forgotten, name="weft-releasing", daemon=True)
    thread.start()
    atexit.register(_release_all, thread)
    return thread


def _release_forgotten() -> None:
    while release := _forgotten.get():
        _quietly(release)


def _release_all(thread: threading.Thread) -> None:
    """Python's end must not find the thread inside DuckDB: what is stopped there takes the process with it."""
    for held in list(_held.values()):
        _quietly(held.release)
    _forgotten.put(None)
    thread.join()


def _quietly(release: Release) -> None:
    """There is nobody to tell; a lease that could not be ended runs out."""
    with suppress(WeftError, OSError):
        release()

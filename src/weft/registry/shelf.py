"""Values made of what the registry recorded, kept while it stands as it stood: what a server does not make anew for each question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Shelf:
    """One value for each key: that of the newest state. Several threads that want the same one wait for whoever makes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, state: Hashable, make: Callable[[T | None], T]) -> T:
        """`make` is given the value of an older state, where there is one."""
        found = self._kept.get(key)
        if found is not None and found[0] == state:
            value: T = found[1]
            return value
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            found = self._kept.get(key)
            if found is not None and found[0] == state:
                made: T = found[1]
                return made
            made = make(found[1] if found else None)
            self._kept[key] = state, made
            return made

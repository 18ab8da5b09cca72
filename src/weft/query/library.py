"""Where answers come from, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from weft.access import OWNER, Reader
from weft.registry.seam import Registry
from weft.settings import Settings
from weft.store.seam import Store

T = TypeVar("T")


class Keep(Protocol):
    """Gives a value that was made of what is recorded, or makes it: `key` says which, and is made of nothing that whoever asks says."""

    def __call__(self, key: str, make: Callable[[], T]) -> T: ...


def made_anew(key: str, make: Callable[[], T]) -> T:
    """For who asks one question: nothing is kept."""
    return make()


class Ground(Protocol):
    """What questions over metadata alone are asked of: one environment as it is recorded. A library is one, and a session."""

    @property
    def settings(self) -> Settings: ...

    @property
    def registry(self) -> Registry: ...

    @property
    def environment(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Library:
    """Where answers come from: what the registry says of one environment, and the store behind it."""

    settings: Settings
    registry: Registry
    store: Store
    environment: str
    reader: Reader = OWNER
    """Who asks."""
    keep: Keep = made_anew
    """What a server keeps from question to question, by the registry's state: it must hold nothing that is one reader's alone."""

"""Questions that run, by their ids: what they are at, and how they are stopped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from weft.errors import Misuse, Unknown

if TYPE_CHECKING:
    import asyncio

    from weft.query.service.worker import Worker

State = Literal["waiting", "running", "done", "failed", "refused", "cancelled"]
Why = Literal["", "cancelled", "hung up", "seconds", "stalled", "stopping"]
REMEMBERED = 1000
"""Questions that have ended and can still be asked for."""


@dataclass(eq=False, slots=True)
class Running:
    """One question. `why` says who stopped it, where somebody did."""

    id: str
    who: str
    sql: str
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    state: State = "waiting"
    rows: int = 0
    bytes: int = 0
    milliseconds: int = 0
    failed: str = ""
    why: Why = ""
    seconds: float = 0.0
    until: float = 0.0
    sending_since: float = 0.0
    """Since when its reader takes nothing of what is there; 0 while we are the one to wait for."""
    worker: Worker | None = None
    task: asyncio.Task[object] | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in ("waiting", "running")

    def stop(self, why: Why) -> None:
        """At once, whatever it is at; the first to say so is remembered."""
        if self.is_over or self.why:
            return
        self.why = why
        if self.worker is not None:
            self.worker.kill()
        if self.task is not None and (self.worker is None or why in ("hung up", "stalled")):
            self.task.cancel()


class AllRunning:
    """Of one server process, and a while of what has ended."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Running] = OrderedDict()

    def add(self, one: Running) -> None:
        """Raises: Misuse, where another has its id."""
        if one.id in self._all:
            raise Misuse(f"there is a query '{one.id}' already", mend="Choose another id, or none.")
        self._all[one.id] = one
        if len(self._all) > REMEMBERED:
            for old in [key for key, kept in self._all.items() if kept.is_over][: len(self._all) - REMEMBERED]:
                del self._all[old]

    def found(self, id: str, who: str) -> Running:
        """One of this reader's own; an empty name may see all. Raises: Unknown."""
        one = self._all.get(id)
        if one is None or (who and one.who != who):
            raise Unknown("query", id, mend="Queries are forgotten a while after they end.")
        return one

    def of(self, who: str) -> Iterator[Running]:
        """The newest first."""
        return (one for one in reversed(self._all.values()) if not who or one.who == who)

    def under_way(self) -> list[Running]:
        return [one for one in self._all.values() if not one.is_over]

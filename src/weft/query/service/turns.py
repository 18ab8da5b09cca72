"""Whose turn it is: so many questions run at once, and whoever has the fewest of them comes next."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from contextlib import suppress

from weft.errors import Busy, TooOften
from weft.settings import QuerySettings


class Turns:
    """For one event loop. A turn that was taken is given back, once."""

    def __init__(self, most: int, settings: QuerySettings) -> None:
        self._free, self._settings = most, settings
        self._running: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[asyncio.Future[None]]] = defaultdict(deque)
        self._waits = 0
        self._served: dict[str, int] = {}
        self._number = 0

    @property
    def waiting(self) -> int:
        return self._waits

    async def take(self, who: str) -> None:
        """Returns when it is this reader's turn. Raises: TooOften, Busy, where too many wait already."""
        if self._free and not self._waits and self._running[who] < self._settings.of_reader:
            self._begin(who)
            return
        self._refuse_too_many(who)
        turn = asyncio.get_running_loop().create_future()
        self._waiting[who].append(turn)
        self._waits += 1
        self._next()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(who)
            else:
                self._forget(who, turn)
            raise

    def give(self, who: str) -> None:
        self._free += 1
        self._running[who] -= 1
        if not self._running[who]:
            del self._running[who]
        self._next()

    def _refuse_too_many(self, who: str) -> None:
        settings = self._settings
        if len(self._waiting.get(who, ())) >= settings.waiting_of_reader:
            raise TooOften(
                f"{settings.waiting_of_reader} queries of {who} wait already",
                mend="Wait for their answers, or cancel some.",
            )
        if self._waits >= settings.waiting:
            raise Busy(f"{settings.waiting} queries wait already", mend="Ask again in a moment.")

    def _begin(self, who: str) -> None:
        self._free -= 1
        self._running[who] += 1
        self._number += 1
        self._served[who] = self._number
        if len(self._served) > 10_000:
            self._served = {name: at for name, at in self._served.items() if name in self._running}

    def _next(self) -> None:
        """Of all who may, whoever has the fewest running, and of these whoever was served longest ago."""
        while self._free and self._waits:
            may = [
                who for who, turns in self._waiting.items() if turns and self._running[who] < self._settings.of_reader
            ]
            if not may:
                return
            who = min(may, key=lambda one: (self._running[one], self._served.get(one, 0)))
            turn = self._waiting[who].popleft()
            self._left(who)
            self._begin(who)
            turn.set_result(None)

    def _forget(self, who: str, turn: asyncio.Future[None]) -> None:
        with suppress(ValueError):
            self._waiting[who].remove(turn)
            self._left(who)

    def _left(self, who: str) -> None:
        self._waits -= 1
        if not self._waiting[who]:
            del self._waiting[who]

"""An answer on its way: what is known of it before its first row, then its bytes as they come, then how it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from weft.engine.apart.frames import Begun, Ended
from weft.engine.seam import Columns
from weft.errors import EngineFault, Place, StoreFault, WeftError
from weft.query.naming import QUERY

if TYPE_CHECKING:
    from weft.query.service.readying import Ready
    from weft.query.service.running import Running
    from weft.query.service.worker import Worker

ENOUGH_BYTES = 2**18
"""An answer that is no larger is known whole, with how it ended, before any of it is sent."""


REUSABLE = ("", "query", "data")
"""Ends after which a process is as it was."""
HEAVY_BYTES = 192 * 2**20
"""A process that takes more of memory is ended after its question, and what it took is given back."""


class BrokenOff(WeftError):
    """An answer that was stopped before it was whole."""


class Answering:
    """`parts` are its bytes. What it is made of is known from the start."""

    def __init__(self, running: Running, ready: Ready, worker: Worker, memory: str) -> None:
        self.running, self._ready, self._worker, self._memory = running, ready, worker, memory
        self.columns: Columns = ()
        self.is_cut = False
        self._first: list[bytes] = []
        self._ended: Ended | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it has ended, so that all of it is here."""
        return self._ended is not None

    @property
    def lines(self) -> tuple[str, ...]:
        question = self._ready.question
        return (*dict.fromkeys(question.lines.values()), *(f"mesh.{name}" for name in question.facts.values()))

    @property
    def notices(self) -> tuple[str, ...]:
        return self._ready.notices

    @property
    def masked(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each line that are not seen as they are."""
        sights = self._ready.question.sights
        return {line: tuple(sorted(sight.masks)) for line, sight in sights.items() if sight.masks}

    @property
    def filtered(self) -> tuple[str, ...]:
        """The lines of which not all rows are seen."""
        return tuple(line for line, sight in self._ready.question.sights.items() if sight.row_filters)

    async def begin(self) -> None:
        """Listens until there is enough to send, or all of it. Raises: EngineFault, BrokenOff."""
        held = 0
        while held < ENOUGH_BYTES and self._ended is None:
            match await self._worker.heard():
                case Begun() as begun:
                    self.columns = begun.columns
                case bytes() as part:
                    self._first.append(part)
                    held += len(part)
                case Ended() as ended:
                    self._end(ended)
                case _:
                    raise self._silence()

    async def parts(self) -> AsyncIterator[bytes]:
        """Raises: EngineFault, BrokenOff, where it ends before it is whole."""
        for part in self._first:
            yield part
        self._first = []
        while self._ended is None:
            match await self._worker.heard():
                case bytes() as part:
                    yield part
                case Ended() as ended:
                    self._end(ended)
                case _:
                    raise self._silence()

    def whole(self) -> bytes:
        """Of an answer that is whole already."""
        return b"".join(self._first)

    def _end(self, ended: Ended) -> None:
        self._ended = ended
        self.running.rows, self.is_cut = ended.rows, ended.is_cut
        self._worker.is_spent |= ended.why not in REUSABLE or ended.resident > HEAVY_BYTES
        if ended.failed:
            raise self._fault(ended)

    def _fault(self, ended: Ended) -> WeftError:
        if ended.why == "memory":
            return EngineFault(f"{ended.failed}: that is {self._memory}", mend=ended.mend)
        if ended.why == "unbound":
            return StoreFault(ended.failed, mend=ended.mend)
        fault = EngineFault(ended.failed, mend=ended.mend, place=Place(QUERY, ended.line) if ended.line else None)
        return self._ready.prepared.in_their_words(fault)

    def _silence(self) -> WeftError:
        """Its process has ended: somebody ended it, or it wanted more than there is."""
        self._worker.is_spent = True
        return stopped(self.running) or EngineFault(
            f"the process that computed this ended: it may have {self._memory} of memory",
            mend="Ask for less: filter, aggregate, or name the columns that you need.",
        )


def stopped(running: Running) -> BrokenOff | None:
    """Why somebody stopped it, where somebody did."""
    match running.why:
        case "":
            return None
        case "seconds":
            mend = "Ask for less: filter, aggregate, or name the columns that you need."
            return BrokenOff(f"this took longer than the {running.seconds:g} seconds that it may take", mend=mend)
        case "stalled":
            return BrokenOff("nothing of the answer was taken for too long", mend="Take it as it comes.")
        case "stopping":
            return BrokenOff("the server stops", mend="Ask again in a moment.")
        case _:
            return BrokenOff("this was cancelled")

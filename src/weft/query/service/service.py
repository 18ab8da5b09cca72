"""The query service of one server process: whatever is asked gets its turn, a process, a place in the audit trail, and an end."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from weft.engine.apart.frames import Ask
from weft.engine.apart.parameters import is_text, values
from weft.errors import EngineFault, Misuse, Refused, WeftError
from weft.names import sortable_id
from weft.product.audit import Ending, Outcome
from weft.query.library import Library
from weft.query.service.answering import Answering, stopped
from weft.query.service.demand import COMPRESSIONS, FORMS, Demand, Origin
from weft.query.service.leases import Leases
from weft.query.service.readying import Ready, Readying
from weft.query.service.recording import Recording
from weft.query.service.running import AllRunning, Running
from weft.query.service.sizes import bytes_of
from weft.query.service.turns import Turns
from weft.settings import QuerySettings

if TYPE_CHECKING:
    from weft.engine.apart import Nursery
    from weft.product.audit import AuditId
    from weft.query.service.worker import Worker

FOR_EACH_PROCESSOR = 4
HANDS = 24
"""Threads that read the registry, write the audit trail and start processes: they wait more than they work."""
WATCH_SECONDS = 0.25
LONG_SECONDS = 5.0
"""What takes longer makes way for what is short."""
T = TypeVar("T")


class Service:
    """For one event loop: `start` before the first question, `close` after the last."""

    def __init__(self, settings: QuerySettings, nursery: Nursery | None = None) -> None:
        self.settings = settings
        self.running = AllRunning()
        self.when_ended: Callable[[Running], None] = lambda running: None
        """Is told of each question that has ended."""
        self.at_once = settings.at_once or FOR_EACH_PROCESSOR * (os.cpu_count() or 1)
        self.turns = Turns(self.at_once, settings)
        self._nursery = nursery
        self._executor = ThreadPoolExecutor(HANDS, thread_name_prefix="weft-query")
        self._leases, self._recording = Leases(), Recording()
        self._readying = Readying(self._leases)
        self._memory, self._threads = bytes_of(settings.memory), os.cpu_count() or 1
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        from weft.engine.apart import QUESTIONS, Nursery
        from weft.query.service.pool import Pool

        self._pool = Pool(self._nursery or Nursery(QUESTIONS), self._executor, self.at_once)
        self._pool.start()
        self._watching = asyncio.create_task(self._watch())

    @property
    def is_ready(self) -> bool:
        """Whether there are processes to compute in."""
        return not self._pool.is_failing

    async def close(self, seconds: float = 0.0) -> None:
        """What runs may go on for so many seconds."""
        end = time.monotonic() + seconds
        while self.running.under_way() and time.monotonic() < end:
            await asyncio.sleep(WATCH_SECONDS)
        for one in self.running.under_way():
            one.stop("stopping")
        while self.running.under_way() and time.monotonic() < end + 5:
            await asyncio.sleep(WATCH_SECONDS / 10)
        if self._watching:
            self._watching.cancel()
        await self._run(self._recording.flush)
        await self._run(self._leases.close)
        await self._pool.close()
        self._executor.shutdown(wait=False)

    @asynccontextmanager
    async def ask(self, demand: Demand, library: Library, origin: Origin) -> AsyncIterator[Answering]:
        """An answer, from when there is enough of it to be sent; while it is open, it has its turn and its process.

        Raises: Misuse, Refused, Unknown, TooOften, Busy, EngineFault, BrokenOff, RegistryFault, StoreFault.
        """
        refuse_misuse(demand)
        running = self._added(demand, library, origin)
        try:
            await self.turns.take(running.who)
            try:
                async with self._answered(demand, library, (origin, running)) as answering:
                    yield answering
            finally:
                self.turns.give(running.who)
        except asyncio.CancelledError:
            self._note_end(running, "cancelled", "")
            if told := stopped(running):
                raise told from None
            raise
        except BaseException as error:
            self._note_end(running, _outcome(error, running), str(error))
            raise
        self._note_end(running, "done", "")

    def _added(self, demand: Demand, library: Library, origin: Origin) -> Running:
        most = self.settings.seconds
        seconds = min(demand.seconds, most) if demand.seconds else most
        running = Running(demand.id or sortable_id(), library.reader.name or origin.who, demand.sql, seconds=seconds)
        running.task = asyncio.current_task()
        self.running.add(running)
        return running

    def _note_end(self, running: Running, outcome: Outcome, message: str) -> None:
        running.state = outcome if outcome != "unknown" else "failed"
        running.milliseconds = _milliseconds(running)
        running.failed, running.worker, running.task = message, None, None
        self.when_ended(running)

    @asynccontextmanager
    async def _answered(self, demand: Demand, library: Library, of: tuple[Origin, Running]) -> AsyncIterator[Answering]:
        origin, running = of
        running.state, running.until = "running", time.monotonic() + running.seconds
        ready = self._quickly(demand, library)
        if ready is None:
            ready = await self._run(partial(self._ready, demand, library, origin))
        begin = partial(self._recording.begin, ready, library, origin)
        worker = await self._pool.worker(ready.decided, (self._memory, self._threads))
        running.worker = worker
        answering = Answering(running, ready, worker, self.settings.memory)
        try:
            beginning = self._later(begin)
            fault = await self._fault(worker, self._asked(demand, ready), answering)
            async with self._recorded(library, beginning, running):
                if fault:
                    raise fault
                yield answering
        finally:
            worker.is_spent |= not answering.is_whole
            running.worker = None
            self._pool.give_back(worker)

    async def _fault(self, worker: Worker, ask: Ask, answering: Answering) -> BaseException | None:
        """What went wrong before there was anything to send: it was asked nevertheless, and is written down."""
        try:
            await worker.ask(ask)
            await answering.begin()
        except OSError as error:
            return stopped(answering.running) or EngineFault(f"the process that was to answer ended: {error}")
        except BaseException as error:
            return error
        return None

    @asynccontextmanager
    async def _recorded(
        self, library: Library, beginning: asyncio.Future[AuditId], running: Running
    ) -> AsyncIterator[None]:
        """Nothing is sent before it is written down who asks what; how it ended is written whatever happens."""
        outcome: Outcome = "cancelled"
        message = ""
        complete = partial(self._complete, library, running)
        try:
            id = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            beginning.add_done_callback(lambda done: done.exception() or complete(done.result(), "cancelled", ""))
            raise
        try:
            yield
            outcome = "done"
        except Exception as error:
            outcome = "cancelled" if running.why else "failed"
            message = error.message if isinstance(error, WeftError) else type(error).__name__
            raise
        finally:
            complete(id, outcome, message)

    def _complete(self, library: Library, running: Running, id: AuditId, outcome: Outcome, message: str) -> None:
        ending = Ending(outcome, running.rows, running.bytes, _milliseconds(running), message)
        self._recording.complete(library.registry, id, ending)

    def _quickly(self, demand: Demand, library: Library) -> Ready | None:
        """What is not well is found again in a thread, where it may be written down."""
        try:
            return self._readying.quickly(demand, library)
        except WeftError:
            return None

    def _ready(self, demand: Demand, library: Library, origin: Origin) -> Ready:
        try:
            return self._readying.ready(demand, library)
        except Refused as refusal:
            self._recording.refused(refusal, demand.sql, library, origin)
            raise

    def _asked(self, demand: Demand, ready: Ready) -> Ask:
        said = demand.parameters
        given = dict(said) if isinstance(said, Mapping) else tuple(said)
        return Ask(
            ready.prepared.sql,
            given,
            demand.form,
            datetime.now(UTC),
            most=demand.rows,
            refused_above=self.settings.rows,
            compression=demand.compression,
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.monotonic()
            for one in self.running.under_way():
                if one.worker is None:
                    continue
                if now > one.until:
                    one.stop("seconds")
                elif one.sending_since and now - one.sending_since > self.settings.stalled_seconds:
                    one.stop("stalled")
                elif not one.worker.is_spent and now > one.until - one.seconds + LONG_SECONDS:
                    one.worker.make_way()
            if self._recording.is_waiting:
                await self._run(self._recording.flush)

    def _later(self, act: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._executor, act)

    async def _run(self, act: Callable[[], T]) -> T:
        return await self._later(act)


def _outcome(error: BaseException, running: Running) -> Outcome:
    return "refused" if isinstance(error, Refused) else "cancelled" if running.why else "failed"


def _milliseconds(running: Running) -> int:
    return round((datetime.now(UTC) - running.began).total_seconds() * 1000)


def refuse_misuse(demand: Demand) -> None:
    """Raises: Misuse."""
    if not demand.sql.strip():
        raise Misuse("there is no SQL", mend="Write a SELECT.")
    if not all(map(is_text, (demand.sql, *demand.given))):
        raise Misuse("this is no text: it has half a character")
    if demand.form not in FORMS:
        raise Misuse(f"there is no form '{demand.form}'", mend=f"There is: {', '.join(FORMS)}.")
    if demand.compression and demand.compression not in COMPRESSIONS[demand.form]:
        raise Misuse(
            f"{demand.form} is not compressed with '{demand.compression}'",
            mend=f"There is: {', '.join(COMPRESSIONS[demand.form])}.",
        )
    if demand.rows < 0 or demand.seconds < 0:
        raise Misuse("`rows` and `seconds` are no less than 0")
    values(demand.parameters)

"""Warm processes, by what they may see: started ahead, kept while they are used, replaced when they are spent."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from weft.engine.apart import Child, Nursery
from weft.errors import Busy, EngineFault
from weft.query.service.worker import Worker

if TYPE_CHECKING:
    from weft.query.service.readying import Decided

LOG = logging.getLogger("weft.query")
AHEAD_SECONDS = 0.3
"""A server that starts has more urgent things to do than to import what nobody needs yet."""
SPARE = 2
"""Processes that are started ahead, and bound to nothing yet."""
T = TypeVar("T")


class Pool:
    """For one event loop, and as many questions at once as there are turns: `most` processes are idle beside them."""

    def __init__(self, nursery: Nursery, executor: Executor, most: int) -> None:
        self._nursery, self._executor, self._most = nursery, executor, most
        self._idle: OrderedDict[Worker, None] = OrderedDict()
        """The one that was used last comes last."""
        self._spare: list[Child] = []
        self._refilling: asyncio.Task[None] | None = None
        self.is_failing = False
        """Whether the system gave no process when one was last to be started ahead."""
        self._ending: set[asyncio.Future[None]] = set()
        self._over = asyncio.Event()

    def start(self) -> None:
        """Warm processes are there soon; who asks sooner waits for the first of them."""
        self._refilling = asyncio.create_task(self._refilled(AHEAD_SECONDS))

    async def worker(self, decided: Decided, bound: tuple[int, int]) -> Worker:
        """One that sees what was decided; `bound` are its bytes of memory and its threads. Raises: Busy, EngineFault."""
        for worker in reversed(self._idle):
            if worker.decided == decided:
                del self._idle[worker]
                return worker
        child = self._spare.pop() if self._spare else await self._born()
        self._refill()
        worker = Worker(child, decided)
        try:
            await worker.bind(*bound)
        except OSError as error:
            self.retire(worker)
            raise EngineFault("the process that was to answer ended", mend="Ask again.") from error
        except asyncio.CancelledError:
            self.retire(worker)
            raise
        return worker

    async def _born(self) -> Child:
        """Raises: Busy, where the system gives no process."""
        being_born = self._loop.run_in_executor(self._executor, self._nursery.child)
        try:
            return await asyncio.shield(being_born)
        except EngineFault as fault:
            raise Busy(fault.message, mend=fault.mend) from fault
        except asyncio.CancelledError:
            being_born.add_done_callback(self._keep)
            raise

    def _keep(self, born: asyncio.Future[Child]) -> None:
        """Who asked for it has gone: it is for the next."""
        if born.exception():
            return
        if self._over.is_set():
            self._nursery.end(born.result())
        else:
            self._spare.append(born.result())

    def give_back(self, worker: Worker) -> None:
        if worker.is_spent or self._over.is_set():
            self.retire(worker)
            return
        self._idle[worker] = None
        while len(self._idle) > self._most:
            self.retire(self._idle.popitem(last=False)[0])

    def retire(self, worker: Worker) -> None:
        """Ends its process; the memory that it took is given back with it."""
        worker.kill()
        ending = self._loop.run_in_executor(self._executor, self._nursery.end, worker.child)
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        self._over.set()
        if self._refilling:
            await asyncio.wait([self._refilling])
        for worker in self._idle:
            self.retire(worker)
        for child in self._spare:
            await self._run(partial(self._nursery.end, child))
        self._idle.clear()
        self._spare.clear()
        await asyncio.gather(*self._ending, return_exceptions=True)
        await self._run(self._nursery.close)

    def _refill(self) -> None:
        if len(self._spare) < SPARE and (self._refilling is None or self._refilling.done()) and not self._over.is_set():
            self._refilling = asyncio.create_task(self._refilled())

    async def _refilled(self, after_seconds: float = 0.0) -> None:
        """What cannot be started ahead is started when it is needed, and its reason is told then."""
        if after_seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), after_seconds)
        try:
            while len(self._spare) < SPARE and not self._over.is_set():
                self._spare.append(await self._run(self._nursery.child))
            self.is_failing = False
        except EngineFault as fault:
            LOG.error(fault.message)
            self.is_failing = True

    @property
    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def _run(self, act: Callable[[], T]) -> T:
        return await self._loop.run_in_executor(self._executor, act)

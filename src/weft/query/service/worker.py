"""One process apart, spoken with from an event loop: what it is bound to, what it is asked, and what it says."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from weft.engine.apart.frames import DATA, HEAD, REPLIES, Ask, Bind, Reply, framed

if TYPE_CHECKING:
    from weft.engine.apart import Child
    from weft.query.service.readying import Decided

SMALL_BYTES = 2**16
LARGE_BYTES = 2**20


class Worker:
    """For one question after the other. `decided` is what it may see, from its first question to its end."""

    def __init__(self, child: Child, decided: Decided) -> None:
        child.control.setblocking(False)
        self.child, self.decided = child, decided
        self.is_spent = False
        """Whether nothing may be asked of it any more."""
        self._loop = asyncio.get_running_loop()
        self._read = b""
        self._left = 0
        """Bytes of data that are still to come of the frame that was begun."""

    async def bind(self, memory: int, threads: int) -> None:
        """Raises: OSError."""
        tables = {name: table.content for name, table in self.decided.tables}
        content = framed(Bind(dict(self.decided.files), tuple(tables), memory, threads))
        for table in tables.values():
            content += HEAD.pack(len(table), DATA) + table
        await self._loop.sock_sendall(self.child.control, content)

    async def ask(self, ask: Ask) -> None:
        """Raises: OSError."""
        await self._loop.sock_sendall(self.child.control, framed(ask))

    async def heard(self) -> Reply | bytes | None:
        """A message, or some data; None where the process has ended."""
        if self._left:
            return await self._some()
        head = await self._exactly(HEAD.size)
        if head is None:
            return None
        size, kind = HEAD.unpack(head)
        if kind == DATA:
            self._left = size
            return await self._some()
        content = await self._exactly(size)
        return None if content is None else REPLIES.decode(content)

    async def _some(self) -> bytes | None:
        if self._read:
            part, self._read = self._read[: self._left], self._read[self._left :]
        else:
            part = await self._received(min(self._left, LARGE_BYTES))
        self._left -= len(part)
        return part or None

    async def _exactly(self, size: int) -> bytes | None:
        while len(self._read) < size:
            part = await self._received(SMALL_BYTES)
            if not part:
                return None
            self._read += part
        found, self._read = self._read[:size], self._read[size:]
        return found

    async def _received(self, most: int) -> bytes:
        try:
            return await self._loop.sock_recv(self.child.control, most)
        except ConnectionError:
            return b""

    def kill(self) -> None:
        """Ends what it computes; who listens to it hears its end."""
        self.is_spent = True
        with suppress(ProcessLookupError):
            os.kill(self.child.number, signal.SIGKILL)

    def make_way(self) -> None:
        """Lets shorter questions go before the one that it computes: from now on, and for all of its threads."""
        self.is_spent = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PGRP, self.child.number, 10)

"""Messages and rows on their way out: gathered, so that a small answer is one write, and handed on where they lie in memory."""

from __future__ import annotations

import socket
import time
import zlib
from typing import Protocol

from weft.engine.apart.frames import DATA, HEAD, Reply, framed

ENOUGH_BYTES = 2**16
SOON_SECONDS = 0.1
"""Rows that come slowly are not kept back for longer."""
MOST_PARTS = 512
"""Of one system call; Linux takes 1,024."""


GZIP = zlib.MAX_WBITS | 16
QUICK = 1


class Sink(Protocol):
    def write(self, data: bytes | memoryview) -> int: ...


class Outgoing:
    """A file to Arrow's writers, as far as they need one."""

    closed = False

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._ready: list[memoryview] = []
        self._data: list[memoryview] = []
        self._bytes = 0
        self._flushed_at = time.monotonic()

    def message(self, message: Reply) -> None:
        self._close_frame()
        self._ready.append(memoryview(framed(message)))

    def write(self, data: bytes | memoryview) -> int:
        view = memoryview(data).cast("B")
        self._data.append(view)
        self._bytes += view.nbytes
        return view.nbytes

    def flush_some(self) -> None:
        if self._bytes >= ENOUGH_BYTES or time.monotonic() - self._flushed_at > SOON_SECONDS:
            self.flush()

    def flush(self) -> None:
        self._close_frame()
        ready, self._ready = self._ready, []
        for first in range(0, len(ready), MOST_PARTS):
            self._send(ready[first : first + MOST_PARTS])
        self._flushed_at = time.monotonic()

    def _close_frame(self) -> None:
        if self._bytes:
            self._ready += (memoryview(HEAD.pack(self._bytes, DATA)), *self._data)
            self._data, self._bytes = [], 0

    def _send(self, parts: list[memoryview]) -> None:
        while parts:
            sent = self._control.sendmsg(parts)
            while parts and sent >= parts[0].nbytes:
                sent -= parts.pop(0).nbytes
            if sent:
                parts[0] = parts[0][sent:]

    def close(self) -> None:
        """The socket stays open for the next answer."""


class Zipping:
    """The same file, whose bytes are made small on their way. `finish` is to be called where all went well."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._zip = zlib.compressobj(QUICK, zlib.DEFLATED, GZIP)

    def write(self, data: bytes | memoryview) -> int:
        self._out.write(self._zip.compress(data))
        return len(data)

    def finish(self) -> None:
        self._out.write(self._zip.flush())


class Copying:
    """The same file, to who fills one buffer over and over."""

    closed = False

    def __init__(self, out: Sink) -> None:
        self._out = out

    def write(self, data: bytes | memoryview) -> int:
        return self._out.write(bytes(data))

    def close(self) -> None:
        """The socket stays open for the next answer."""

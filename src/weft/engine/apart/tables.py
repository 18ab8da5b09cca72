"""Questions over Arrow tables, answered in a process apart: for SQL that others wrote, where the process that asks has to live on."""

from __future__ import annotations

import atexit
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from weft.engine.apart.asking import Limits
from weft.engine.apart.frames import DATA, HEAD, REPLIES, Ask, Begun, Bind, Ended, exactly, framed
from weft.engine.apart.nursery import QUESTIONS, Child, Nursery
from weft.engine.seam import Columns
from weft.errors import EngineFault, Place

if TYPE_CHECKING:
    import pyarrow as pa

QUERY = "query"


@cache
def nursery() -> Nursery:
    """One for this process, whoever asks; it ends with it."""
    found = Nursery(QUESTIONS)
    atexit.register(found.close)
    return found


class TablesApart:
    """For one thread. A process is had with the first question, and anew after one that took too much. Use it in a `with`."""

    def __init__(self, tables: Mapping[str, pa.Table], as_of: datetime, limits: Limits) -> None:
        self._tables = {name: _streamed(table) for name, table in tables.items()}
        self._as_of, self._limits = as_of, limits
        self._child: Child | None = None

    def rows(self, sql: str, most: int) -> tuple[Columns, list[pa.RecordBatch]]:
        """What a question returns, its first rows. Raises: EngineFault, also where it took too long or its process ended."""
        child = self._bound()
        end = time.monotonic() + self._limits.seconds
        try:
            child.control.sendall(framed(Ask(sql, (), "arrow", self._as_of, most)))
            columns, content, ended = self._heard(child, end)
        except TimeoutError as error:
            self._end()
            mend = "Ask for less, or join on fewer rows."
            raise EngineFault(f"it took longer than {self._limits.seconds:g} s", mend=mend) from error
        except OSError as error:
            self._end()
            raise _spent(self._limits) from error
        if ended.failed:
            raise EngineFault(ended.failed, mend=ended.mend, place=Place(QUERY, ended.line) if ended.line else None)
        return columns, _batches(content)

    def _heard(self, child: Child, end: float) -> tuple[Columns, bytes, Ended]:
        """Raises: TimeoutError, OSError."""
        columns: Columns = ()
        content = bytearray()
        while True:
            child.control.settimeout(max(0.001, end - time.monotonic()))
            head = exactly(HEAD.size, child.control)
            size, kind = HEAD.unpack(head) if head else (0, DATA)
            part = exactly(size, child.control) if head else None
            if part is None:
                raise ConnectionResetError("the process ended")
            if kind == DATA:
                content += part
                continue
            reply = REPLIES.decode(part)
            if isinstance(reply, Begun):
                columns = reply.columns
            elif isinstance(reply, Ended):
                return columns, bytes(content), reply

    def _bound(self) -> Child:
        if self._child is None:
            self._child = nursery().child()
            memory = self._limits.memory_bytes // 2
            self._child.control.sendall(framed(Bind({}, tuple(self._tables), memory, 1)))
            for content in self._tables.values():
                self._child.control.sendall(HEAD.pack(len(content), DATA) + content)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            nursery().end(child)

    def __enter__(self) -> TablesApart:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def _streamed(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _batches(content: bytes) -> list[pa.RecordBatch]:
    import pyarrow as pa

    with pa.ipc.open_stream(content) as stream:
        return list(stream)


def _spent(limits: Limits) -> EngineFault:
    megabytes = f"{limits.memory_bytes / 2**20:,.0f} MiB"
    return EngineFault(f"its process ended; it may have {megabytes} of memory", mend="Ask for less.")

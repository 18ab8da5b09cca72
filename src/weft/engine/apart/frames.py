"""What the two sides of a socket say to each other: a length, then that many bytes of one message."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from datetime import datetime

import msgspec

from weft.engine.seam import Built
from weft.product.checks import CheckResult, Suite

HEAD = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Task:
    """One suite to prove over files. `as_of` is what now() says, `memory` bytes are DuckDB's."""

    suite: Suite
    files: tuple[str, ...]
    built: Built
    as_of: datetime
    memory: int


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task; the first one says that the process is ready. `failed` says why nothing could be computed."""

    results: tuple[CheckResult, ...] = ()
    failed: str = ""


def send(to: socket.socket, message: Task | Done) -> None:
    content = msgspec.msgpack.encode(message)
    to.sendall(HEAD.pack(len(content)) + content)


def received(by: socket.socket) -> bytes | None:
    """One message, None where the other side is gone. Raises: TimeoutError, OSError."""
    head = _exactly(HEAD.size, by)
    return _exactly(HEAD.unpack(head)[0], by) if head else None


def _exactly(size: int, by: socket.socket) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        part = by.recv(size - len(found))
        if not part:
            return None
        found += part
    return bytes(found)

"""What the two sides of a socket say to each other: a head with length and kind, then that many bytes."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from weft.engine.reading import Files
from weft.engine.seam import Built, Columns
from weft.product.checks import CheckResult, Suite
from weft.sql.remembered import Remembered

HEAD = struct.Struct("!IB")
MESSAGE, DATA = 0, 1
"""Kinds of frames: a message of ours, or bytes that are handed on as they are."""


class Prove(msgspec.Struct, tag=True, frozen=True):
    """One suite to prove over files. `as_of` is what now() says, `memory` bytes are DuckDB's."""

    suite: Suite
    files: tuple[str, ...]
    built: Built
    as_of: datetime
    memory: int
    remembered: Remembered = msgspec.field(default_factory=Remembered)
    """What is known of its rules, which are then not read again."""


class Bind(msgspec.Struct, tag=True, frozen=True):
    """What all questions to come may read: files by name, and Arrow tables, which follow as a frame of data each.

    `memory` bytes are DuckDB's; half as much again, in addresses, is what the process may take besides.
    """

    files: dict[str, Files]
    tables: tuple[str, ...]
    memory: int
    threads: int


class Ask(msgspec.Struct, tag=True, frozen=True):
    """One question. `parameters` are by name or by place; `most` rows are enough (0: all), above `refused_above` it fails."""

    sql: str
    parameters: dict[str, Any] | tuple[Any, ...]
    form: str
    as_of: datetime
    most: int = 0
    refused_above: int = 0
    compression: str = ""


class Done(msgspec.Struct, tag=True, frozen=True):
    """What became of a suite, or that the process is ready. `failed` says why nothing could be computed."""

    results: tuple[CheckResult, ...] = ()
    failed: str = ""


class Begun(msgspec.Struct, tag=True, frozen=True):
    """A question binds: these are its columns, and its rows follow as data."""

    columns: Columns


class Ended(msgspec.Struct, tag=True, frozen=True):
    """No more data follows. `failed` says why not; `why` is its kind: query, memory, rows or data.

    `resident` bytes are what the process takes of memory by now.
    """

    rows: int = 0
    is_cut: bool = False
    failed: str = ""
    mend: str = ""
    line: int = 0
    why: str = ""
    resident: int = 0


Task = Prove | Bind | Ask
Reply = Done | Begun | Ended


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def _told(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind.__name__)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
TASKS: msgspec.msgpack.Decoder[Task] = msgspec.msgpack.Decoder(Task, dec_hook=_told)
REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def framed(message: Task | Reply) -> bytes:
    content = _ENCODER.encode(message)
    return HEAD.pack(len(content), MESSAGE) + content


def send(to: socket.socket, message: Task | Reply) -> None:
    to.sendall(framed(message))


def received(by: socket.socket) -> bytes | None:
    """The content of one frame, None where the other side is gone. Raises: TimeoutError, OSError."""
    head = exactly(HEAD.size, by)
    return exactly(HEAD.unpack(head)[0], by) if head else None


def exactly(size: int, by: socket.socket) -> bytes | None:
    """So many bytes, None where the other side is gone. Raises: TimeoutError, OSError."""
    found = bytearray(size)
    view, at = memoryview(found), 0
    while at < size:
        part = by.recv_into(view[at:])
        if not part:
            return None
        at += part
    return bytes(found)

"""Answers that were given before, kept in a folder of the checkout's own: what is as it was is not sent again."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from weft.wire.connection import Answered, Connection, Request

TAG_BYTES = 34
"""An entity tag as the server says it: 32 hexadecimal digits in quotes."""
KEPT_SECONDS = 7 * 86_400.0


class Keeping:
    """Asks safe questions with the answer that is held already; the folder may be deleted at any time."""

    def __init__(self, connection: Connection, folder: Path, whose: str) -> None:
        self._connection, self._folder, self._whose = connection, folder, whose

    def ask(self, request: Request) -> Answered:
        if not isinstance(request.body, bytes):
            return self._connection.ask(request)
        file = self._folder / self._name(request)
        tag, held = _read(file)
        asked = replace(request, headers={**request.headers, "If-None-Match": tag}) if tag else request
        answered = self._connection.ask(asked)
        if answered.status == 304:
            _touch(file)
            return replace(answered, status=200, body=held)
        if len(new := answered.headers.get("etag", "")) == TAG_BYTES:
            _write(file, new.encode() + answered.body)
        return answered

    def sweep(self) -> None:
        before = time.time() - KEPT_SECONDS
        for file in self._folder.glob("*.answer"):
            with suppress(OSError):
                if file.stat().st_mtime < before:
                    file.unlink()

    def _name(self, request: Request) -> str:
        """Of the question, of whom, and as whom it is asked: what one may see is not shown to another."""
        parts = (self._connection.server, self._whose, request.path)
        hashed = blake2b("\n".join(parts).encode(), digest_size=16)
        hashed.update(request.body if isinstance(request.body, bytes) else b"")
        return f"{hashed.hexdigest()}.answer"


def _read(file: Path) -> tuple[str, bytes]:
    try:
        found = file.read_bytes()
    except OSError:
        return "", b""
    return found[:TAG_BYTES].decode("ascii", "replace"), found[TAG_BYTES:]


def _touch(file: Path) -> None:
    with suppress(OSError):
        os.utime(file)


def _write(file: Path, content: bytes) -> None:
    """What cannot be kept is asked for again."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        partial.replace(file)

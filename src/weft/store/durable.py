"""What makes a file certain: it is on disk, so is its name, and its bytes are known by a digest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

DIGEST_BYTES = 16
CHUNK_BYTES = 1 << 20
ATTEMPTS = 5


def digest_of(file: BinaryIO) -> tuple[int, str]:
    """Size and BLAKE2b-128 of what is left to read; the interpreter's lock is free while it computes."""
    digest, size = hashlib.blake2b(digest_size=DIGEST_BYTES), 0
    # Most files are small, and a buffer is filled with zeros first.
    chunk = memoryview(bytearray(min(CHUNK_BYTES, max(os.fstat(file.fileno()).st_size, 1))))
    while read := file.readinto(chunk):  # type: ignore[attr-defined]
        digest.update(chunk[:read])
        size += read
    return size, digest.hexdigest()


def made_durable(folder: Path) -> None:
    """Puts the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def made_folder(folder: Path) -> bool:
    """Makes a folder and all above it, and says whether it had to; one that is there is marked as in use.

    A sweeper may take an empty parent away between its making and ours: then all of it is made again.
    """
    if folder.is_dir():
        os.utime(folder)
        return False
    for _ in range(ATTEMPTS):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError:
            continue
        return True
    folder.mkdir(parents=True, exist_ok=True)
    return True

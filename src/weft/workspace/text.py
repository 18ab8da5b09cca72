"""The text of one file of the workspace, and its digest; what cannot be read is a fault that names it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from weft.errors import Fault, Faults, Place


def digest_of(content: bytes) -> str:
    """BLAKE2b-128, in hexadecimal."""
    return blake2b(content, digest_size=16).hexdigest()


def bytes_of(root: Path, file: str) -> bytes:
    """Raises: Faults."""
    try:
        return (root / file).read_bytes()
    except OSError as error:
        raise Faults([Fault(Place(file), f"it cannot be read: {error.strerror or error}")]) from error


def text_of(content: bytes, file: str) -> str:
    """UTF-8, with or without its mark. Raises: Faults, with the line of the first byte that is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Faults([Fault(Place(file, line), "this is not UTF-8", "Save the file as UTF-8.")]) from error

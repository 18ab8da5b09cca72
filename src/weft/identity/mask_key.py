"""The key that hashed columns are hashed with: in the environment, or in a file of this machine that its owner alone may read.

It is in neither the registry nor the store nor the repository: who has all three can undo no hash. Servers that stand side by
side have the same one from their environment.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from weft.errors import Misuse, Refused
from weft.names import sortable_id

VARIABLE = "WEFT_MASK_KEY"
FILE = "mask.key"
KEY_BYTES = 32
LEAST = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def mask_key(folder: Path) -> bytes:
    """Of the environment, else of the file in a folder, which is made where there is none.

    Raises: Misuse, where it is too short or cannot be read; Refused, where others may read the file. No message shows any of it.
    """
    if said := os.environ.get(VARIABLE, "").strip():
        return _key(said.encode(), VARIABLE)
    file = folder / FILE
    try:
        if not file.exists():
            _make(file)
        if os.name == "posix" and file.stat().st_mode & OTHERS:
            raise Refused(f"others may read the key of masks {file}", mend=f"Make it yours alone: chmod 600 {file}.")
        return _key(file.read_bytes().strip(), str(file))
    except OSError as error:
        mend = f"Give a key of {LEAST} characters or more in {VARIABLE}."
        raise Misuse(f"the key of masks {file} cannot be read or made: {error.strerror}", mend=mend) from error


def _key(said: bytes, where: str) -> bytes:
    if len(said) < LEAST:
        raise Misuse(f"the key of masks in {where} is too short", mend=f"Give {LEAST} characters or more, of chance.")
    return said


def _make(file: Path) -> None:
    """Whole or not at all, and once, however many start at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}-{sortable_id()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(os.urandom(KEY_BYTES).hex().encode() + b"\n")
        written.flush()
        os.fsync(written.fileno())
    with suppress(FileExistsError):
        os.link(partial, file)
    partial.unlink()

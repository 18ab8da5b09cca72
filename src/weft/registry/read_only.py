"""A registry in a folder that may only be read: an archive, a snapshot of a disk, another's mesh.

SQLite's write-ahead log wants a file beside it even to read. Where the log is empty none is needed, as long as nobody writes
meanwhile, so that is looked at before and after.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from weft.errors import RegistryBusy, RegistryFault

MEND_LOG = "Its newest changes stand in a log that only who may write can take in: run `weft history` once where the folder may be written."


class Unwritable(RegistryFault):
    """The registry may only be read here."""

    def __init__(self, path: Path) -> None:
        mend = f"Run this where {path.parent} may be written; questions are answered here all the same."
        super().__init__(f"the registry {path} may only be read here", mend=mend)


class Standing(NamedTuple):
    """What tells whether a registry's file changed, and the length of its log."""

    bytes: int
    modified_ns: int
    log_bytes: int


def is_read_only(path: Path) -> bool:
    """Whether a registry is there, and this user or this disk does not let it be written."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One view. Raises: RegistryBusy where it changed meanwhile, sqlite3.Error."""
    before = _standing(path)
    more = "" if before.log_bytes else "&immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{more}", uri=True, isolation_level=None)
    try:
        connection.execute("BEGIN")
        yield connection
    except sqlite3.Error as error:
        if before.log_bytes and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CANTOPEN:
            raise RegistryFault(f"the registry {path} cannot be read here", mend=MEND_LOG) from error
        raise
    finally:
        connection.close()
    if more and _standing(path) != before:
        raise RegistryBusy(f"the registry {path} was written while it was read", mend="Run again.")


def _standing(path: Path) -> Standing:
    file, log = path.stat(), path.with_name(f"{path.name}-wal")
    return Standing(file.st_size, file.st_mtime_ns, log.stat().st_size if log.exists() else 0)

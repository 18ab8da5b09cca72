"""What is said where there is no room to write what arrives: that is the disk's doing or a limit's, never the source's."""

from __future__ import annotations

import errno
import os

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MENDS = {
    errno.EDQUOT: "Free some of your disk quota, then apply again.",
    errno.EFBIG: "Files of this size are not allowed here: raise the limit (`ulimit -f`), then apply again.",
}
SIGNS = {os.strerror(number): number for number in FULL} | {
    "Could not write all bytes": errno.ENOSPC,
    "max_temp_directory_size": errno.ENOSPC,
}
"""How DuckDB passes on what the operating system told it; the last is its own, for what it puts aside while it sorts."""


def no_room(error: BaseException, path: str) -> OSError | None:
    """The operating system's error behind one of DuckDB's, where that is one of these."""
    number = next((number for sign, number in SIGNS.items() if sign in str(error)), None)
    return None if number is None else OSError(number, os.strerror(number), path)


def mend(error: OSError) -> str:
    return MENDS.get(error.errno or 0, "Free some disk space, then apply again.")

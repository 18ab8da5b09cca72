"""The file system's errors, in words: where, how much is free, and what to do."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weft.errors import StoreFault
from weft.names import LineName, product_of

MEGABYTE = 1_000_000
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise fault_of(error, Path(error.filename) if error.filename else path) from error


def fault_of(error: OSError, path: Path) -> StoreFault:
    if error.errno in FULL:
        return StoreFault(
            f"no space to write {path} ({space(path)})",
            mend="Free some, or give the store another folder in mesh.yaml (store:); then apply again: nothing was half published.",
        )
    if error.errno in FORBIDDEN:
        return StoreFault(f"{path} may not be written: {error.strerror}", mend="See that you own the store's folder.")
    return StoreFault(
        f"{path}: {error.strerror or error}", mend="See that the store's folder is there and can be written."
    )


def missing(path: Path, line: LineName) -> StoreFault:
    return StoreFault(
        f"{line}: its file {path} is missing",
        mend=f"Restore it from a copy, or build it anew: weft apply --full --select {product_of(line)}",
    )


def space(path: Path) -> str:
    """`12 MB free of 500 MB`, of the disk that the path would be on."""
    place = next(parent for parent in (path, *path.parents) if parent.exists())
    usage = shutil.disk_usage(place)
    return f"{usage.free / MEGABYTE:,.0f} MB free of {usage.total / MEGABYTE:,.0f} MB"

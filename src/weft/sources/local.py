"""Local files of a source: which there are, and whether they changed, by size and time first and bytes only then.

Thousands of files are looked at in each plan: `os` takes half the time of `pathlib` for that.
"""

# ruff: noqa: PTH112, PTH116, PTH123, PTH207

from __future__ import annotations

import glob
import os
import stat
import time
from collections.abc import Mapping
from hashlib import blake2b

from weft.errors import SourceFault
from weft.sources.location import FORMATS, PACKED, Location

RACY_NS = 2_000_000_000
"""A file changed within this time of its digest may change again without its time telling (coarse clocks)."""
CHUNK = 1 << 20


def files(location: Location) -> dict[str, os.stat_result]:
    """The files of a source, by absolute path in order. Raises: SourceFault where there is none."""
    target = location.target
    try:
        if os.path.isdir(target):
            return _folder(location, target)
        if glob.has_magic(target) and not os.path.lexists(target):
            return _pattern(location, target)
        return {target: _regular(location, target)}
    except FileNotFoundError as error:
        what = f"source file `{location.shown(error.filename or target)}` is missing"
        raise SourceFault(what, mend=MEND, place=location.place) from error
    except OSError as error:
        shown = location.shown(error.filename or target)
        raise SourceFault(f"{shown} cannot be read ({error.strerror})", mend=MEND, place=location.place) from error


def _regular(location: Location, path: str) -> os.stat_result:
    """A pipe would be waited for without end."""
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise SourceFault(f"{location.shown(path)} is no file", mend=MEND, place=location.place)
    return found


MEND = "Put the file there, or say in the contract's server where it is."


def _folder(location: Location, folder: str) -> dict[str, os.stat_result]:
    endings = tuple(
        f".{ending}{packed}"
        for ending, kind in FORMATS.items()
        if kind == (location.format or kind)
        for packed in ("", *(f".{p}" for p in PACKED))
    )
    with os.scandir(folder) as entries:
        found = {
            e.path: e.stat() for e in entries if e.is_file() and e.name.lower().endswith(endings) and e.name[0] != "."
        }
    if not found:
        what = f"the folder {location.shown(folder)} holds no {location.format or 'CSV, JSON or Parquet'} file"
        raise SourceFault(what, place=location.place)
    return dict(sorted(found.items()))


def _pattern(location: Location, pattern: str) -> dict[str, os.stat_result]:
    looked = ((path, os.stat(path)) for path in sorted(glob.glob(pattern, recursive=True)))
    found = {path: status for path, status in looked if stat.S_ISREG(status.st_mode)}
    if not found:
        shown = location.shown(pattern)
        raise SourceFault(f"no file matches {shown}", mend=MEND, place=location.place)
    return found


def parts(location: Location, previous: Mapping[str, str]) -> dict[str, str]:
    """Each file as shown, to `size:mtime_ns:digest`; only files whose size or time is not as in `previous` are read.

    A time of 0 stands for one too young to be trusted: such a file is digested again the next time.
    """
    return {location.shown(path): _part(location, path, status, previous) for path, status in files(location).items()}


def _part(location: Location, path: str, status: os.stat_result, previous: Mapping[str, str]) -> str:
    seen = f"{status.st_size}:{status.st_mtime_ns}:"
    before = previous.get(location.shown(path), "")
    if before.startswith(seen):
        return before
    now = time.time_ns()
    try:
        digest = digest_of(path)
    except OSError as error:
        shown = location.shown(path)
        raise SourceFault(f"{shown} cannot be read ({error.strerror})", mend=MEND, place=location.place) from error
    return f"{seen if now - status.st_mtime_ns > RACY_NS else f'{status.st_size}:0:'}{digest}"


def digest_of(path: str) -> str:
    """BLAKE2b-128 of a file's bytes, hexadecimal."""
    digest = blake2b(digest_size=16)
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

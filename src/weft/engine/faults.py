"""DuckDB's errors in our words: without its noise, with the author's line and the closest name."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from weft.errors import EngineFault, Place, StoreFault, TransformFault, WeftError, did_you_mean

NOISE = re.compile(r"^(?:[A-Z][A-Za-z/ ]* Error: )+")
AT_LINE = re.compile(r"\n\s*LINE (\d+): .*", re.DOTALL)
NO_COLUMN = re.compile(
    r'Referenced column "([^"]+)" not found|Column "([^"]+)" in (?:EXCLUDE|REPLACE)|have a column named "([^"]+)"'
    r'|Column "([^"]+)" referenced that exists in the SELECT clause'
)
"""The last where a column is read that only the SELECT itself makes, under the same name: `any_value(built) AS built`."""
NO_TABLE = re.compile(r'Table with name "?([^" ]+)"? does not exist')
NO_FUNCTION = re.compile(r"Function with name \"?([^\" ]+)\"? does not exist")
HINT = re.compile(r'\n(?:Did you mean|Candidate)[^"\n]*"([^"]*)"')
AS_WRITTEN = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
FULL_DISK = (
    "No space left",
    "ENOSPC",
    "File too large",
    "Disk quota",
    "max_temp_directory_size",
    "Could not write all bytes",
)


def line_of(error: duckdb.Error, sql: str = "") -> int:
    """The line that DuckDB points at, from 1, else the first of the text that says the column that it names; else 0."""
    if found := AT_LINE.search(str(error)):
        return int(found[1])
    name = _column_missed(str(error))
    said = re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE) if name else None
    return sql.count("\n", 0, said.start()) + 1 if said else 0


def _column_missed(text: str) -> str:
    found = NO_COLUMN.search(text)
    return next((part for part in found.groups() if part), "") if found else ""


def plain(error: BaseException) -> str:
    """What DuckDB said: one paragraph, without its class of error and its picture of the line."""
    text = AT_LINE.sub("", NOISE.sub("", str(error))).strip()
    return re.sub(r"\s*\n\s*", " ", text).rstrip()


def binder_fault(error: duckdb.Error, place: Place, tables: Iterable[str], columns: Iterable[str]) -> EngineFault:
    """SQL that cannot be bound; the closest of the names that it may say is offered."""
    text = str(error)
    if name := _column_missed(text):
        hint = HINT.search(text)
        known = [*columns, *([hint[1].rpartition(".")[2]] if hint else [])]
        return EngineFault(
            f"there is no column '{name}' in what this reads",
            # Another of the tables that are read may have it.
            mend=did_you_mean(name, [one for one in known if one.lower() != name.lower()]),
            place=place,
        )
    if found := NO_TABLE.search(text):
        return EngineFault(
            f"there is no table '{found[1]}' among what this may read", mend=did_you_mean(found[1], tables), place=place
        )
    if found := NO_FUNCTION.search(text):
        hint = HINT.search(text)
        mend = f"Did you mean '{hint[1]}'?" if hint else ""
        return EngineFault(f"there is no function '{found[1]}'", mend=mend, place=place)
    return EngineFault(plain(error), place=place)


def run_fault(error: BaseException, what: str, place: Place | None = None, path: Path | None = None) -> WeftError:
    """What went wrong while `what` was computed: the product's own doing, the disk's or the machine's."""
    said = plain(error)
    if isinstance(error, duckdb.InterruptException):
        return EngineFault(f"{what} was interrupted", place=place)
    if isinstance(error, duckdb.OutOfMemoryException) and not is_full_disk(error):
        return EngineFault(
            f"{what} needs more memory than it may have: {said}",
            mend="Raise `engine: {memory}` in mesh.yaml, or lower `threads`.",
            place=place,
        )
    if is_full_disk(error):
        return StoreFault(
            f"{path or what} could not be written, the disk is full",
            mend="Make room on that disk, then apply again; what was published before is whole.",
            place=place,
        )
    if isinstance(error, duckdb.IOException):
        return StoreFault(
            f"{what} could not read or write a file: {said}",
            mend="See that the file is there and may be read.",
            place=place,
        )
    if isinstance(error, (duckdb.PermissionException, *AS_WRITTEN)):
        return EngineFault(said if place else f"{what}: {said}", place=place)
    if isinstance(error, (duckdb.InternalException, duckdb.FatalException)):
        return EngineFault(f"{what}: DuckDB failed within itself: {said}", place=place)
    return TransformFault(said if place else f"{what}: {said}", place=place)


def is_full_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return any(sign in str(error) for sign in FULL_DISK)

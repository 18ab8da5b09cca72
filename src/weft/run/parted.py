"""Tables made in parts: those that changed written anew, and the others taken over as they are."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from weft.engine.seam import Bench, Build, Built, BuiltFile, Columns
from weft.errors import StoreFault, TransformFault
from weft.names import LineName, identifier
from weft.product.contract import Scalar
from weft.product.snapshot import ColumnStatistics, Part, Snapshot, SnapshotFile
from weft.run.changing import Wanted, same_parts
from weft.run.job import Job

MOST_PARTS = 10_000
"""More would be more files than anybody wants to open."""


@dataclass(frozen=True, slots=True)
class PartsMade:
    """`built` is of the whole table; `kept` are files of the snapshot before, `files` are new ones and not yet sealed."""

    built: Built
    kept: tuple[SnapshotFile, ...]
    files: tuple[BuiltFile, ...]


def made_in_parts(job: Job, bench: Bench, made: tuple[Wanted, frozenset[Part] | None], sql: str) -> PartsMade:
    """Makes the parts that changed, or all of them where that is not known. Raises: TransformFault, StoreFault, EngineFault."""
    wanted, changed = made
    kept: tuple[SnapshotFile, ...] = ()
    among = ""
    if changed is not None and wanted.before is not None:
        kept = tuple(file for file in wanted.before.files if file.part not in changed)
        among = _among(wanted, changed)
    build = Build(wanted.line, sql, wanted.columns, _folder(job, wanted), wanted.parting.keys, among)
    files = _written(job, bench, build) if changed is None or changed else ()
    if changed is None and wanted.before is not None and (same := same_parts(job, bench, wanted, files)):
        kept = tuple(file for file in wanted.before.files if file.part in same)
        files = _without(files, same)
    if len(kept) + len(files) > MOST_PARTS:
        keys = ", ".join(wanted.parting.keys)
        what = f"{wanted.line} has {len(kept) + len(files):,} values of {keys}; {MOST_PARTS:,} parts are the most"
        raise TransformFault(what, mend="Part it by a column with fewer values, such as a month.")
    return PartsMade(together(wanted.columns, kept, files), kept, files)


def _folder(job: Job, wanted: Wanted) -> Path:
    return job.shop.store.scratch(job.run) / f"{wanted.line}.parts"


def _written(job: Job, bench: Bench, build: Build) -> tuple[BuiltFile, ...]:
    files = tuple(_placed(job, build.line, file) for file in bench.build(build).files)
    shutil.rmtree(build.path, ignore_errors=True)
    return files


def _without(files: tuple[BuiltFile, ...], parts: frozenset[Part]) -> tuple[BuiltFile, ...]:
    """What came out as it was is not kept twice: who reads it has nothing to do either."""
    for file in files:
        if file.part in parts:
            file.path.unlink()
    return tuple(file for file in files if file.part not in parts)


def _placed(job: Job, line: LineName, file: BuiltFile) -> BuiltFile:
    target = job.shop.store.target(job.run, line)
    try:
        shutil.move(file.path, target)
    except OSError as error:
        raise StoreFault(
            f"{target} cannot be written ({error.strerror})", mend="See the disk's room and rights."
        ) from error
    return replace(file, path=target)


def _among(wanted: Wanted, changed: frozenset[Part]) -> str:
    """Whether a row's key is one of those: values in lists, so that files without them are not read."""
    types = {name.lower(): type_ for name, type_ in wanted.columns}
    if len(wanted.parting.keys) == 1:
        [key] = wanted.parting.keys
        values = ", ".join(
            _value(value, types[key.lower()]) for (value,) in sorted(changed, key=str) if value is not None
        )
        terms = [f"{identifier(key)} IN ({values})"] if values else []
        terms += [f"{identifier(key)} IS NULL"] if (None,) in changed else []
        return " OR ".join(terms) or "false"
    return (
        " OR ".join(
            "("
            + " AND ".join(
                f"{identifier(key)} IS NOT DISTINCT FROM {_value(value, types[key.lower()])}"
                for key, value in zip(wanted.parting.keys, part, strict=True)
            )
            + ")"
            for part in sorted(changed, key=str)
        )
        or "false"
    )


def _value(value: str | None, type_: str) -> str:
    return "NULL" if value is None else f"CAST('{value.replace(chr(39), chr(39) * 2)}' AS {type_})"


def together(columns: Columns, kept: Sequence[SnapshotFile], files: Sequence[BuiltFile]) -> Built:
    """What is known of a whole table by what is known of its files."""
    rows = sum(file.rows for file in kept) + sum(file.rows for file in files)
    each = [*(file.statistics for file in kept), *(file.statistics for file in files)]
    known = [one for one in each if one is not None]
    if len(known) != len(each):
        return Built(rows)
    return Built(rows, {name: _joined(name, type_, known) for name, type_ in columns} if known else {})


def _joined(name: str, type_: str, each: Sequence[Mapping[str, ColumnStatistics]]) -> ColumnStatistics:
    found = [one.get(name, ColumnStatistics()) for one in each]
    nulls = [one.nulls for one in found]
    lows, highs = [one.minimum for one in found], [one.maximum for one in found]
    return ColumnStatistics(
        sum(count for count in nulls if count is not None) if None not in nulls else None,
        _least(lows, type_, 1) if None not in lows else None,
        _least(highs, type_, -1) if None not in highs else None,
    )


def _least(values: Sequence[Scalar], type_: str, sign: int) -> Scalar:
    """The least of them, or with a sign of -1 the greatest."""
    of_decimals = type_.startswith("DECIMAL")
    ordered = sorted(values, key=lambda value: Decimal(str(value)) if of_decimals else value)  # type: ignore[arg-type,return-value]
    return ordered[0 if sign > 0 else -1]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Files of a source that a table is appended from: which are in parts that stay, and which are to be read now."""

    kept: tuple[SnapshotFile, ...]
    read: frozenset[str]


def deliveries(before: Snapshot | None, now: Mapping[str, str]) -> Deliveries:
    """`now` is each file of the source with its digest. A part whose files are all as they were stays; the files of the others are read."""
    kept: list[SnapshotFile] = []
    covered: set[str] = set()
    for file in before.files if before else ():
        batch = _batch(file.part)
        if batch and batch.items() <= now.items():
            kept.append(file)
            covered |= batch.keys()
    return Deliveries(tuple(kept), frozenset(now) - covered)


def _batch(part: Part | None) -> dict[str, str]:
    """A part of a table that is appended to is named by its files, each followed by its digest."""
    said = [one or "" for one in part or ()]
    return dict(zip(said[::2], said[1::2], strict=True))


def batch_of(files: Mapping[str, str]) -> Part:
    return tuple(text for item in sorted(files.items()) for text in item)

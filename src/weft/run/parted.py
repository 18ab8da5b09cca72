"""Tables made in parts: which parts changed, those written anew, and the others taken over as they are."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from weft.engine.seam import Bench, Build, Built, BuiltFile, Columns
from weft.errors import StoreFault, TransformFault
from weft.names import LineName, SnapshotId, identifier
from weft.plan.partial import Partial
from weft.product.contract import Scalar
from weft.product.parting import Parting
from weft.product.snapshot import ColumnStatistics, Part, Snapshot, SnapshotFile
from weft.run.job import Job

MOST_PARTS = 10_000
"""More would be more files than anybody wants to open."""
DIFFERENCE = """
SELECT DISTINCT {keys} FROM (
  (SELECT {keys}, count(*) AS rows, sum(hash(r)::HUGEINT) AS content FROM "parts before" AS r GROUP BY {groups}
   EXCEPT SELECT {keys}, count(*), sum(hash(r)::HUGEINT) FROM "parts after" AS r GROUP BY {groups})
  UNION ALL
  (SELECT {keys}, count(*), sum(hash(r)::HUGEINT) FROM "parts after" AS r GROUP BY {groups}
   EXCEPT SELECT {keys}, count(*), sum(hash(r)::HUGEINT) FROM "parts before" AS r GROUP BY {groups}))
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One parted table to be made: its text, its columns, and what it stands on now, where it can be taken over in part."""

    line: LineName
    sql: str
    columns: Columns
    parting: Parting
    before: Snapshot | None
    partial: Partial | None


@dataclass(frozen=True, slots=True)
class PartsMade:
    """`built` is of the whole table; `kept` are files of the snapshot before, `files` are new ones and not yet sealed."""

    built: Built
    kept: tuple[SnapshotFile, ...]
    files: tuple[BuiltFile, ...]


def made_in_parts(job: Job, bench: Bench, wanted: Wanted) -> PartsMade:
    """Makes the parts that changed, or all of them where that is not known. Raises: TransformFault, StoreFault, EngineFault."""
    changed = changed_parts(job, bench, wanted)
    kept: tuple[SnapshotFile, ...] = ()
    sql = wanted.sql
    if changed is not None and wanted.before is not None:
        kept = tuple(file for file in wanted.before.files if file.part not in changed)
        sql = f"SELECT * FROM ({wanted.sql}\n) AS made WHERE {_among(wanted, changed)}"
    files = _written(job, bench, replace(wanted, sql=sql)) if changed is None or changed else ()
    if len(kept) + len(files) > MOST_PARTS:
        keys = ", ".join(wanted.parting.keys)
        what = f"{wanted.line} has {len(kept) + len(files):,} values of {keys}; {MOST_PARTS:,} parts are the most"
        raise TransformFault(what, mend="Part it by a column with fewer values, such as a month.")
    return PartsMade(together(wanted.columns, kept, files), kept, files)


def _written(job: Job, bench: Bench, wanted: Wanted) -> tuple[BuiltFile, ...]:
    folder = job.shop.store.scratch(job.run) / f"{wanted.line}.parts"
    built = bench.build(Build(wanted.line, wanted.sql, wanted.columns, folder, wanted.parting.keys))
    files = tuple(_placed(job, wanted.line, file) for file in built.files)
    shutil.rmtree(folder, ignore_errors=True)
    return files


def _placed(job: Job, line: LineName, file: BuiltFile) -> BuiltFile:
    target = job.shop.store.target(job.run, line)
    try:
        shutil.move(file.path, target)
    except OSError as error:
        raise StoreFault(
            f"{target} cannot be written ({error.strerror})", mend="See the disk's room and rights."
        ) from error
    return replace(file, path=target)


def changed_parts(job: Job, bench: Bench, wanted: Wanted) -> frozenset[Part] | None:
    """The parts whose rows may differ from those that stand; None where all may."""
    before, partial = wanted.before, wanted.partial
    if partial is None or before is None or any(file.part is None for file in before.files):
        return None
    if before.columns != wanted.columns:
        return None
    changed: set[Part] = set()
    for name in partial.carriers:
        found = _changed_of(job, bench, wanted, name)
        if found is None:
            return None
        changed |= found
    return frozenset(changed)


def _changed_of(job: Job, bench: Bench, wanted: Wanted, name: str) -> set[Part] | None:
    partial = wanted.partial
    if partial is None:
        return None
    columns, since = partial.carriers[name], partial.since.get(name, "")
    read = job.desired.mesh.reads(job.product)[name]
    after = job.snapshots.get(read.line) if read.line else None
    before = job.shop.registry.snapshots([SnapshotId(since)]).get(SnapshotId(since))
    if after is None or before is None or before.columns != after.columns:
        return None
    if _types(after.columns, columns) != _types(wanted.columns, wanted.parting.keys):
        # A key that is promised as another type is another text: 2026-05-03 and 2026-05-03 00:00:00.
        return None
    if _is_parted_by(before, columns) and _is_parted_by(after, columns):
        then, now = _digests(before.files), _digests(after.files)
        return {part for part in then.keys() | now.keys() if then.get(part) != now.get(part)}
    with suppress(StoreFault):
        return _compared(job, bench, (before, after), columns)
    return None


def _types(columns: Columns, names: Sequence[str]) -> list[str]:
    types = {name.lower(): type_ for name, type_ in columns}
    return [types[name.lower()] for name in names]


def _is_parted_by(snapshot: Snapshot, columns: tuple[str, ...]) -> bool:
    said = str(Parting("replace", columns))
    return snapshot.inputs.get("parts", "").lower() == said.lower() and all(f.part is not None for f in snapshot.files)


def _digests(files: Iterable[SnapshotFile]) -> dict[Part, tuple[str, ...]]:
    found: dict[Part, tuple[str, ...]] = {}
    for file in files:
        part = file.part or ()
        found[part] = (*found.get(part, ()), file.digest)
    return found


def _compared(job: Job, bench: Bench, snapshots: tuple[Snapshot, Snapshot], columns: tuple[str, ...]) -> set[Part]:
    """The keys whose rows are not the same in the files that only one of two snapshots has."""
    before, after = snapshots
    store = job.shop.store
    shared = {file.digest for file in before.files} & {file.digest for file in after.files}
    for name, snapshot in (("parts before", before), ("parts after", after)):
        own = replace(snapshot, files=tuple(file for file in snapshot.files if file.digest not in shared))
        bench.offer(name, store.paths(own), snapshot.columns)
    keys = ", ".join(f"CAST({identifier(column)} AS VARCHAR) AS k{at}" for at, column in enumerate(columns))
    said = ", ".join(f"k{at}" for at in range(len(columns)))
    sql = DIFFERENCE.format(keys=keys, groups=", ".join(map(str, range(1, len(columns) + 1))))
    sql = sql.replace(f"SELECT DISTINCT {keys}", f"SELECT DISTINCT {said}", 1)
    return set(bench.texts(sql))


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

"""Which parts of a product's tables may have changed: asked before anything is offered, so that what did not change is not even opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from weft.engine.seam import Bench, BuiltFile, Columns
from weft.errors import StoreFault
from weft.names import LineName, SnapshotId, identifier
from weft.plan.partial import Partial
from weft.product.parting import Parting
from weft.product.snapshot import ColumnStatistics, Part, Snapshot, SnapshotFile
from weft.run.job import Job

SPELT = frozenset({"DATE", "VARCHAR", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"})
"""Types whose values the writer of a file says as a part is named."""
ZEROS = frozenset({"0.0", "-0.0"})
"""Of floating numbers the only two that are equal and said otherwise: what is asked for the rows of one part finds both."""
CONTENT = "SELECT {keys}, count(*) AS rows, sum(hash({columns})::HUGEINT) AS content FROM {files} GROUP BY {groups}"
"""Columns are said one by one: what else means a whole row may be the name of a column."""
DIFFERENCE = "SELECT DISTINCT {said} FROM (({before} EXCEPT {after}) UNION ALL ({after} EXCEPT {before}))"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One parted table to be made: its columns, and what it stands on now, where it can be taken over in part."""

    line: LineName
    columns: Columns
    parting: Parting
    before: Snapshot | None
    partial: Partial | None


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
    if any(value in ZEROS for part in changed for value in part):
        return None
    return frozenset(changed)


def _changed_of(job: Job, bench: Bench, wanted: Wanted, name: str) -> set[Part] | None:
    partial = wanted.partial
    if partial is None:
        return None
    columns, since = partial.carriers[name], partial.since.get(name, "")
    read = job.desired.mesh.reads(job.product)[name]
    after = job.snapshots.get(read.line) if read.line else None
    before = _stood(job, read.line, SnapshotId(since)) if read.line else None
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


def _stood(job: Job, line: LineName, since: SnapshotId) -> Snapshot | None:
    """What an input was when the table was last made: mostly what it was when this run began."""
    found = job.before.get(line)
    return found if found and found.id == since else job.shop.registry.snapshots([since]).get(since)


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


def _told(files: Iterable[SnapshotFile], columns: Sequence[str], types: Columns) -> set[Part] | None:
    """The keys of files of which each has one, as its writer said; None where one has more, or it was not said."""
    names = [name for column in columns for name, _ in types if name.lower() == column.lower()]
    said = _types(types, columns)
    found: set[Part] = set()
    for file in files:
        each = [(file.statistics or {}).get(name, ColumnStatistics()) for name in names]
        is_told = all(one.nulls == 0 and one.minimum is not None and one.minimum == one.maximum for one in each)
        if not is_told or not all(type_ in SPELT for type_ in said):
            return None
        found.add(tuple(str(one.minimum) for one in each))
    return found


def same_parts(job: Job, bench: Bench, wanted: Wanted, files: Sequence[BuiltFile]) -> frozenset[Part]:
    """Of a table that was made whole, the parts that hold the same rows as before. None, where a full build was asked for."""
    before = wanted.before
    if (
        before is None
        or job.desired.full
        or before.columns != wanted.columns
        or not _is_parted_by(before, wanted.parting.keys)
    ):
        return frozenset()
    try:
        bench.offer("parts before", job.shop.store.paths(before), wanted.columns)
    except StoreFault:
        return frozenset()
    bench.offer("parts after", [file.path for file in files], wanted.columns)
    changed = _differing(bench, wanted.parting.keys, wanted.columns)
    return frozenset(file.part for file in files if file.part not in changed)


def _compared(job: Job, bench: Bench, snapshots: tuple[Snapshot, Snapshot], columns: tuple[str, ...]) -> set[Part]:
    """The keys whose rows are not the same in the files that two snapshots do not have alike: the same file twice is more than once."""
    before, after = snapshots
    store = job.shop.store
    then, now = (Counter(file.digest for file in snapshot.files) for snapshot in snapshots)
    shared = {digest for digest, count in then.items() if now[digest] == count}
    own_files = [file for file in (*before.files, *after.files) if file.digest not in shared]
    if (told := _told(own_files, columns, before.columns)) is not None:
        return told
    for name, snapshot in (("parts before", before), ("parts after", after)):
        own = replace(snapshot, files=tuple(file for file in snapshot.files if file.digest not in shared))
        bench.offer(name, store.paths(own), snapshot.columns)
    return _differing(bench, columns, before.columns)


def _differing(bench: Bench, keys: Sequence[str], columns: Columns) -> set[Part]:
    """The keys of `parts before` and `parts after` whose rows are not the same; both have these columns."""
    named = ", ".join(f"CAST({identifier(key)} AS VARCHAR) AS k{at}" for at, key in enumerate(keys))
    all_columns = ", ".join(identifier(name) for name, _ in columns)
    groups = ", ".join(map(str, range(1, len(keys) + 1)))
    before, after = (
        CONTENT.format(keys=named, columns=all_columns, files=identifier(files), groups=groups)
        for files in ("parts before", "parts after")
    )
    said = ", ".join(f"k{at}" for at in range(len(keys)))
    return set(bench.texts(DIFFERENCE.format(said=said, before=before, after=after)))


def narrowed(snapshot: Snapshot, name: str, changing: Iterable[tuple[Wanted, frozenset[Part] | None]]) -> Snapshot:
    """Of an input, the files that the tables which read it are made of in this run: all, unless each of them makes parts of it alone.

    `changing` are those tables, each with its parts that changed, None where it is made whole.
    """
    wanted: set[Part] = set()
    for table, changed in changing:
        columns = table.partial.carriers.get(name, ()) if table.partial else ()
        if changed is None or not columns or not _is_parted_by(snapshot, columns):
            return snapshot
        wanted |= changed
    return replace(snapshot, files=tuple(file for file in snapshot.files if file.part in wanted))

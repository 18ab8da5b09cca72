"""How the data of one table differs between two environments: rows added, removed and changed, and in which columns."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.access.sight import FULL, Sight
from weft.errors import Refused, Unknown
from weft.names import LineName, label_of, product_of, table_of
from weft.product.contract import Table
from weft.product.mesh import Mesh
from weft.product.snapshot import Recorded, Snapshot, SnapshotFile
from weft.query.answer import LEASE_SECONDS, Library
from weft.query.naming import newest_lines
from weft.query.seen import refuse_unseen

if TYPE_CHECKING:
    from weft.engine.comparing import Compared
    from weft.engine.reading import Files as OfferedFiles
    from weft.engine.reading import Reading
    from weft.engine.seam import Columns

EXAMPLES = 3
MADE = "made"
"""What a side is called that is published nowhere."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """Where a table stands in one environment. `snapshot` is None where it is not published there."""

    environment: str
    line: LineName
    snapshot: str | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """`rows` of the rows that both sides have differ in it; `before` and `after` are its types, None where a side has it not."""

    column: str
    rows: int = 0
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that both sides have: its key, and what differs as (before, after)."""

    key: Row
    columns: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """`key` is empty where rows were compared as wholes: then a changed row is one removed and one added.

    `columns` are those that differ in values or in type. Of each kind of row the first few are given.
    """

    before: Side
    after: Side
    key: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: tuple[ColumnChange, ...] = ()
    first_added: tuple[Row, ...] = ()
    first_removed: tuple[Row, ...] = ()
    first_changed: tuple[RowChange, ...] = ()
    note: str = ""
    files_skipped: int = 0
    """Files that both sides have, told by their digests and not read."""
    shapes: tuple[ColumnChange, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.shapes)


@dataclass(frozen=True, slots=True)
class _Stand:
    side: Side
    snapshot: Snapshot | None
    table: Table | None
    sight: Sight = FULL


def difference(name: str, library: Library, other: str) -> Difference:
    """From the library's environment to another, of `domain.product.table[@line]`.

    Raises: Unknown, where it is published in neither, with the closest; Refused, where its rows are not for whoever asks;
    EngineFault, StoreFault.
    """
    before, after = (_counted(library, one) for one in _alike(_stands(name, library, other)))
    if before.snapshot is None or after.snapshot is None:
        here = after.side if after.snapshot else before.side
        counts = {"added" if after.snapshot else "removed": here.rows}
        where = before.side.environment if after.snapshot else after.side.environment
        return replace(Difference(before.side, after.side, note=f"it is not published in {where}"), **counts)  # type: ignore[arg-type]
    return _between(library, (before, before.snapshot), (after, after.snapshot))


def against(library: Library, line: LineName, made: tuple[Table, tuple[Path, ...], int]) -> Difference:
    """From where a line stands in the library's environment to rows that are published nowhere: a table, its files, its rows.

    Raises: EngineFault, StoreFault; Refused, where whoever asks does not see all of the line: what is made is not masked.
    """
    from weft.engine.comparing import AFTER, BEFORE, compared
    from weft.engine.reading import Files as Offered
    from weft.query.masking import files_seen

    table, paths, rows = made
    columns = tuple((column.name, column.type) for column in table.columns)
    recorded = library.registry.recorded(library.environment)
    one = _stand(library, recorded, line if line in recorded.pointers else None, line)
    two = _Stand(Side(MADE, line, None, rows), None, table)
    if one.sight.masks or one.sight.row_filters:
        raise Refused(f"{library.reader.name} does not see all of {line}", mend="Compare what is published.")
    old = one.snapshot
    if old is None:
        return Difference(one.side, two.side, added=rows, note=f"it is not published in {library.environment}")
    key, note = _key(one, two)
    shapes = _shapes(old.columns, columns)
    found = Difference(one.side, two.side, key, note=note, shapes=shapes, columns=shapes)
    with ExitStack() as held:
        held.enter_context(library.registry.journal.lease({old.id}, f"diff {os.getpid()}", LEASE_SECONDS))
        offered = {BEFORE: files_seen(library, old, one.sight), AFTER: Offered(paths, columns)}
        reading = held.enter_context(_opened(library, offered))
        of = compared(old.columns, columns, key, EXAMPLES)
        return told_by_key(reading, of, found) if key else _as_bags(reading, of, found)


def _stands(name: str, library: Library, other: str) -> tuple[_Stand, _Stand]:
    environments = (library.environment, other)
    recorded = [library.registry.recorded(environment) for environment in environments]
    lines = [_line(name, each) for each in recorded]
    if not any(lines):
        known = {str(table_of(line)) for each in recorded for line in each.pointers}
        raise Unknown("published table", name, known if "@" not in name else {*known, *recorded[1].pointers})
    return _stand(library, recorded[0], lines[0], lines[1]), _stand(library, recorded[1], lines[1], lines[0])


def _line(name: str, recorded: Recorded) -> LineName | None:
    if "@" in name:
        return LineName(name) if name in recorded.pointers else None
    return newest_lines(recorded.pointers).get(name) or _preview(name, recorded)


def _preview(name: str, recorded: Recorded) -> LineName | None:
    found = sorted((line for line in recorded.pointers if table_of(line) == name), key=label_of)
    return found[-1] if found else None


def _stand(library: Library, recorded: Recorded, line: LineName | None, otherwise: LineName | None) -> _Stand:
    if line is None:
        return _Stand(Side(recorded.environment, otherwise or LineName("")), None, None)
    sight = refuse_unseen(replace(library, environment=recorded.environment), [line])[line]
    pointer = recorded.pointers[line]
    snapshot = library.registry.snapshots([pointer.snapshot])[pointer.snapshot]
    products = library.registry.products([product_of(line)], recorded.environment)
    promise = Mesh("", {}, products).promise(line)
    side = Side(recorded.environment, line, snapshot.id, snapshot.rows)
    return _Stand(side, snapshot, promise[1] if promise else None, sight)


def _alike(stands: tuple[_Stand, _Stand]) -> tuple[_Stand, ...]:
    """What is masked or left out on one side is on the other, too: else the one would tell of the other."""
    one, two = (stand.sight for stand in stands)
    if one == two:
        return stands
    seen = Sight(one.decision, {**two.masks, **one.masks}, (*one.row_filters, *two.row_filters))
    return tuple(replace(stand, sight=seen) for stand in stands)


def _counted(library: Library, stand: _Stand) -> _Stand:
    """With the rows that are seen, where some are left out."""
    if stand.snapshot is None or not stand.sight.row_filters:
        return stand
    from weft.engine.comparing import BEFORE
    from weft.query.masking import files_seen

    with ExitStack() as held:
        lease = library.registry.journal.lease({stand.snapshot.id}, f"diff {os.getpid()}", LEASE_SECONDS)
        held.enter_context(lease)
        offered = {BEFORE: files_seen(library, stand.snapshot, stand.sight)}
        (row,) = _objects(held.enter_context(_opened(library, offered)), f"SELECT count(*) AS n FROM {BEFORE}")
    return replace(stand, side=replace(stand.side, rows=row["n"]))


def _between(library: Library, before: tuple[_Stand, Snapshot], after: tuple[_Stand, Snapshot]) -> Difference:
    from weft.engine.comparing import AFTER, BEFORE, compared

    (one, old), (two, new) = before, after
    key, note = _key(one, two)
    shapes = _shapes(old.columns, new.columns)
    found = Difference(one.side, two.side, key, note=note, shapes=shapes, columns=shapes)
    files, skipped = _unlike(old.files, new.files)
    found = replace(found, files_skipped=skipped)
    if old.columns == new.columns and not any(files):
        return found
    with ExitStack() as held:
        journal = library.registry.journal
        held.enter_context(journal.lease({old.id, new.id}, f"diff {os.getpid()}", LEASE_SECONDS))
        offered = _offered(library, (one, two), files if old.columns == new.columns else None)
        reading = held.enter_context(_opened(library, offered))
        of = compared(offered[BEFORE].shown, offered[AFTER].shown, key, EXAMPLES)
        return told_by_key(reading, of, found) if key else _as_bags(reading, of, found)


def _key(one: _Stand, two: _Stand) -> tuple[tuple[str, ...], str]:
    """A key that both sides promise, and so have proved; else none, and why."""
    keys = [stand.table.key if stand.table else () for stand in (one, two)]
    if masked := [column for key in keys for column in key if column in one.sight.masks]:
        return (), f"{masked[0]} is part of its key and is masked, so rows are compared as wholes"
    if keys[0] and keys[0] == keys[1]:
        return keys[0], ""
    if not any(keys):
        return (), "its contract promises no primary key, so rows are compared as wholes"
    return (), "the two sides promise different primary keys, so rows are compared as wholes"


def _shapes(old: Columns, new: Columns) -> tuple[ColumnChange, ...]:
    before, after = dict(old), dict(new)
    names = dict.fromkeys((*before, *after))
    return tuple(
        ColumnChange(name, 0, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


Files = tuple[list[SnapshotFile], list[SnapshotFile]]


def _unlike(old: Sequence[SnapshotFile], new: Sequence[SnapshotFile]) -> tuple[Files, int]:
    """The files that only one side has; equal digests are equal rows."""
    both = Counter(file.digest for file in old) & Counter(file.digest for file in new)
    return (_without(old, both), _without(new, both)), both.total()


def _without(files: Sequence[SnapshotFile], both: Counter[str]) -> list[SnapshotFile]:
    left = Counter(both)
    kept = []
    for file in files:
        if left[file.digest]:
            left[file.digest] -= 1
        else:
            kept.append(file)
    return kept


def _offered(library: Library, stands: tuple[_Stand, _Stand], only: Files | None) -> dict[str, OfferedFiles]:
    from weft.engine.comparing import AFTER, BEFORE
    from weft.query.masking import files_seen

    offered = {}
    for place, (name, stand) in enumerate(zip((BEFORE, AFTER), stands, strict=True)):
        if snapshot := stand.snapshot:
            wanted = replace(snapshot, files=tuple(only[place])) if only else snapshot
            offered[name] = files_seen(library, wanted, stand.sight)
    return offered


def _opened(library: Library, offered: Mapping[str, OfferedFiles]) -> Reading:
    from weft.engine.reading import Reading

    spill = library.settings.private / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    return Reading(offered, library.settings.engine, datetime.now(UTC), spill)


def told_by_key(reading: Reading, of: Compared, found: Difference) -> Difference:
    """With what one full outer join says of the rows behind the names of `weft.engine.comparing`."""
    from weft.engine.comparing import AFTER, BEFORE, by_key

    (row,) = _objects(reading, by_key(of))
    added, removed, changed, *rest = row.values()
    counts, (new, gone, both) = rest[: len(of.columns)], rest[len(of.columns) :]
    shapes = {shape.column: shape for shape in found.shapes}
    columns = [
        replace(shapes.pop(name, ColumnChange(name, 0, before, after)), rows=rows)
        for (name, before, after), rows in zip(of.columns, counts, strict=True)
        if rows or name in shapes
    ]
    return replace(
        found,
        added=added,
        removed=removed,
        changed=changed,
        columns=(*columns, *shapes.values()),
        first_added=_rows(reading, of, AFTER, new),
        first_removed=_rows(reading, of, BEFORE, gone),
        first_changed=_changes(of, _rows(reading, of, BEFORE, both), _rows(reading, of, AFTER, both)),
    )


def _rows(reading: Reading, of: Compared, side: str, keys: Sequence[Sequence[str | None]] | None) -> tuple[Row, ...]:
    from weft.engine.comparing import rows_with

    return _objects(reading, rows_with(of, side, keys)) if keys else ()


def _objects(reading: Reading, sql: str) -> tuple[Row, ...]:
    return tuple(reading.read(sql).read_all().to_pylist())


def _changes(of: Compared, before: Sequence[Row], after: Sequence[Row]) -> tuple[RowChange, ...]:
    """Rows of both sides in the order of one key."""
    changes = []
    for old, new in zip(before, after, strict=True):
        columns = {name: (old[name], new[name]) for name, _, _ in of.columns if old[name] != new[name]}
        changes.append(RowChange({name: new[name] for name, _ in of.key}, columns))
    return tuple(changes)


def _as_bags(reading: Reading, of: Compared, found: Difference) -> Difference:
    from weft.engine.comparing import as_bags, first_of_bags

    (counts,) = _objects(reading, as_bags(of))
    added, removed = counts["added"], counts["removed"]
    return replace(
        found,
        added=added,
        removed=removed,
        first_added=_objects(reading, first_of_bags(of, ">")) if added else (),
        first_removed=_objects(reading, first_of_bags(of, "<")) if removed else (),
    )

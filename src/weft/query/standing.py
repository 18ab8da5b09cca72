"""Where a line stands: its snapshot's schema, counts, freshness and files, and how those are read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from weft.access.masks import Mask
from weft.access.sight import FULL, Sight
from weft.errors import StoreFault, sentence
from weft.names import PROD, LineName, ProductName, label_of, leaf_of, product_of
from weft.product.contract import Column, Table
from weft.product.snapshot import ColumnStatistics, Snapshot
from weft.query.facts import Facts
from weft.query.lineage import sources_of
from weft.query.pages import (
    ColumnShown,
    FileShown,
    Freshness,
    HowToRead,
    SourceTime,
    TableData,
    TableWhere,
)

FILE_STATE = re.compile(r"(\d+):(\d+):[0-9a-f]+")
"""A file's recorded state: its size, its time in nanoseconds (0 where it was too young to be trusted), its digest."""


def data_of(
    facts: Facts, lines: Mapping[LineName, Table], snapshots: Mapping[LineName, Snapshot]
) -> tuple[TableData, ...]:
    """Of each line; sources are followed for those that stand somewhere."""
    sources = sources_of(facts, snapshots)
    times = {line: tuple(t for p, r in found for t in _times(facts, p, r.name)) for line, found in sources.items()}
    return tuple(_data(facts, line, table, (snapshots.get(line), times.get(line, ()))) for line, table in lines.items())


def _data(
    facts: Facts, line: LineName, table: Table, stands: tuple[Snapshot | None, tuple[SourceTime, ...]]
) -> TableData:
    snapshot, sources = stands
    statistics = snapshot.statistics if snapshot else {}
    columns = tuple(_column(column, statistics.get(column.name, ColumnStatistics())) for column in table.columns)
    if snapshot is None:
        return TableData(line, columns, table.key, table.grain)
    freshness = Freshness(snapshot.created_at, facts.recorded.pointers[line].published_at, sources)
    return TableData(line, columns, table.key, table.grain, snapshot.rows, snapshot.bytes, freshness)


def _column(column: Column, statistics: ColumnStatistics) -> ColumnShown:
    return ColumnShown(
        column.name,
        column.type,
        column.key_position,
        column.required,
        column.unique,
        column.classification,
        column.critical,
        column.business_name,
        column.description,
        column.unit,
        column.tags,
        statistics.nulls,
        statistics.minimum,
        statistics.maximum,
    )


def data_seen(data: TableData, sight: Sight) -> TableData:
    """What of it may be told: nothing of the content of what is masked, and no counts where rows are left out."""
    if not sight.is_allowed:
        age = data.freshness and replace(data.freshness, sources=())
        return replace(data, freshness=age, withheld=f"{sentence(sight.decision.reason)} {sight.decision.mend}")
    if not (sight.masks or sight.row_filters):
        return data
    masks = {column.lower(): mask for column, mask in sight.masks.items()}
    hides_all = bool(sight.row_filters)
    columns = tuple(_column_seen(one, masks.get(one.name.lower()), hides_all=hides_all) for one in data.columns)
    rows = "; ".join(map(str, sight.row_filters))
    seen = replace(data, columns=columns, rows_seen=rows)
    return replace(seen, rows=0, bytes=0) if hides_all else seen


def _column_seen(column: ColumnShown, mask: Mask | None, *, hides_all: bool) -> ColumnShown:
    if mask is None and not hides_all:
        return column
    return replace(column, mask=str(mask or ""), nulls=None, minimum=None, maximum=None)


def _times(facts: Facts, product: ProductName, read: str) -> Iterator[SourceTime]:
    state = facts.state(product, read)
    for part, told in state.parts.items() if state else ():
        if found := FILE_STATE.fullmatch(told):
            size, nanoseconds = int(found[1]), int(found[2])
            changed = datetime.fromtimestamp(nanoseconds / 1e9, UTC) if nanoseconds else None
            yield SourceTime(product, read, part, changed, size)
        else:
            yield SourceTime(product, read, part, state=told)


def where_of(facts: Facts, line: LineName, snapshot: Snapshot | None, sight: Sight = FULL) -> TableWhere:
    """A file that is missing is told, and does not hide the rest."""
    if snapshot is None:
        return TableWhere(line, how_to_read(facts, line, []))
    pointer = facts.recorded.pointers[line]
    marks = _held(facts, line), str(facts.marked.get(line, ""))
    if sight.masks or sight.row_filters:
        # Files hold what masks cover, and rows that are not the reader's.
        return TableWhere(
            line, how_to_read(facts, line, []), snapshot.id, pointer.revision, snapshot.run, (), "", *marks
        )
    try:
        paths, fault = list(facts.library.store.paths(snapshot)), ""
    except StoreFault as error:
        paths, fault = [facts.library.settings.store / file.path for file in snapshot.files], str(error)
    files = tuple(FileShown(p, f.rows, f.bytes, f.digest) for p, f in zip(paths, snapshot.files, strict=True))
    reading = how_to_read(facts, line, [str(path) for path in paths])
    return TableWhere(line, reading, snapshot.id, pointer.revision, snapshot.run, files, fault, *marks)


def _held(facts: Facts, line: LineName) -> str:
    hold = facts.recorded.holds.get(product_of(line))
    because = f": {hold.because}" if hold and hold.because else ""
    return f"since {hold.since:%Y-%m-%d %H:%M:%S} UTC by {hold.who}{because}" if hold else ""


def how_to_read(facts: Facts, line: LineName, paths: list[str]) -> HowToRead:
    """The newest line is read by its table's name alone, an older one and a preview by its own, in quotes."""
    table = f'"{leaf_of(line)}@{label_of(line)}"' if "@" in facts.shown(line) else leaf_of(line)
    sql = f"SELECT * FROM {product_of(line)}.{table}"
    environment = facts.library.environment
    option = "" if environment == PROD else f" --env {shlex.quote(environment)}"
    chosen = "" if environment == PROD else f"environment={environment!r}"
    python = f"with open_session({chosen}) as mesh, mesh.query({sql!r}) as answer:\n    table = answer.arrow()"
    return HowToRead(
        sql,
        f"weft query{option} {shlex.quote(sql)}",
        f"from weft.session import open_session\n\n{python}",
        f"SELECT * FROM read_parquet([{', '.join(_quoted(path) for path in paths)}])" if paths else "",
        f"import pyarrow.dataset as ds\n\ntable = ds.dataset({paths!r}).to_table()" if paths else "",
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

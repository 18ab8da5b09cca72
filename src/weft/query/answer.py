"""A question over what is published: guarded, its names resolved, and answered from the snapshots' files alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING

from weft.engine.seam import Columns
from weft.errors import EngineFault, Unknown, did_you_mean
from weft.names import MESH_DOMAIN, LineName, table_of
from weft.product.snapshot import Pointer, Snapshot
from weft.registry.seam import Registry
from weft.settings import Settings
from weft.store.seam import Store
from weft.versions import Version

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from weft.engine.reading import Reading

LEASE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Library:
    """Where answers come from: what the registry says of one environment, and the store behind it."""

    settings: Settings
    registry: Registry
    store: Store
    environment: str


@dataclass(frozen=True, slots=True)
class Question:
    """SQL as typed, and what its names stand for: `lines` of published tables, `facts` of the mesh's own metadata."""

    sql: str
    lines: Mapping[str, LineName]
    facts: Mapping[str, str]


class Answer:
    """An open answer: ask it for rows once, in the form you like, and close it. Its snapshots are leased until then."""

    def __init__(self, reading: Reading, sql: str, question: Question, held: ExitStack) -> None:
        self._reading, self._sql, self._held = reading, sql, held
        self.question = question

    @property
    def columns(self) -> Columns:
        return self._reading.columns(self._sql)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """DuckDB's own relation; it lives as long as the answer is open."""
        return self._reading.relation(self._sql)

    def reader(self) -> pa.RecordBatchReader:
        return self._reading.read(self._sql)

    def arrow(self) -> pa.Table:
        return self.reader().read_all()

    def interrupt(self) -> None:
        self._reading.interrupt()

    def close(self) -> None:
        self._held.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def answer(sql: str, library: Library) -> Answer:
    """Raises: Refused (anything but reading), Unknown (no such table, with the closest), EngineFault (it does not bind)."""
    from weft.sql import renamed

    pointers = library.registry.recorded(library.environment).pointers
    asked = question(sql, pointers)
    snapshots = library.registry.snapshots({pointers[line].snapshot for line in asked.lines.values()})
    names = {name: f"t{number}" for number, name in enumerate([*asked.lines, *asked.facts])}
    with ExitStack() as held:
        found = {line: snapshots[pointers[line].snapshot] for line in asked.lines.values()}
        if found:
            holder = f"query {os.getpid()}"
            held.enter_context(library.registry.journal.lease([s.id for s in found.values()], holder, LEASE_SECONDS))
        reading = held.enter_context(_reading(library, asked, names, found))
        text = renamed(asked.sql, names) if names else asked.sql
        answered = Answer(reading, text, asked, held.pop_all())
    try:
        _ = answered.columns
    except EngineFault as fault:
        answered.close()
        raise _in_their_words(fault, names) from fault
    return answered


def question(sql: str, pointers: Mapping[LineName, Pointer]) -> Question:
    """What the names of a query stand for. Raises: Refused, Unknown."""
    from weft.sql import reading

    newest = newest_lines(pointers)
    lines: dict[str, LineName] = {}
    facts: dict[str, str] = {}
    for name in reading(sql).names:
        parts = name.split(".")
        if parts[0] == MESH_DOMAIN and len(parts) == 2:
            facts[name] = parts[1]
        else:
            lines[name] = _line(name, pointers, newest)
    return Question(sql, lines, facts)


def newest_lines(pointers: Iterable[LineName]) -> dict[str, LineName]:
    """`domain.product.table` to the newest stable line that is published; a preview is read only by its name."""
    found: dict[str, LineName] = {}
    for line in pointers:
        label = line.rpartition("@")[2]
        table = table_of(line)
        if label.isdigit() and (table not in found or int(label) > int(found[table].rpartition("@")[2])):
            found[table] = line
    return found


def _line(name: str, pointers: Mapping[LineName, Pointer], newest: Mapping[str, LineName]) -> LineName:
    if "@" not in name and name in newest:
        return newest[name]
    if "@" in name:
        table, _, label = name.partition("@")
        for candidate in (label, _label(label)):
            if (line := LineName(f"{table}@{candidate}")) in pointers:
                return line
    mend = did_you_mean(name, [*newest, *pointers] if "@" in name else newest)
    leaf = name.rpartition(".")[2]
    ends = [table for table in newest if table.endswith(f".{leaf}")]
    if name.count(".") < 2 and ends:
        mend = f"Say the whole name: {' or '.join(sorted(ends)[:3])}."
    raise Unknown("published table", name, mend=mend or f"Find it with: weft search {leaf.partition('@')[0]}")


def _label(text: str) -> str:
    """`1.3.0` means the line of 1.x; a preview's whole version is its line."""
    try:
        return Version.parse(text).line
    except ValueError:
        return text


def _reading(
    library: Library, asked: Question, names: Mapping[str, str], found: Mapping[LineName, Snapshot]
) -> Reading:
    from weft.engine.reading import Files, Reading

    offered: dict[str, Files | pa.Table] = {
        names[name]: Files(library.store.paths(found[line]), found[line].columns) for name, line in asked.lines.items()
    }
    for name, relation in asked.facts.items():
        offered[names[name]] = library.registry.journal.facts(relation)
    return Reading(offered, library.settings.engine, datetime.now(UTC))


def _in_their_words(fault: EngineFault, names: Mapping[str, str]) -> EngineFault:
    """The binder knows the tables under names of ours; whoever asked knows them under theirs."""
    message = fault.message
    for name, ours in names.items():
        message = message.replace(f'"{ours}"', f'"{name}"')
    return EngineFault(message, mend=fault.mend, place=fault.place)

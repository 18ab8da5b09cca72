"""Core data over rows that a test gives: declared in a line, made in a folder of its own, read back as plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weft.core_data import make
from weft.product.core_data import (
    BlockPart,
    Comparison,
    CoreData,
    CoreField,
    CoreMade,
    CoreRequest,
    CoreRule,
    CoreSource,
    Decision,
    RecordId,
    Role,
    Survivorship,
    Training,
)

TABLES: dict[Role, str] = {
    "entity": "person",
    "crosswalk": "person_crosswalk",
    "review": "person_review",
    "corroboration": "person_corroboration",
    "history": "person_history",
    "weights": "person_weights",
}
Rows = Sequence[Mapping[str, Any]]
Made = Mapping[Role, list[dict[str, Any]]]

FIELDS = (
    CoreField("last_name", "name"),
    CoreField("first_name", "given_name"),
    CoreField("city", "city"),
    CoreField("npi", "identifier"),
)
NAMES = tuple(field.name for field in FIELDS)
COMPARISONS = (
    Comparison("last_name", "name", ("last_name",), by_frequency=True),
    Comparison("first_name", "given_name", ("first_name",)),
    Comparison("city", "exact", ("city",)),
)
SAME_NPI = CoreRule("same npi", "same", ("npi",))
OTHER_NPI = CoreRule("other npi", "different", ("npi",))


def source(name: str, *, is_unique: bool = False, updated: str = "", fields: Sequence[str] = NAMES) -> CoreSource:
    return CoreSource(name, ("id",), {field: field for field in fields}, is_unique=is_unique, updated=updated)


def core_of(*sources: CoreSource, **more: Any) -> CoreData:
    told: dict[str, Any] = {
        "fields": FIELDS,
        "comparisons": COMPARISONS,
        "blocking": ((BlockPart("last_name"),), (BlockPart("first_name"), BlockPart("city"))),
        "rules": (SAME_NPI, OTHER_NPI),
        "survivorship": Survivorship(tuple(one.name for one in sources)),
        "training": Training(pairs=20_000),
    }
    return CoreData("person", sources=sources, tables=TABLES, id_column="person_id", prefix="PER", **{**told, **more})


def record(text: str) -> RecordId:
    name, _, key = text.partition(":")
    return RecordId(name, key)


def decided(verdict: Any, left: str, right: str, by: str = "ada") -> Decision:
    return Decision(verdict, record(left), record(right), by, date(2026, 1, 1))


class Mesh:
    """One product's core data from run to run, each a day later, each over what the one before published."""

    def __init__(self, folder: Path, core: CoreData) -> None:
        self.folder, self.core, self.runs = folder, core, 0
        self.previous: Mapping[Role, tuple[Path, ...]] = {}
        self.made: CoreMade | None = None

    def request(self, rows: Mapping[str, Rows], *, is_whole: bool = False) -> CoreRequest:
        into = self.folder / f"run_{self.runs}"
        into.mkdir()
        readers = {one.name: reader(one, rows.get(one.name, ())) for one in self.core.sources}
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=self.runs)
        return CoreRequest(self.core, readers, self.previous, is_whole, at, into, threads=2)

    def run(self, rows: Mapping[str, Rows], *, is_whole: bool = False) -> Made:
        request = self.request(rows, is_whole=is_whole)
        self.runs += 1
        self.made = make(request)
        self.previous = {role: (path,) for role, path in self.made.files.items()}
        return {role: rows_of(path) for role, path in self.made.files.items()}

    def decide(self, *decisions: Decision) -> None:
        self.core = replace(self.core, decisions=decisions)


def reader(one: CoreSource, rows: Rows) -> pa.RecordBatchReader:
    columns = dict.fromkeys([*one.key, *one.fields.values(), *([one.updated] if one.updated else [])])
    arrays = {column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns}
    table = pa.table(arrays)
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches())


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def ids(made: Made) -> dict[str, str]:
    """Core id by record."""
    return {f"{row['source']}:{row['source_id']}": row["person_id"] for row in made["crosswalk"]}


def groups(made: Made) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, core_id in ids(made).items():
        found.setdefault(core_id, set()).add(one)
    return {frozenset(members) for members in found.values()}

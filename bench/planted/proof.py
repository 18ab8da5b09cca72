"""Learns checks from a clean history, plants each kind of fault into later batches of other seeds, and counts what is caught.

Checks go the whole way that a team's would: suggested, written into an ODCS document, read back, and run fused as any contract's are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.planted import flights
from bench.planted.batches import Batch, Shape
from bench.planted.faults import Fault, plantable, planted
from bench.planted.generated import CUSTOMERS, ORDERS, READINGS, TRANSACTIONS
from weft.engine import open_engine
from weft.engine.seam import Bench, Built, Engine
from weft.names import LineName
from weft.product.checks import CheckResult, Suite, checks_of
from weft.product.contract import Table
from weft.product.from_odcs import contract_from
from weft.profile.measuring import Means, Subject
from weft.profile.measuring import measured as looked_at
from weft.profile.suggesting.history import Batch as Past
from weft.profile.suggesting.history import History, Reference
from weft.profile.suggesting.learning import suggested
from weft.profile.suggesting.odcs import with_suggestions
from weft.profile.suggesting.values import Suggested
from weft.settings import EngineSettings
from weft.standards.document import read
from weft.standards.schemas import faults_of
from weft.standards.writing import written
from weft.workspace.drafting import typed

LEARNT_FROM = "A"
"""The seed of the history; the batches that are tested have others."""
TYPES = {
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Size:
    batches: int = 30
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    clean: int = 12
    """Clean batches of each seed."""
    shapes: tuple[str, ...] = ("transactions", "customers", "readings", "orders", "flights")


@dataclass
class Tried:
    """One batch that was checked: what was planted (nothing, where it is clean), and the checks that failed."""

    table: str
    seed: int
    kind: str
    column: str
    failed: tuple[str, ...]
    seconds: float

    @property
    def is_caught(self) -> bool:
        return bool(self.failed)


@dataclass
class Found:
    tried: list[Tried] = field(default_factory=list)
    learnt: dict[str, Suggested] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    learning_seconds: dict[str, float] = field(default_factory=dict)


def measured(folder: Path, size: Size, tell: Callable[[str], None]) -> Found:
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(EngineSettings(), [folder])
    found = Found()
    try:
        for name in size.shapes:
            _measure(engine, folder / name, name, size, found)
            mine = [one for one in found.tried if one.table == name]
            tell(
                f"planted: {name}: {found.checks[name]} checks, {sum(one.is_caught for one in mine if one.kind)} of {sum(bool(one.kind) for one in mine)} faults caught, {sum(one.is_caught for one in mine if not one.kind)} of {sum(not one.kind for one in mine)} clean batches alarmed"
            )
    finally:
        engine.close()
    return found


def shape_of(name: str, *, learnt: bool) -> Shape:
    shapes = {"transactions": TRANSACTIONS, "customers": CUSTOMERS, "readings": READINGS, "orders": ORDERS}
    return flights.shape(learnt=learnt) if name == "flights" else shapes[name]


def _measure(engine: Engine, folder: Path, name: str, size: Size, found: Found) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    learnt, found.learning_seconds[name] = learn(engine, folder, shape_of(name, learnt=True), size.batches)
    found.learnt[name] = learnt
    shape = shape_of(name, learnt=False)
    table = contract_table(shape, learnt)
    suite = Suite(LineName(f"bench.planted.{name}@1"), table, checks_of(table))
    found.checks[name] = len(suite.checks)
    references = _references(folder, shape)
    for seed in size.seeds:
        for kind, column, batch in _tries(shape, seed, size):
            path = folder / "next.parquet"
            write(shape, batch, path)
            begun = time.perf_counter()
            results = _proved(engine, suite, path, batch, references)
            failed = tuple(one.check for one in results if one.outcome != "passed")
            found.tried.append(Tried(name, seed, kind, column, failed, time.perf_counter() - begun))


def _tries(shape: Shape, seed: int, size: Size) -> Iterator[tuple[str, str, Batch]]:
    """Clean batches, then one batch for each kind of fault; all of them come after the history."""
    for number in range(size.clean):
        yield "", "", batch_of(shape, f"test {seed}", size.batches + number)
    faults: Sequence[Fault] = tuple(plantable(shape, batch_of(shape, f"test {seed}", size.batches)))
    for at, fault in enumerate(faults):
        clean = batch_of(shape, f"fault {seed}", size.batches + at % 12)
        random = Random(f"{shape.name} {seed} {fault.kind}")
        if fault.where(shape, clean):
            batch, column = planted(fault, shape, clean, random)
            if batch != clean:
                yield fault.kind, column, batch


def batch_of(shape: Shape, seed: str, number: int) -> Batch:
    return shape.make(Random(f"{shape.name} {seed} {number}"), number)


def learn(engine: Engine, folder: Path, shape: Shape, batches: int) -> tuple[Suggested, float]:
    """From the clean history alone; and how long it took once that was written, its profile not counted."""
    past = []
    bench = engine.bench(datetime.now(UTC))
    for number in range(batches):
        batch = batch_of(shape, LEARNT_FROM, number)
        path = folder / f"past {number}.parquet"
        write(shape, batch, path)
        name = f"{shape.name} {number}"
        bench.offer(name, [path], tuple(shape.columns.items()))
        past.append(Past(name, batch.at))
    history = History(
        bench, shape.name, tuple(shape.columns.items()), tuple(past), f"{batches} weeks", _offered(bench, folder, shape)
    )
    try:
        newest = Subject(shape.name, [path], history.columns)
        (profile,) = looked_at([newest], Means(EngineSettings(), folder))
        started = time.perf_counter()
        return suggested(history, profile), time.perf_counter() - started
    finally:
        bench.close()


def _offered(bench: Bench, folder: Path, shape: Shape) -> tuple[Reference, ...]:
    found = []
    for name, files in _references(folder, shape).items():
        bench.offer(name, files, (("id", "BIGINT"),))
        found.append(Reference(name, "id", "BIGINT"))
    return tuple(found)


def write(shape: Shape, batch: Batch, path: Path) -> None:
    schema = pa.schema([(name, TYPES[type_]) for name, type_ in shape.columns.items()])
    pq.write_table(pa.table(batch.rows, schema=schema), path)


def contract_table(shape: Shape, learnt: Suggested) -> Table:
    """What is suggested, through a document that the standard's schema accepts."""
    properties = [{"name": name, **typed(type_)} for name, type_ in shape.columns.items()]
    document: dict[str, Any] = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": f"planted.{shape.name}", "version": "1.0.0", "status": "active",
        "schema": [{"name": shape.name, "logicalType": "object", "properties": properties}],
    }  # fmt: skip
    text = with_suggestions(written(document), shape.name, learnt.suggestions)
    document_read = read(text, f"{shape.name}.odcs.yaml")
    if faults := faults_of(document_read, "odcs"):
        raise ValueError(str(faults[0]))
    contract, faults = contract_from(document_read)
    if contract is None or faults:
        raise ValueError(str(faults[0]))
    return contract.tables[0]


def _references(folder: Path, shape: Shape) -> Mapping[str, Sequence[Path]]:
    found = {}
    for table, keys in (shape.foreign or {}).values():
        path = folder / f"{table}.parquet"
        pq.write_table(pa.table({"id": pa.array(keys)}), path)
        found[table] = [path]
    return found


def _proved(
    engine: Engine, suite: Suite, path: Path, batch: Batch, references: Mapping[str, Sequence[Path]]
) -> tuple[CheckResult, ...]:
    bench = engine.bench(batch.at)
    try:
        return bench.check(suite, [path], Built(batch.size), references)
    finally:
        bench.close()


def lines(found: Found) -> Iterator[str]:
    """The confusion table, then each kind's share, then what each table's checks are and cost."""
    faulty, clean = [one for one in found.tried if one.kind], [one for one in found.tried if not one.kind]
    yield "| batches | alarmed | not alarmed | share |"
    yield "|---|---|---|---|"
    for said, tried in (("with a planted fault", faulty), ("clean", clean)):
        alarmed = sum(one.is_caught for one in tried)
        yield f"| {said} | {alarmed} | {len(tried) - alarmed} | {100 * alarmed / max(len(tried), 1):.1f} % |"
    yield ""
    yield "| kind of fault | planted | caught | missed in |"
    yield "|---|---|---|---|"
    for kind in sorted({one.kind for one in faulty}):
        mine = [one for one in faulty if one.kind == kind]
        missed = sorted({f"{one.table}.{one.column}" for one in mine if not one.is_caught})
        yield f"| {kind} | {len(mine)} | {100 * sum(one.is_caught for one in mine) / len(mine):.0f} % | {', '.join(missed)} |"
    yield ""
    yield "| table | history | checks | learnt in | proved in | false alarms expected | of its clean batches |"
    yield "|---|---|---|---|---|---|---|"
    for table, learnt in found.learnt.items():
        mine = [one for one in found.tried if one.table == table]
        cleaned = [one for one in mine if not one.kind]
        seconds = sorted(one.seconds for one in mine)[len(mine) // 2]
        in_clean = f"{sum(one.is_caught for one in cleaned)} of {len(cleaned)} alarmed"
        history = f"{learnt.batches} weeks, {learnt.rows:,} rows"
        yield f"| {table} | {history} | {found.checks[table]} | {found.learning_seconds[table]:.1f} s | {1000 * seconds:.0f} ms | {100 * learnt.expected_rate:.2f} % | {in_clean} |"


def shares(found: Found) -> tuple[float, float]:
    """Of faults that are caught, and of clean batches that alarm."""
    faulty, clean = [one for one in found.tried if one.kind], [one for one in found.tried if not one.kind]
    return sum(one.is_caught for one in faulty) / len(faulty), sum(one.is_caught for one in clean) / len(clean)

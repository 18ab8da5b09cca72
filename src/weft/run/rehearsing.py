"""A consumer's tables made over something that it does not read yet: computed and proved in a scratch place, and gone with it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from weft.names import LineName, RunId, sortable_id
from weft.plan.plan import Desired, ProductPlan, Step
from weft.product.checks import CheckResult
from weft.product.contract import Table
from weft.product.product import Product
from weft.product.snapshot import Recorded, Snapshot
from weft.run.job import Job
from weft.run.making import Making
from weft.run.workshop import Workshop


@dataclass(frozen=True, slots=True)
class RehearsedTable:
    """One promised table as it came out; its files are there until the rehearsal ends."""

    line: LineName
    table: Table
    paths: tuple[Path, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`results` are the checks of the tables, and of the sources that were read for them."""

    tables: tuple[RehearsedTable, ...]
    results: tuple[CheckResult, ...]
    seconds: float


@contextmanager
def rehearsed(
    shop: Workshop, values: tuple[Desired, Recorded], product: Product, lines: Collection[LineName]
) -> Iterator[Rehearsal]:
    """Makes some lines of a product; its others stand as published. Nothing is published or recorded.

    Raises: SourceFault, TransformFault, EngineFault, StoreFault; a check that does not hold is a result.
    """
    desired, recorded = values
    began, run = time.perf_counter(), RunId(sortable_id())
    plan = ProductPlan(product.name, tuple(Step(line, "build") for line in sorted(lines)))
    standing = _standing(shop, recorded, product)
    job = Job(shop, desired, run, recorded.environment, product, plan, standing, standing)
    bench = shop.engine.bench(desired.as_of)
    try:
        making = Making(job, bench, shop.mesh.reads(product))
        making.make()
        tables = (RehearsedTable(line, m.table, m.paths, m.built.rows) for line, m in sorted(making.made.items()))
        yield Rehearsal(tuple(tables), tuple(making.results), time.perf_counter() - began)
    finally:
        bench.close()
        shop.store.discard(run)


def _standing(shop: Workshop, recorded: Recorded, product: Product) -> dict[LineName, Snapshot]:
    """What it reads, and its own tables."""
    lines = {*product.lines_made.values(), *(read.line for read in shop.mesh.reads(product).values() if read.line)}
    wanted = {line: recorded.pointers[line].snapshot for line in lines if line in recorded.pointers}
    found = shop.registry.snapshots(set(wanted.values()))
    return {line: found[snapshot] for line, snapshot in wanted.items() if snapshot in found}

"""`weft try`: a transform as it stands on disk over what is published, its rows, types, checks and time; nothing is published."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weft.engine.seam import Build, Built, Columns
from weft.errors import Unknown
from weft.names import LineName, RunId, sortable_id
from weft.plan.fingerprint import made_by
from weft.plan.plan import Desired, ProductPlan
from weft.product.checks import CheckResult, Suite, checks_of
from weft.product.contract import Table
from weft.product.core_data import CoreRequest
from weft.product.product import Product
from weft.product.snapshot import Recorded
from weft.run.job import Job
from weft.run.making import Making
from weft.run.workshop import Workshop

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Trial:
    """`rows` are the first ones, of `total`; `columns` are the names and DuckDB types that the transform returns."""

    name: str
    columns: Columns
    rows: pa.Table
    total: int
    results: tuple[CheckResult, ...]
    seconds: float
    """Of computing, without the checks."""


@contextmanager
def core_request(shop: Workshop, values: tuple[Desired, Recorded], product: Product) -> Iterator[CoreRequest]:
    """What the making of a product's core data would be given now; it may be used until the context is left.

    Raises: SourceFault, EngineFault; TransformFault of a step that it reads.
    """
    key = product.core.tables["crosswalk"] if product.core else ""
    with _making(shop, values, product) as making:
        computing = making.computing()
        for _ in computing.arranged({key}, set(), making.offer):
            yield computing.core_request()


def attempt(shop: Workshop, values: tuple[Desired, Recorded], product: Product, key: str, limit: int = 20) -> Trial:
    """Computes one of a product's names. Raises: Unknown; SourceFault, TransformFault, EngineFault."""
    if key not in made_by(product):
        raise Unknown(f"transform of {product.name}", key, made_by(product))
    with _making(shop, values, product) as making:
        return _tried(making, key, limit)


@contextmanager
def _making(shop: Workshop, values: tuple[Desired, Recorded], product: Product) -> Iterator[Making]:
    """A bench on which nothing of a product stands yet; what it makes is thrown away."""
    desired, recorded = values
    run = RunId(sortable_id())
    pointers = recorded.pointers
    found = shop.registry.snapshots({pointer.snapshot for pointer in pointers.values()})
    standing = {line: found[pointer.snapshot] for line, pointer in pointers.items() if pointer.snapshot in found}
    plan = ProductPlan(product.name, ())
    job = Job(shop, desired, run, recorded.environment, product, plan, standing, standing)
    bench = shop.engine.bench(desired.as_of)
    try:
        yield Making(job, bench, shop.mesh.reads(product))
    finally:
        bench.close()
        shop.store.discard(run)


def _tried(making: Making, key: str, limit: int) -> Trial:
    bench, product, store = making.bench, making.job.product, making.job.shop.store
    line = product.lines_made.get(key, LineName(f"{product.name}.{key}"))
    for name in making.computing().arranged({key}, set(), making.offer):
        began = time.perf_counter()
        bench.step("tried", making.computing().sql(name), stored=True)
        seconds = time.perf_counter() - began
        described = bench.arrow("DESCRIBE SELECT * FROM tried").read_all().to_pylist()
        columns = tuple((row["column_name"], row["column_type"]) for row in described)
        rows = bench.arrow(f"SELECT * FROM tried LIMIT {limit}").read_all()
        total = bench.arrow("SELECT count(*) AS n FROM tried").read_all().column(0)[0].as_py()
        results = tuple(making.results)
        if promise := making.job.desired.mesh.promise(line):
            path = store.scratch(making.job.run) / "tried.parquet"
            results += _checked(making, promise[1], Build(line, "SELECT * FROM tried", _promised(promise[1]), path))
        return Trial(f"{product.name}.{key}", columns, rows, total, results, seconds)
    raise ValueError(f"{key} was not computed")


def _promised(table: Table) -> Columns:
    return tuple((column.name, column.type) for column in table.columns)


def _checked(making: Making, table: Table, build: Build) -> tuple[CheckResult, ...]:
    built: Built = making.bench.build(build)
    suite = Suite(build.line, table, checks_of(table))
    return making.bench.check(suite, (build.path,), built, making.references(table, build.line))

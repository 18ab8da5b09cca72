"""`weft test`: the checks of what is published and what consumers expect of it, without building anything."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from weft.engine.seam import Bench, Built
from weft.names import LineName, ProductName, product_of
from weft.product.checks import CheckResult, Suite, checks_of
from weft.product.contract import Table
from weft.product.expectations import expectations_by_line
from weft.product.product import Product
from weft.product.snapshot import RunState, Snapshot
from weft.run.expecting import expectations_held
from weft.run.failures import FailedRows, kept_failures, measured_whole
from weft.run.report import ProofReport
from weft.run.workshop import Workshop

Over = tuple[Snapshot, dict[str, Sequence[Path]]]
"""What is proved, and the files behind each table that its relationships name."""


def prove(shop: Workshop, environment: str, products: Iterable[ProductName]) -> ProofReport:
    """Proves every published table of the products and what they expect of others', and records the results as a run of its own."""
    began = time.perf_counter()
    names, standing = sorted(products), _standing(shop, environment)
    journal = shop.registry.journal
    run = journal.begin(environment, "test", "")
    results: list[CheckResult] = []
    state: RunState = "failed"
    try:
        for product in (shop.mesh.product(name) for name in names):
            results += _results(shop, product, standing)
        results = [replace(result, run=run) for result in (*results, *_expected(shop, names, standing))]
        journal.record(results=results)
        state = "succeeded" if not any(result.blocks for result in results) else "failed"
    finally:
        journal.end(run, state)
    lines = (suite.line for name in names for suite, _ in _suites(shop.mesh.product(name)))
    unpublished = tuple(line for line in lines if line not in standing)
    return ProofReport(tuple(results), unpublished, time.perf_counter() - began)


def _results(shop: Workshop, product: Product, standing: dict[LineName, Snapshot]) -> Iterator[CheckResult]:
    with _bench(shop) as bench:
        for suite, over in _published(shop, product, standing):
            for result in _proved(shop, bench, suite, over):
                yield replace(result, snapshot=over[0].id, at=datetime.now(UTC))


def _expected(
    shop: Workshop, products: Sequence[ProductName], standing: dict[LineName, Snapshot]
) -> Iterator[CheckResult]:
    """What is expected of the products' tables, and what the products expect of others'; in nobody's way, as all is published."""
    for line, expectations in expectations_by_line(shop.mesh).items():
        snapshot, own = standing.get(line), product_of(line) in products
        consumers = [one.consumer for one in expectations if own or one.consumer in products]
        if snapshot is not None and consumers:
            yield from expectations_held(shop, line, snapshot, consumers)


def failing_rows(shop: Workshop, environment: str, products: Iterable[ProductName]) -> tuple[FailedRows, ...]:
    """The rows that break checks: of the last candidate that was refused, and of what is published now."""
    standing = _standing(shop, environment)
    found: list[FailedRows] = []
    for product in (shop.mesh.product(name) for name in sorted(products)):
        found += kept_failures(shop.settings, product.name)
        found += _failing(shop, product, standing)
    return tuple(found)


def _failing(shop: Workshop, product: Product, standing: dict[LineName, Snapshot]) -> Iterator[FailedRows]:
    with _bench(shop) as bench:
        for suite, over in _published(shop, product, standing):
            paths = shop.store.paths(over[0])
            for failed in (one.check for one in _proved(shop, bench, suite, over) if one.outcome == "failed"):
                rows = bench.failing(suite, failed, paths, over[1])
                is_value = measured_whole(suite, failed)
                yield FailedRows(suite.line, failed, rows, published=True, is_value=is_value)


def _standing(shop: Workshop, environment: str) -> dict[LineName, Snapshot]:
    pointers = shop.registry.recorded(environment).pointers
    found = shop.registry.snapshots({pointer.snapshot for pointer in pointers.values()})
    return {line: found[pointer.snapshot] for line, pointer in pointers.items() if pointer.snapshot in found}


def _suites(product: Product) -> Iterator[tuple[Suite, Table]]:
    for _, contract, table in product.promises:
        yield Suite(product.line(table.name, contract.line), table, checks_of(table)), table


def _published(shop: Workshop, product: Product, standing: dict[LineName, Snapshot]) -> Iterator[tuple[Suite, Over]]:
    for suite, table in _suites(product):
        if (snapshot := standing.get(suite.line)) is not None:
            yield suite, (snapshot, _references(shop, product, (suite, table), standing))


def _proved(shop: Workshop, bench: Bench, suite: Suite, over: Over) -> tuple[CheckResult, ...]:
    snapshot, references = over
    built = Built(snapshot.rows, snapshot.statistics)
    return bench.check(suite, shop.store.paths(snapshot), built, references)


def _references(
    shop: Workshop, product: Product, proved: tuple[Suite, Table], standing: dict[LineName, Snapshot]
) -> dict[str, Sequence[Path]]:
    suite, table = proved
    reads, lines = shop.mesh.reads(product), product.lines_made
    found: dict[str, Sequence[Path]] = {}
    for relationship in table.relationships:
        name = relationship.to_table
        line = reads[name].line if name in reads else lines.get(product.meant_by(name, suite.line))
        if line is not None and line in standing:
            found[name] = shop.store.paths(standing[line])
    return found


@contextmanager
def _bench(shop: Workshop) -> Iterator[Bench]:
    bench = shop.engine.bench(datetime.now(UTC))
    try:
        yield bench
    finally:
        bench.close()

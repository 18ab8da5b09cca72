"""The consumers of what one run makes: whose expectations bind, and what came of holding them before anything is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from weft.engine.seam import Columns
from weft.names import LineName, ProductName, SnapshotId
from weft.plan.plan import Desired, Plan, ProductPlan
from weft.product.checks import CheckResult
from weft.product.expectations import Expectation, expectations_by_line, expectations_of
from weft.product.mesh import Mesh
from weft.product.snapshot import Recorded, Snapshot
from weft.run.job import Job
from weft.run.making import Making
from weft.run.workshop import Workshop

if TYPE_CHECKING:
    from weft.engine.apart import Apart
    from weft.run.expecting import Candidate

CHANGES = ("build", "reuse")
"""Done for tables of which consumers may get other rows than before."""


@dataclass
class Consumers:
    """For many threads. `by_line` are the expectations that bind: as recorded, or as this very run records them."""

    shop: Workshop
    desired: Desired
    recorded: Recorded
    by_line: dict[LineName, tuple[Expectation, ...]]
    _held: set[tuple[ProductName, LineName]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def apart(self) -> Apart:
        from weft.engine.apart import Apart

        return Apart(remembered=self.desired.remembered)

    def close(self) -> None:
        if "apart" in self.__dict__:
            self.apart.end()

    def hold(self, job: Job, making: Making) -> None:
        """Adds what came of each expectation to what was proved, unless that stops the publish already."""
        if any(result.blocks for result in making.results):
            return
        for step in job.plan.steps:
            if step.action in CHANGES:
                making.results += self._held_of(step.line, job, making)
        if job.plan.reasons:
            making.results += self._own(job, making)

    def _held_of(self, line: LineName, job: Job, making: Making) -> Iterator[CheckResult]:
        expectations, before = self.by_line.get(line, ()), job.snapshots.get(line)
        columns = _columns(line, job)
        changed = before is not None and not set(before.columns) <= set(columns)
        if not expectations and not changed:
            return
        from weft.run.expecting import implicit_held

        candidate = self._candidate(line, job, making)
        if expectations:
            yield from self._results(candidate, expectations, job, making)
        if changed and before is not None:
            wrote = {expectation.consumer for expectation in expectations}
            reads = (read for read in self._reads(before) if read[0] not in wrote)
            yield from implicit_held(reads, candidate, job.shop.engine)

    def _candidate(self, line: LineName, job: Job, making: Making) -> Candidate:
        promise = job.desired.mesh.promise(line)
        if promise is None:
            raise ValueError(f"{line} is promised by nobody")
        from weft.run.expecting import Candidate, published

        if made := making.made.get(line):
            return Candidate(line, *promise, made.paths, made.built)
        return published(job.shop, line, promise, making.snapshot(line))

    def _results(
        self, candidate: Candidate, expectations: Iterable[Expectation], job: Job, making: Making
    ) -> tuple[CheckResult, ...]:
        from weft.run.expecting import Means, held

        expectations = tuple(expectations)
        with self._lock:
            self._held |= {(one.consumer, one.line) for one in expectations}
            apart = self.apart
        with job.stopping.by(apart.end):
            means = Means(job.shop.engine, making.bench, apart, job.desired.as_of, job.desired.remembered)
            return held(means, candidate, expectations)

    def _own(self, job: Job, making: Making) -> Iterator[CheckResult]:
        """What a product expects since its documents changed, of what is published already: told, and in nobody's way."""
        from weft.run.expecting import published

        mesh = job.desired.mesh
        for expectation in expectations_of(job.product, mesh):
            snapshot, promise = job.snapshots.get(expectation.line), mesh.promise(expectation.line)
            if snapshot is None or promise is None or (job.product.name, expectation.line) in self._held:
                continue
            candidate = published(job.shop, expectation.line, promise, snapshot)
            for result in self._results(candidate, [expectation], job, making):
                severity = "warning" if result.severity == "error" else result.severity
                yield replace(result, severity=severity, snapshot=snapshot.id)

    def _reads(self, before: Snapshot) -> Iterator[tuple[ProductName, str, str]]:
        """The columns of a line that the SQL of others reads, in the types that it read them; those made anew in this run look themselves."""
        facts = self.shop.registry.journal.facts("column_lineage", self.recorded.environment)
        rows = facts.select(["product", "source", "source_column"]).to_pylist()
        read = {(row["product"], row["source_column"]) for row in rows if row["source"] == before.line}
        for consumer, column in sorted(read):
            if consumer not in self.desired.selected:
                types = dict(self._read_as(ProductName(consumer), before))
                if column in types:
                    yield ProductName(consumer), column, types[column]

    def _read_as(self, consumer: ProductName, before: Snapshot) -> Columns:
        """The columns of the snapshot that a consumer was built on; where it is not kept any more, of the one that stands."""
        from weft.plan.promotion import built_on

        built: set[SnapshotId] = {s for pointer in self.recorded.of(consumer) for s in built_on(pointer).values()}
        if before.id in built:
            return before.columns
        found = self.shop.registry.snapshots(built).values()
        newest = max((s for s in found if s.line == before.line), key=lambda s: s.id, default=before)
        return newest.columns


def _columns(line: LineName, job: Job) -> Columns:
    promise = job.desired.mesh.promise(line)
    return tuple((column.name, column.type) for column in promise[1].columns) if promise else ()


def consumers_of(shop: Workshop, plan: Plan, values: tuple[Desired, Recorded]) -> Consumers:
    """What binds in a run: nothing where nothing is made. A product that this run leaves alone expects what it recorded."""
    desired, recorded = values
    changes = any(_changes(product) for product in plan.work)
    by_line = expectations_by_line(_binding(shop, plan, values)) if changes else {}
    consumers = Consumers(shop, desired, recorded, by_line)
    changed = (step.line for product in plan.work for step in product.steps if step.action in CHANGES)
    if any(check.kind == "sql" for line in changed for one in by_line.get(line, ()) for check in one.checks):
        consumers.apart.start()
    return consumers


def _changes(product: ProductPlan) -> bool:
    return bool(product.reasons) or any(step.action in CHANGES for step in product.steps)


def _binding(shop: Workshop, plan: Plan, values: tuple[Desired, Recorded]) -> Mesh:
    """The mesh with the products that are not selected as they are recorded; one question, where any of them reads what is made."""
    desired, recorded = values
    mesh, made = desired.mesh, {product.product for product in plan.work}
    waiting = (p for p in mesh.present if p.name not in desired.selected and recorded.digests.get(p.name) != p.digest)
    others = [product.name for product in waiting if made & set(mesh.upstream(product))]
    if not others:
        return mesh
    known = shop.registry.products(others, recorded.environment)
    rest = {name: product for name, product in mesh.products.items() if name not in others}
    return replace(mesh, products=rest | known)

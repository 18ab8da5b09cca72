"""From a product that was made and proved to one publication: snapshots sealed, pointers set, all in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from weft.engine.seam import BuiltFile
from weft.errors import ChecksFailed, StoreFault
from weft.names import LineName, SnapshotId, leaf_of, sortable_id
from weft.plan.core_past import CORE, continued, core_lines
from weft.plan.lineage import lineage_of
from weft.plan.plan import Step
from weft.product.checks import CheckResult
from weft.product.mesh import Domain
from weft.product.snapshot import Pointed, Publication, Snapshot, SnapshotFile, StepRecord
from weft.run.handover import events_of, handover
from weft.run.job import Job
from weft.run.making import Made, Making
from weft.run.renewed import footing
from weft.run.report import ProductReport, ProductState, TableAction, TableReport

LOG_CHARACTERS = 4000
"""Of what a product's Python printed, the last is kept with its step."""
DONE: dict[str, TableAction] = {"check": "checked", "reuse": "reused"}


def publish(job: Job, making: Making, began: float) -> tuple[ProductReport, dict[LineName, Snapshot]]:
    """Publishes what was made, and returns what was done and where every line of the product now stands.

    Raises: ChecksFailed, where a check of severity error did not hold: then nothing is published. Moved, RegistryBusy, StoreFault.
    """
    failed = [result for result in making.results if result.blocks]
    if failed:
        raise ChecksFailed(refusal(job, failed), mend=_mend(job, failed[0]))
    publication, tables, standing = _publication(job, making)
    domain = job.desired.mesh.domains.get(job.product.domain) or Domain(job.product.domain, "")
    revision = job.shop.registry.publish(publication, domain)
    seconds = time.perf_counter() - began
    changed = job.plan.reasons or any(table.action != "nothing" for table in tables)
    state: ProductState = "published" if changed else "unchanged"
    said = making.core.made.said if making.core and making.core.made else ""
    report = ProductReport(job.product.name, state, tables, tuple(making.results), said, seconds, revision)
    return report, standing


def refusal(job: Job, failed: list[CheckResult]) -> str:
    first = failed[0]
    what = f"{leaf_of(first.line)}: {first.check} found {first.measured} ({first.threshold})"
    if first.outcome == "error":
        what = f"{leaf_of(first.line)}: {first.check} could not be computed: {first.message}"
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    whose = f" ({first.message})" if first.consumer else ""
    kind = "what a consumer expects, and" if first.consumer else "a check of"
    does_not = "promises, does not hold" if first.consumer else "does not hold"
    return f"{kind} {job.product.name} {does_not}, so nothing of it was published: {what}{whose}{more}"


def _mend(job: Job, failed: CheckResult) -> str:
    if failed.consumer:
        return "Mend the data; or promise less, which is a new major version."
    return f"See the failing rows: weft test {job.product.name} --failures"


def _publication(job: Job, making: Making) -> tuple[Publication, tuple[TableReport, ...], dict[LineName, Snapshot]]:
    new: list[Snapshot] = []
    pointers: list[Pointed] = []
    tables: list[TableReport] = []
    standing: dict[LineName, Snapshot] = {}
    for step in job.plan.steps:
        if step.action == "remove":
            tables.append(TableReport(step.line, "removed", reasons=step.reasons))
            continue
        snapshot, table = _settled(job, making, step)
        if table.action == "built":
            new.append(snapshot)
        standing[step.line] = snapshot
        tables.append(replace(table, handover=handover(job, step, snapshot)) if step.native else table)
        pointers.append(Pointed(step.line, snapshot.id, step.fingerprint, step.expects, step.checks, step.parts))
    removed = removal(step for step in job.plan.steps if step.action == "remove")
    publication = Publication(
        job.run,
        job.environment,
        job.product,
        tuple(pointers),
        tuple(new),
        removed,
        tuple(arrival.state for arrival in making.arrivals.values()),
        _input_lines(job),
        lineage_of(job.product, job.desired.mesh) if job.plan.reasons else None,
        _records(job, tables, (making, standing)),
        _dated(job, making, standing),
        resumes=job.product.name in job.desired.resumed,
        events=events_of(job, tables),
    )
    return publication, tuple(tables), standing


def _settled(job: Job, making: Making, step: Step) -> tuple[Snapshot, TableReport]:
    """Where one line stands after this run: a new snapshot, or the one before where it came out the same."""
    made = making.made.get(step.line)
    if made is None:
        snapshot = making.snapshot(step.line)
        done = DONE.get(step.action, "nothing")
        return snapshot, TableReport(step.line, done, snapshot.rows, snapshot.bytes, 0.0, step.reasons)
    snapshot = _sealed(job, making, made)
    before = job.snapshots.get(step.line)
    same = before is not None and (before.content, before.columns) == (snapshot.content, snapshot.columns)
    settled = before if same and before is not None and _stays(job, step, before) else snapshot
    action: TableAction = "same" if settled is before else "built"
    parts = (len(made.files), len(snapshot.files)) if "parts" in step.parts else None
    table = TableReport(step.line, action, snapshot.rows, snapshot.bytes, made.seconds, step.reasons, parts=parts)
    return settled, table


def _stays(job: Job, step: Step, before: Snapshot) -> bool:
    """Whether a snapshot may stay in the place of one that came out the same: its files are there, and no new one was asked for.

    Core data that was matched otherwise is told so by its snapshot, though it came out the same.
    """
    if job.desired.full or before.inputs.get(CORE) != step.parts.get(CORE):
        return False
    with suppress(StoreFault):
        job.shop.store.paths(before)
        return True
    return False


def _sealed(job: Job, making: Making, made: Made) -> Snapshot:
    """Of core data it is written down what it went on from: it answers the same only over the same past."""
    parts = dict(made.step.parts)
    if making.core is not None and made.step.line in core_lines(job.product):
        parts = continued(parts, making.core.past.crosswalk)
    sealed = (_sealed_file(job, made, file) for file in made.files)
    files = sorted((*made.kept, *sealed), key=lambda file: str(file.part))
    return Snapshot(
        SnapshotId(sortable_id()),
        made.step.line,
        made.step.fingerprint,
        job.run,
        datetime.now(UTC),
        tuple((column.name, column.type) for column in made.table.columns),
        tuple(files),
        parts | footing(made.against, made.step.checks),
        made.built.statistics,
    )


def _sealed_file(job: Job, made: Made, file: BuiltFile) -> SnapshotFile:
    sealed = job.shop.store.seal(file.path, file.rows)
    is_parted = "parts" in made.step.parts
    return replace(sealed, part=file.part, statistics=file.statistics) if is_parted else sealed


def _input_lines(job: Job) -> dict[str, str]:
    reads = job.desired.mesh.reads(job.product).values()
    return {read.port.name: read.line.rpartition("@")[2] for read in reads if read.line}


def _records(
    job: Job, tables: list[TableReport], came: tuple[Making, dict[LineName, Snapshot]]
) -> tuple[StepRecord, ...]:
    making, standing = came
    now = datetime.now(UTC)
    return tuple(
        StepRecord(
            job.run,
            job.product.name,
            table.line,
            table.action,
            "; ".join(table.reasons),
            "done",
            now,
            table.seconds,
            table.rows,
            table.bytes,
            standing[table.line].id if table.line in standing else None,
            making.made[table.line].log[-LOG_CHARACTERS:] if table.line in making.made else "",
        )
        for table in tables
        if table.action != "nothing"
    )


def _dated(job: Job, making: Making, standing: dict[LineName, Snapshot]) -> tuple[CheckResult, ...]:
    """Results with the run, the snapshot and the time that they are of."""
    now = datetime.now(UTC)
    return tuple(
        replace(
            result,
            run=job.run,
            snapshot=standing[result.line].id if result.line in standing else result.snapshot,
            at=now,
        )
        for result in making.results
    )


def removal(steps: Iterable[Step]) -> tuple[Pointed, ...]:
    """Lines that are promised no more, or whose product's folder is gone, to be unpointed."""
    return tuple(Pointed(s.line, s.snapshot or SnapshotId(""), s.fingerprint, s.expects) for s in steps)

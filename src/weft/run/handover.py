"""A bridge takes over a line: what it makes is compared once with the last snapshot that the line's own transform made.

Differences are told and not refused: a bridge may be meant to differ, and what the line promises is proved by its checks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weft.errors import WeftError
from weft.identity.caller import caller
from weft.product.bridges import bridges_of
from weft.product.snapshot import Event, Snapshot
from weft.run.job import Job
from weft.run.report import Handover, TableReport

if TYPE_CHECKING:
    from weft.engine.comparing import Compared
    from weft.engine.seam import Bench
    from weft.plan.plan import Step

EXAMPLES = 3
BRIDGED = "bridged"
"""The kind of the event that tells it."""


def handover(job: Job, step: Step, after: Snapshot) -> Handover | None:
    """What changes for the line's readers; None where no bridge takes over. A comparison that fails is said, and stops nothing."""
    if step.native is None:
        return None
    before = job.snapshots.get(step.line)
    found = Handover(bridges_of(job.product)[step.line], step.native, rows=before.rows if before else 0)
    if before is None:
        return replace(found, note="its last native snapshot is not kept any more, so it was not compared")
    promise = job.desired.mesh.promise(step.line)
    found = replace(found, key=promise[1].key if promise else ())
    if before.content == after.content and before.columns == after.columns:
        return found
    try:
        return _compared(job, (before, after), found)
    except WeftError as error:
        return replace(found, note=f"it could not be compared with its last native snapshot: {error}")


def events_of(job: Job, tables: list[TableReport]) -> tuple[Event, ...]:
    """One for each table that a bridge makes from now on."""
    at, run, who = datetime.now(UTC), str(job.run), caller()
    return tuple(
        Event(at, job.product.name, BRIDGED, table.handover.told, table.line, job.environment, run, who)
        for table in tables
        if table.handover
    )


def _compared(job: Job, snapshots: tuple[Snapshot, Snapshot], found: Handover) -> Handover:
    from weft.engine.comparing import AFTER, BEFORE, compared

    before, after = snapshots
    names = {name for name, _ in before.columns} & {name for name, _ in after.columns}
    key = found.key if names.issuperset(found.key) else ()
    of = compared(before.columns, after.columns, key, EXAMPLES)
    bench = job.shop.engine.bench(job.desired.as_of)
    try:
        for name, snapshot in ((BEFORE, before), (AFTER, after)):
            bench.offer(name, job.shop.store.paths(snapshot), snapshot.columns)
        return _by_key(bench, of, found) if key else _as_bags(bench, of, replace(found, key=()))
    finally:
        bench.close()


def _by_key(bench: Bench, of: Compared, found: Handover) -> Handover:
    from weft.engine.comparing import by_key

    added, removed, changed, *rest = _row(bench, by_key(of)).values()
    counts, examples = rest[: len(of.columns)], rest[len(of.columns) :]
    return replace(
        found,
        added=added,
        removed=removed,
        changed=changed,
        columns={name: rows for (name, _, _), rows in zip(of.columns, counts, strict=True) if rows},
        first_added=_keys(examples[0]),
        first_removed=_keys(examples[1]),
        first_changed=_keys(examples[2]),
    )


def _as_bags(bench: Bench, of: Compared, found: Handover) -> Handover:
    from weft.engine.comparing import as_bags

    counts = _row(bench, as_bags(of))
    return replace(found, added=counts["added"], removed=counts["removed"])


def _row(bench: Bench, sql: str) -> dict[str, Any]:
    found: dict[str, Any] = bench.arrow(sql).read_all().to_pylist()[0]
    return found


def _keys(found: list[list[str | None]] | None) -> tuple[tuple[str | None, ...], ...]:
    return tuple(tuple(key) for key in found or ())

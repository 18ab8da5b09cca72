"""How much a product reads in a run: what decides whether others are made beside it, and by how many threads."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from weft.product.snapshot import Recorded, Snapshot, SourceState
from weft.run.job import Job

HEAVY_BYTES = 32 * 2**20
"""Products that read more than this are made one at a time: two at once would need twice the memory and gain nothing."""
LIGHT_BYTES = 2 * 2**20
"""Products that read less than this are made by one thread each: DuckDB would hardly find a second row group to share out."""


def size_read(job: Job, recorded: Recorded) -> int:
    """Bytes of all that a product reads; where it is made in part, of what came.

    A source that tells no size is taken for one that is not small; so are parts of tables that are heavy as a whole, since not
    every file says which keys it has.
    """
    building = [step.partial for step in job.plan.steps if step.action == "build"]
    carriers = [set(partial.carriers) for partial in building if partial is not None]
    is_in_part = bool(carriers) and len(carriers) == len(building)
    new = set.intersection(*carriers) if is_in_part else set()
    lines = _of_lines(job, new)
    if is_in_part and _of_lines(job, ()) >= HEAVY_BYTES:
        lines = max(lines, LIGHT_BYTES)
    return lines + _of_sources(job, recorded, new)


def _of_lines(job: Job, new: Collection[str]) -> int:
    """Of those inputs that are named, only what is new."""
    size = 0
    for name, read in job.desired.mesh.reads(job.product).items():
        if read.line is not None and (snapshot := job.snapshots.get(read.line)):
            size += _bytes_of(snapshot, job.before.get(read.line) if name in new else None)
    return size


def _of_sources(job: Job, recorded: Recorded, new: Collection[str]) -> int:
    size = 0
    for name, read in job.desired.mesh.reads(job.product).items():
        key = job.product.name, name
        if read.line is None and (state := job.desired.sources.get(key)):
            size += _bytes_of_source(state, recorded.sources.get(key) if name in new else None)
    return size


def _bytes_of(snapshot: Snapshot, before: Snapshot | None) -> int:
    if before is None or before.id == snapshot.id:
        return snapshot.bytes
    stood = {file.digest for file in before.files}
    return sum(file.bytes for file in snapshot.files if file.digest not in stood)


def _bytes_of_source(state: SourceState, before: SourceState | None) -> int:
    stood: Mapping[str, str] = before.contents if before else {}
    contents = state.contents
    came = (told for part, told in state.parts.items() if contents[part] != stood.get(part))
    sizes = (told.partition(":")[0] for told in came)
    return sum(int(size or 0) if size[:1].isdigit() else LIGHT_BYTES for size in sizes)

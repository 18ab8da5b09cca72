"""Making one product: its inputs offered, its steps and tables computed in order, its promises proved; nothing published yet."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from weft.access import Reader, may_read
from weft.engine.seam import Bench, Build, Built, BuiltFile, Columns
from weft.errors import Refused, StoreFault, TransformFault
from weft.names import LineName, SnapshotId, is_preview
from weft.plan.partial import inputs_of
from weft.plan.plan import Step
from weft.product.checks import CheckResult, Suite, checks_of
from weft.product.contract import Table
from weft.product.mesh import Read
from weft.product.parting import parting_of
from weft.product.snapshot import Part, Snapshot, SnapshotFile
from weft.run.changing import Wanted, changed_parts, narrowed
from weft.run.computing import Computing
from weft.run.core_step import CoreStep, past
from weft.run.job import Job
from weft.run.parted import Deliveries, batch_of, deliveries, made_in_parts, together
from weft.run.renewed import Over, Proved, Renewal, decided_apart, proved_in_part, reads_all

if TYPE_CHECKING:
    from weft.sources import Arrival


MANY_ROWS = 1_000_000
"""More are read by several threads."""
PROVED = ("check", "reuse")
"""Done for tables that are not built: what stands was proved by other rules, or in another environment."""


@dataclass(slots=True)
class Made:
    """What was computed of one promised table: its files are written and proved, and not yet sealed.

    Of a table that is made in parts, `kept` are files that stay of the snapshot before; `built` is of the whole.
    """

    step: Step
    table: Table
    files: tuple[BuiltFile, ...]
    built: Built
    seconds: float
    log: str = ""
    """What its Python printed, and that of the steps that were computed for it."""
    kept: tuple[SnapshotFile, ...] = ()
    paths: tuple[Path, ...] = ()
    """Of all its files, those that are kept first."""
    against: Mapping[str, SnapshotId] = field(default_factory=dict)
    """The snapshots that relationships of a table in parts are proved against, where they are known."""


@dataclass(slots=True)
class Making:
    """The state of one product on its bench: which names are relations by now, and the files behind each."""

    job: Job
    bench: Bench
    reads: Mapping[str, Read]
    files: dict[str, tuple[Sequence[Path], Columns]] = field(default_factory=dict)
    delivered: dict[str, Deliveries] = field(default_factory=dict)
    """Of a source that a table is appended from, what of it is read."""
    changing: dict[LineName, tuple[Wanted, frozenset[Part] | None]] = field(default_factory=dict)
    """Of each table that is replaced in parts, which of them may have changed."""
    made: dict[LineName, Made] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    results: list[CheckResult] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    core: CoreStep | None = None
    """Of a product that has core data: made once, whichever of its tables is asked for first."""

    def make(self) -> None:
        """Computes what the plan builds, and proves what it builds or checks.

        Raises: SourceFault, TransformFault, EngineFault, StoreFault; a failed check is a result, not an error.
        """
        steps = {step.line: step for step in self.job.plan.steps}
        lines = self.job.product.lines_made
        building = {key: steps[line] for key, line in lines.items() if line in steps and steps[line].action == "build"}
        computing = self.computing()
        self.changing = {step.line: found for step in building.values() if (found := self._changing(step))}
        self.delivered = {source: found for step in building.values() for source, found in self._deliveries(step)}
        for key in computing.arranged(building.keys(), lines.keys() - building.keys(), self.offer):
            began = time.perf_counter()
            self._build(key, computing.sql(key), building[key], began)
        for arrival in self.arrivals.values():
            if arrival.original:
                arrival.unchanged()
        self._prove(steps)

    def computing(self) -> Computing:
        job, shop = self.job, self.job.shop
        scratch = shop.store.scratch(job.run)
        core = self._core_step(scratch)
        return Computing(
            job.product, self.bench, job.desired.as_of, shop.root, scratch, job.stopping, self.printed, core
        )

    def _core_step(self, scratch: Path) -> CoreStep | None:
        job, core = self.job, self.job.product.core
        if core is not None and self.core is None:
            into, as_of = scratch / f"{job.product.name}.core", job.desired.as_of
            before = past(job.product, job.before)
            self.core = CoreStep(job.shop, job.product, core, into, as_of, job.stopping, before, job.desired.full)
        return self.core

    def offer(self, name: str) -> None:
        """Makes a name readable: a snapshot's files, or a source that arrives now."""
        if name in self.files:
            return
        lines = self.job.product.lines_made
        read = self.reads.get(name)
        line = lines[name] if read is None else read.line
        if read is not None and line is not None and is_preview(line):
            self._refuse_uninvited(line)
        if line is not None:
            self._refuse_unagreed(line)
            self._put_snapshot(name, self.snapshot(line))
        elif read is not None:
            self._arrive(read)

    def _refuse_uninvited(self, line: LineName) -> None:
        """An invitation ends by itself, with nothing of the reader changed. Raises: Refused."""
        desired = self.job.desired
        decision = may_read(Reader(self.job.product.name), line, desired.mesh, desired.as_of.date())
        if not decision.is_allowed:
            raise Refused(decision.reason, mend=decision.mend)

    def _refuse_unagreed(self, line: LineName) -> None:
        """Raises: Refused where the mesh asks an agreement for it, and none is in force."""
        if refusal := self.job.desired.unagreed.get((self.job.product.name, line)):
            reason, mend = refusal
            raise Refused(reason, mend=mend)

    def snapshot(self, line: LineName) -> Snapshot:
        """Where a line stands for this product: its own tables may be about to be reused.

        Raises: TransformFault where nothing is published there yet, StoreFault where what was to be reused is gone.
        """
        if reused := next((s for s in self.job.plan.steps if s.line == line and s.action == "reuse"), None):
            return self._kept(reused)
        found = self.job.snapshots.get(line)
        if found is None:
            raise TransformFault(
                f"{self.job.product.name} reads `{line}`, of which nothing is published",
                mend=f"Apply {line.rpartition('.')[0]} first.",
            )
        return found

    def _kept(self, step: Step) -> Snapshot:
        wanted = step.snapshot or SnapshotId("")
        snapshot = self.job.shop.registry.snapshots([wanted]).get(wanted)
        if snapshot is None:
            raise StoreFault(f"snapshot {wanted} of {step.line} is no longer kept", mend="Apply again.")
        self.job.shop.store.paths(snapshot)
        return snapshot

    def references(self, table: Table, line: LineName) -> dict[str, Sequence[Path]]:
        """The files behind every table that a relationship of this one names; of the product's own, that of the same line."""
        product = self.job.product
        names = {r.to_table: product.meant_by(r.to_table, line) for r in table.relationships}
        for name in names.values():
            if name in self.reads or name in product.lines_made:
                self.offer(name)
        return {said: self.files[name][0] for said, name in names.items() if name in self.files}

    def _arrive(self, read: Read) -> None:
        from weft.sources import Request, arrive
        from weft.sources.connection import cursor

        job = self.job
        into = job.shop.store.scratch(job.run) / f"{job.product.name}.{read.name}.parquet"
        previous = job.desired.sources.get((job.product.name, read.name))
        delivered = self.delivered.get(read.name)
        request = Request(read, job.product, job.shop.root, into, previous, only=delivered.read if delivered else None)
        with cursor() as session, job.stopping.by(session.interrupt), job.stopping.by(request.transfer.end):
            arrival = arrive(request, session)
        self.arrivals[read.name] = arrival
        self._put(read.name, arrival.files, arrival.columns)
        suite = Suite(LineName(f"{self.job.product.name}.{read.name}"), read.table, checks_of(read.table))
        found = self.bench.check(suite, arrival.files, Built(arrival.rows), self.references(read.table, suite.line))
        self.results += [*arrival.results, *found]

    def _put_snapshot(self, name: str, snapshot: Snapshot) -> None:
        """Queries get what they are made of in this run; what relationships go to is the whole."""
        self._put(name, self.job.shop.store.paths(snapshot), snapshot.columns)
        if not self.changing:
            return
        steps = [step.line for step in self.job.plan.steps if step.action == "build"]
        reading = [line for line in steps if name in inputs_of(self.job.product, line, self.reads)]
        if reading and all(line in self.changing for line in reading):
            part = narrowed(snapshot, name, [self.changing[line] for line in reading])
            if part is not snapshot:
                self.bench.offer(name, self.job.shop.store.paths(part), snapshot.columns)

    def _put(self, name: str, files: Sequence[Path], columns: Columns) -> None:
        self.files[name] = files, columns
        self.bench.offer(name, files, columns)

    def _build(self, key: str, sql: str, step: Step, began: float) -> None:
        found = self.job.desired.mesh.promise(step.line)
        if found is None:
            raise ValueError(f"{step.line} is promised by nobody")
        table = found[1]
        columns = tuple((column.name, column.type) for column in table.columns)
        made = self._made(sql, (step, table), columns)
        log = "".join(self.printed)
        self.made[step.line] = replace(made, seconds=time.perf_counter() - began, log=log)
        self.printed.clear()
        if self._is_read(key):
            self._put(key, made.paths, columns)
        else:
            self.files[key] = made.paths, columns

    def _made(self, sql: str, made: tuple[Step, Table], columns: Columns) -> Made:
        step, table = made
        parting = parting_of(self.job.product.build, table.name)
        if step.line in self.changing:
            parts = made_in_parts(self.job, self.bench, self.changing[step.line], sql)
            return self._with_paths(Made(step, table, parts.files, parts.built, 0.0, kept=parts.kept))
        path = self.job.shop.store.target(self.job.run, step.line)
        built = self.bench.build(Build(step.line, sql, columns, path))
        if parting is None:
            return Made(step, table, (BuiltFile(path, built.rows, (), built.statistics),), built, 0.0, paths=(path,))
        return self._with_paths(self._appended(Made(step, table, (), built, 0.0), path, columns))

    def _changing(self, step: Step) -> tuple[Wanted, frozenset[Part] | None] | None:
        found = self.job.desired.mesh.promise(step.line)
        parting = parting_of(self.job.product.build, found[1].name) if found else None
        if found is None or parting is None or parting.kind != "replace":
            return None
        columns = tuple((column.name, column.type) for column in found[1].columns)
        wanted = Wanted(step.line, columns, parting, self.job.snapshots.get(step.line), step.partial)
        return wanted, changed_parts(self.job, self.bench, wanted)

    def _appended(self, made: Made, path: Path, columns: Columns) -> Made:
        """The rows of the files that were read are one part; the parts of the others stay."""
        source, kept = self._appends(made.step)
        arrival = self.arrivals.get(source)
        contents = arrival.state.contents if arrival else {}
        read = self.delivered[source].read if source in self.delivered else frozenset(contents)
        part = batch_of({file: contents[file] for file in contents.keys() & read})
        files = (BuiltFile(path, made.built.rows, part, made.built.statistics),) if part or not kept else ()
        return replace(made, files=files, kept=kept, built=together(columns, kept, files))

    def _deliveries(self, step: Step) -> Iterator[tuple[str, Deliveries]]:
        """What is to be read of the source that a table is appended from, where all else of it stays."""
        partial = step.partial
        if partial is None or partial.parting.kind != "append" or not self._alone(step):
            return
        [source] = partial.carriers
        state = self.job.desired.sources.get((self.job.product.name, source))
        before = self.job.snapshots.get(step.line)
        if state is not None and not state.fault and before is not None:
            yield source, deliveries(before, state.contents)

    def _alone(self, step: Step) -> bool:
        """Whether nothing else is built that could read the same source."""
        return [other.line for other in self.job.plan.steps if other.action == "build"] == [step.line]

    def _appends(self, step: Step) -> tuple[str, tuple[SnapshotFile, ...]]:
        """The source of a table that is appended to, and the parts of it that stay."""
        if step.partial is not None and (found := next(iter(step.partial.carriers), "")) in self.delivered:
            return found, self.delivered[found].kept
        sources = [name for name in inputs_of(self.job.product, step.line, self.reads) if self.reads[name].is_source]
        return (sources[0] if len(sources) == 1 else ""), ()

    def _with_paths(self, made: Made) -> Made:
        kept: tuple[Path, ...] = ()
        before = self.job.snapshots.get(made.step.line)
        if made.kept and before is not None:
            kept = tuple(self.job.shop.store.paths(replace(before, files=made.kept)))
        return replace(made, paths=(*kept, *(file.path for file in made.files)))

    def _is_read(self, key: str) -> bool:
        return any(key in transform.reading.names for transform in self.job.product.transforms)

    def _proved(self, made: Made) -> tuple[CheckResult, ...]:
        """What is made in part is proved in part, as far as what stays was published by the same checks."""
        step, suite = made.step, Suite(made.step.line, made.table, checks_of(made.table))
        references = self.references(made.table, suite.line)
        whole = Proved(made.paths, made.built, references)
        if "parts" in step.parts:
            made.against = self._against(made.table, step.line)
        before = self.job.snapshots.get(step.line)
        if step.partial is None or before is None or not made.kept:
            return self.bench.check(suite, whole.files, whole.built, references)
        renewal = Renewal(step.partial, before, step.checks, made.against)
        apart = decided_apart(suite, renewal, self.job.desired.remembered)
        columns = tuple((column.name, column.type) for column in made.table.columns)
        new = Proved(tuple(file.path for file in made.files), together(columns, (), made.files), references)
        kept = made.paths[: len(made.kept)]
        over = Over(step.partial.parting, whole, new, kept)
        with self._larger(made) if reads_all(suite, apart) else nullcontext(self.bench) as large:
            return proved_in_part((self.bench, large), suite, over, apart)

    @contextmanager
    def _larger(self, made: Made) -> Iterator[Bench]:
        """A bench for the whole of a table of which a small part was made, on a light one maybe."""
        if made.built.rows < MANY_ROWS:
            yield self.bench
            return
        bench = self.job.shop.engine.bench(self.job.desired.as_of)
        try:
            yield bench
        finally:
            bench.close()

    def _against(self, table: Table, line: LineName) -> dict[str, SnapshotId]:
        product, found = self.job.product, dict[str, SnapshotId]()
        for said in {relationship.to_table for relationship in table.relationships}:
            name = product.meant_by(said, line)
            other = self.reads[name].line if name in self.reads else product.lines_made.get(name)
            if other is not None and other not in self.made:
                found[said] = self.snapshot(other).id
        return found

    def _prove(self, steps: Mapping[LineName, Step]) -> None:
        for made in self.made.values():
            self.results += self._proved(made)
        for step in steps.values():
            if step.action not in PROVED or (found := self.job.desired.mesh.promise(step.line)) is None:
                continue
            snapshot = self.snapshot(step.line)
            suite = Suite(step.line, found[1], checks_of(found[1]))
            built = Built(snapshot.rows, snapshot.statistics)
            paths = self.job.shop.store.paths(snapshot)
            self.results += self.bench.check(suite, paths, built, self.references(found[1], suite.line))

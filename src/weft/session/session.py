"""An opened mesh: its settings, folders, registry, store and engine, joined for one caller; the CLI and Python both stand on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from weft.access import OWNER, Reader
from weft.errors import Fault, Faults, Misuse, Refused, RegistryFault, SourceFault
from weft.names import PROD, LineName, ProductName, domain_of, product_and_key
from weft.plan.evolution import Evolution
from weft.plan.plan import Desired, Plan, plan
from weft.plan.selection import selected
from weft.product.ending import endings_read
from weft.product.mesh import Mesh
from weft.product.snapshot import Recorded, SourceState
from weft.session.planned import EVERYTHING, Choice, Planned
from weft.session.reaching import settings_of
from weft.settings import Settings
from weft.workspace import Loaded, find_root, load

if TYPE_CHECKING:
    from weft.engine.seam import Engine
    from weft.query.answer import Answer, Library
    from weft.registry.seam import Registry
    from weft.run.cases import CaseResult
    from weft.run.failures import FailedRows
    from weft.run.report import Observer, ProofReport, RunReport
    from weft.run.trying import Trial
    from weft.run.workshop import Workshop
    from weft.session.telling import Before
    from weft.session.wired import Wired
    from weft.sql.remembered import Remembered
    from weft.store.seam import Store


class Session:
    """One mesh, opened. Parts are made when they are first asked for; `close` ends what was made."""

    def __init__(self, settings: Settings, environment: str = PROD, reader: Reader = OWNER) -> None:
        self.settings = settings
        self.environment = environment
        self.reader = reader

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def wired(self) -> Wired:
        """The server behind this workspace, where there is one."""
        from weft.session.wired import Wired

        return Wired(self.settings.registry, self.settings.private / "server")

    @property
    def registry(self) -> Registry:
        # No cached_property: its lock is shared by all sessions of a process, and a server may be asked meanwhile.
        found: Registry | None = self.__dict__.get("registry")
        if found is None:
            found = self.__dict__["registry"] = self._opened_registry()
        return found

    def _opened_registry(self) -> Registry:
        if self.settings.is_remote:
            self.settings, registry = self.wired.opened(self.settings, self.reader)
            return registry
        from weft.registry import open_registry

        return open_registry(self.settings)

    @cached_property
    def store(self) -> Store:
        if self.settings.is_remote:
            return self.wired.store(self._readers)
        from weft.store import open_store

        return open_store(self.settings)

    @cached_property
    def engine(self) -> Engine:
        from weft.engine import open_engine

        folders = (*self._source_folders(), self.settings.root, self.settings.store, self.settings.private)
        return open_engine(self.settings.engine, folders, self.remembered)

    def _source_folders(self) -> set[Path]:
        """Where Parquet sources lie outside the workspace: their own files are read where they are."""
        from weft.sources.location import location

        found: set[Path] = set()
        reads = (read for product in self.mesh.present for read in self.mesh.reads(product).values() if read.is_source)
        for read in reads:
            if any(server.fields.get("format") == "parquet" for server in read.contract.servers):
                with suppress(SourceFault):
                    found.add(Path(location(read, self.settings.root).target.partition("*")[0]).parent)
        return found

    @cached_property
    def recorded(self) -> Recorded:
        """What the registry says of this session's environment, read once."""
        return self.registry.recorded(self.environment)

    @cached_property
    def loaded(self) -> Loaded:
        """The folders as they are now, read once, with what only the registry knows of beside them. Raises: Misuse, where there are none."""
        if not self.settings.name:
            find_root(Path.cwd())
        found = load(self.settings)
        return replace(found, mesh=self._with_absent(found.mesh))

    @property
    def mesh(self) -> Mesh:
        return self.loaded.mesh

    @cached_property
    def remembered(self) -> Remembered:
        """What is known of texts from before, which are then not read again."""
        from weft.workspace.cache import read_texts

        return read_texts(self.settings.private)

    def refresh(self) -> None:
        """Forgets what was read, so that the next question reads anew."""
        for part in ("loaded", "recorded"):
            self.__dict__.pop(part, None)

    def _with_absent(self, mesh: Mesh) -> Mesh:
        names = [n for n in self.recorded.digests if n not in mesh.products and domain_of(n) not in mesh.domains]
        lines = self.recorded.input_lines
        if not names:
            return replace(mesh, recorded_lines=lines)
        absent = self.registry.products(names, self.environment)
        products = mesh.products | absent
        return replace(mesh, products=products, absent=frozenset(absent), recorded_lines=lines)

    @property
    def written(self) -> Mesh | None:
        """What stands in the folders, to be shown though it was never applied; None where nobody writes here."""
        return self.mesh

    def check(self, only: Iterable[ProductName] | None = None) -> tuple[Fault, ...]:
        """Everything that is wrong as written, and what policies say of it, files and lines in order; of some products alone where they are given."""
        from weft.session.governing import faults_of_folder

        chosen = None if only is None else frozenset(only)
        of = frozenset(product.name for product in self.mesh.present) if chosen is None else chosen
        own = faults_of_folder(self) if chosen is None else ()
        return tuple(sorted((*self.as_written(chosen), *self.governed(of), *own)))

    def as_written(self, only: frozenset[ProductName] | None = None) -> tuple[Fault, ...]:
        """Everything that is wrong as written, without what policies say of it."""
        from weft.check import check

        return check(self.mesh, self.loaded.faults, self.engine, only, self.settings.root)

    def governed(self, of: frozenset[ProductName]) -> tuple[Fault, ...]:
        """What the policies that bind say of some products as they are written."""
        from weft.session.classifying import faults_of_classifications
        from weft.session.governing import faults_of_policies

        return (*faults_of_policies(self, of), *faults_of_classifications(self, of))

    def plan(self, choice: Choice = EVERYTHING) -> Planned:
        """What applying would do, having written nothing. Raises: Faults, where what is written is wrong; Unknown."""
        from weft.session.using import refuse_no_name

        refuse_no_name(self.environment)
        resumed = self._resumed(choice.resume)
        chosen = selected(self.mesh, choice.select) | resumed
        gone = self.gone if not choice.select else frozenset()
        faults = self._faults(chosen)
        warnings = self._refuse(faults, self._changed(chosen))
        desired = self._desired(chosen, gone, choice.full, resumed)
        found = plan(desired, self.recorded)
        evolution = self._evolved(found, desired)
        if len(warnings) < len(faults):
            self._refuse(faults, self.mesh.products.keys() - evolution.told)
        if choice.because and evolution.gone:
            from weft.session.retiring import forced

            evolution, desired = forced(evolution, desired, choice.because)
            found = plan(desired, self.recorded)
        if found.work:
            from weft.session.agreed_inputs import with_unagreed

            desired, unagreed = with_unagreed(self, found, desired)
            warnings = (*warnings, *unagreed)
        endings = (fault for name in sorted(chosen) for fault in endings_read(self.mesh.products[name], self.mesh))
        warnings = tuple(dict.fromkeys((*warnings, *endings)))
        return Planned(found, desired, self.recorded, warnings, evolution)

    def _desired(
        self, chosen: frozenset[ProductName], gone: frozenset[ProductName], full: bool, resumed: frozenset[ProductName]
    ) -> Desired:
        now, remembered = datetime.now(UTC), self.remembered
        return Desired(self.mesh, self._sources(chosen), chosen | gone, now, full, resumed, remembered=remembered)

    def _evolved(self, plan: Plan, desired: Desired) -> Evolution:
        """Work is proportional to change: where all files are as they were applied, nothing is read for it."""
        if self.environment == PROD and not any(product.reasons for product in plan.products):
            return Evolution()
        from weft.session.evolving import evolved

        return evolved(self, plan, desired)

    def apply(self, planned: Planned, observe: Observer | None = None, because: str = "") -> RunReport:
        """Carries a plan out. `because` is why a version goes stable without the verdicts that it asks for.

        Raises: Refused, where a version claims too little, or something is asked for; Moved, where a pointer that it relies on has moved since.
        """
        from weft.run.apply import apply
        from weft.run.report import RunReport, unobserved
        from weft.run.sweeping import swept
        from weft.session.moved import refuse_moved
        from weft.session.using import use

        if planned.evolution.stable:
            from weft.session.going_stable import answered

            planned = replace(planned, evolution=answered(planned.evolution, self.registry, because))
        if planned.evolution:
            from weft.session.evolving import refuse

            refuse(planned.evolution)
        if self.settings.is_remote:
            self.wired.refuse_others(planned.plan)
        is_new = use(self.registry, self.environment, self.settings)
        if planned.plan.is_empty:
            self.refresh() if is_new else None
            return self._told(planned, RunReport(None, self.environment, ()), {})
        refuse_moved(planned, self.registry.recorded(self.environment))
        before: Before = {}
        if self._tells(planned):
            from weft.session.telling import promises_before

            before = promises_before(self.registry, planned.plan, (planned.desired, planned.recorded))
        shop = self.workshop
        if planned.desired.against:
            from weft.session.auditing import note_act

            for name in sorted({line.product for line in planned.evolution.gone}):
                note_act(self, "forced", ("taken away", name), f"{planned.desired.because}: {planned.desired.against}")
        try:
            report = apply(shop, planned.plan, (planned.desired, planned.recorded), observe or unobserved)
        finally:
            self.refresh()
        if self.settings.profiles_each_publish:
            from weft.session.profiling import profile_published

            report = profile_published(self.library, report)
        return self._told(planned, swept(shop, report), before)

    def _told(self, planned: Planned, report: RunReport, before: Before) -> RunReport:
        if not self._tells(planned):
            return self._recorded(report)
        from weft.session.telling import told

        return told(self.library, planned, report, before)

    def _recorded(self, report: RunReport) -> RunReport:
        """What consumers missed is kept, though `mesh.yaml` says of nobody that is to be told."""
        if self.environment != PROD or not any(product.misses for product in report.products):
            return report
        from weft.session.telling import recorded_unexpected

        return recorded_unexpected(self.library, report)

    def _tells(self, planned: Planned) -> bool:
        """What happens in an environment beside `prod` concerns nobody yet."""
        return self.environment == PROD and (self.settings.notify is not None or bool(planned.evolution))

    def test(self, select: Sequence[str] = ()) -> ProofReport:
        """Proves what is published of the selected products, and records the results."""
        from weft.run.proving import prove

        self.use_environment()
        return prove(self.workshop, self.environment, selected(self.mesh, select))

    def failures(self, select: Sequence[str] = ()) -> tuple[FailedRows, ...]:
        """The rows that break checks, of the last candidate that was refused and of what is published."""
        from weft.run.proving import failing_rows

        self.use_environment()
        return failing_rows(self.workshop, self.environment, selected(self.mesh, select))

    def unit(self, select: Sequence[str] = ()) -> tuple[CaseResult, ...]:
        """Runs the tests of transforms of the selected products, in memory. Raises: Faults where a test file is wrong."""
        from weft.run.cases import try_case
        from weft.session.cases import cases_of

        chosen = selected(self.mesh, select)
        cases = [case for name in sorted(chosen) for case in cases_of(self.mesh.products[name], self.settings.root)]
        return tuple(try_case(self.workshop, case) for case in cases)

    def _resumed(self, names: Sequence[str]) -> frozenset[ProductName]:
        """Raises: Unknown, Misuse where a product is not held: nobody resumes by mistake."""
        for name in names:
            self.mesh.product(ProductName(name))
            if name not in self.recorded.holds:
                raise Misuse(f"{name} was not rolled back in {self.environment}, so there is nothing to resume")
        return frozenset(ProductName(name) for name in names)

    def use_environment(self) -> None:
        """Raises: Unknown where the environment is not there. A use puts off its end."""
        if self.environment != PROD:
            from weft.session.using import unknown, use

            if not self.recorded.is_made:
                raise unknown(self.registry, self.environment)
            # Who only asks is answered though the registry is locked: the end is put off another time.
            with suppress(RegistryFault):
                use(self.registry, self.environment, self.settings)

    def try_(self, name: str, limit: int = 20) -> Trial:
        """Computes `domain.product.table[@line]` as it stands on disk, and publishes nothing.

        Raises: Unknown, Faults, SourceFault, TransformFault, EngineFault.
        """
        from weft.run.trying import attempt

        self.use_environment()
        product_name, key = product_and_key(name)
        product = self.mesh.product(product_name)
        self._refuse(self._faults(frozenset({product.name})), self.mesh.products.keys())
        desired = Desired(self.mesh, {}, frozenset({product.name}), datetime.now(UTC))
        return attempt(self.workshop, (desired, self.recorded), product, key, limit)

    def query(self, sql: str, door: str = "query") -> Answer:
        """An answer to SQL over what is published; close it, or use it in a `with`. Raises: Refused, Unknown, EngineFault.

        `door` is how the question came in, for the query log: query, shell, python; empty where no data is looked at.
        """
        if self.settings.is_remote:
            self.wired.refuse_onlooker(self.reader)
            return self.wired.answered(sql, self.environment, self.settings.engine)
        from weft.query.answer import answer
        from weft.query.noting import noted
        from weft.session.auditing import audited, note_refusal

        library = self.library
        try:
            found = answer(sql, library)
        except Refused as refusal:
            note_refusal(refusal, sql, library, door)
            raise
        return audited(noted(found, library, door), library, door)

    def lines(self) -> tuple[LineName, ...]:
        """What is published and may be asked for by name."""
        if not self.settings.is_remote:
            return tuple(self.recorded.pointers)
        with self.query("SELECT line_name FROM mesh.tables WHERE published_at IS NOT NULL", door="") as answer:
            return tuple(row["line_name"] for row in answer.objects())

    def columns_of(self, line: LineName) -> tuple[str, ...]:
        """The names of a published line's columns; none where it is not kept any more."""
        if not self.settings.is_remote:
            snapshot = self.recorded.pointers[line].snapshot
            found = self.registry.snapshots([snapshot])
            return tuple(name for name, _ in found[snapshot].columns) if found else ()
        sql = f"SELECT column_name FROM mesh.columns WHERE line_name = '{line}' ORDER BY position"
        with self.query(sql, door="") as answer:
            return tuple(row["column_name"] for row in answer.objects())

    @property
    def library(self) -> Library:
        """Where answers come from: needs neither the folders nor the engine that builds."""
        from weft.query.answer import Library

        self.use_environment()
        return Library(self.settings, self.registry, self.store, self.environment, self.asker)

    @cached_property
    def asker(self) -> Reader:
        """Who asks, with what was granted to them: whoever is named sees what they would see."""
        if self.reader.is_owner or self.reader.grants or self.settings.is_remote:
            return self.reader
        from weft.session.people.doorkeeper import seen_as

        return seen_as(self.registry, self.reader.name)

    def sweep(self) -> tuple[int, int]:
        """Deletes what nothing needs any more: files, and their bytes."""
        from weft.run.sweeping import sweep

        return sweep(self.workshop)

    @property
    def workshop(self) -> Workshop:
        """What builds and proves. Raises: Refused where somebody else's eyes are looked through."""
        from weft.run.workshop import Workshop
        from weft.session.matching import matched

        self.refuse_onlooker()
        return Workshop(self.settings, self.mesh, self.engine, self.store, self.registry, matched)

    def refuse_onlooker(self) -> None:
        """Raises: Refused where somebody else's eyes are looked through."""
        if not self.reader.is_owner:
            raise Refused(f"{self.reader.name} looks at this mesh, and does not work in it", mend="Leave out --as.")

    def _readers(self, line: LineName) -> Iterator[ProductName]:
        """The products of this workspace that read a line."""
        reads = ((product.name, self.mesh.reads(product).values()) for product in self.mesh.present)
        return (name for name, found in reads if any(read.line == line for read in found))

    def close(self) -> None:
        if (known := self.__dict__.get("remembered")) and known.has_learnt:
            from weft.workspace.cache import write_texts

            write_texts(known, self.settings.private)
        for part in ("engine", "registry", "wired"):
            if opened := self.__dict__.pop(part, None):
                opened.close()

    @property
    def gone(self) -> frozenset[ProductName]:
        """Products of the domains that are here, as recorded, whose folders are not there any more."""
        recorded = self.recorded.digests
        return frozenset(n for n in recorded if n not in self.mesh.products and domain_of(n) in self.mesh.domains)

    def _changed(self, chosen: frozenset[ProductName]) -> frozenset[ProductName]:
        recorded, products = self.recorded.digests, self.mesh.products
        return frozenset(name for name in chosen if recorded.get(name) != products[name].digest)

    def _faults(self, chosen: frozenset[ProductName]) -> tuple[Fault, ...]:
        """Faults of what changed since it was applied, and of who reads that or lost an input; the rest was right when it was published."""
        changed = self._changed(chosen)
        readers = {p.name for p in self.mesh.present if changed and changed & set(self.mesh.upstream(p))}
        lost = {name for name in chosen if self.mesh.unanswered(self.mesh.products[name])}
        wanted = (changed | readers | lost) & chosen
        found = self.as_written(wanted) if wanted else self.loaded.faults
        # What is wrong with others does not keep policies from what is written here.
        own = tuple(f"{self.mesh.products[name].folder}/" for name in changed)
        if not changed or any(one.severity == "error" and one.place.file.startswith(own) for one in found):
            return found
        return (*found, *self.governed(changed))

    def _refuse(self, faults: tuple[Fault, ...], of: AbstractSet[ProductName]) -> tuple[Fault, ...]:
        """What is no error. Errors within other products than those given are left out: what breaks a consumer is told with its change.

        Raises: Faults.
        """
        errors = [fault for fault in faults if fault.severity == "error"]
        others = tuple(f"{p.folder}/" for p in self.mesh.present if errors and p.name not in of)
        if own := [fault for fault in errors if not fault.place.file.startswith(others)]:
            raise Faults(own)
        return tuple(fault for fault in faults if fault.severity != "error")

    def _sources(self, chosen: frozenset[ProductName]) -> dict[tuple[ProductName, str], SourceState]:
        found: dict[tuple[ProductName, str], SourceState] = {}
        for product in (self.mesh.products[name] for name in chosen):
            for read in self.mesh.reads(product).values():
                if read.is_source:
                    key = product.name, read.name
                    found[key] = self._source_state(key, self.recorded.sources.get(key))
        return found

    def _source_state(self, key: tuple[ProductName, str], previous: SourceState | None) -> SourceState:
        """How a source is now; one that is not there is a state of its own, and an error once its product is made."""
        from weft import sources

        product = self.mesh.products[key[0]]
        try:
            return sources.state(self.mesh.reads(product)[key[1]], product, self.settings.root, previous)
        except SourceFault as fault:
            return SourceState(key[0], key[1], f"missing: {fault.message}", fault=fault.message)


def open_session(folder: Path | str | None = None, environment: str = PROD, reader: Reader = OWNER) -> Session:
    """The mesh of a folder, or of the nearest `mesh.yaml` above it. Somebody else's eyes have what was granted to them.

    Raises: Misuse where there is none; Faults.
    """
    session = Session(settings_of(folder), environment, reader)
    if not reader.is_owner and not session.settings.is_remote:
        from weft.session.people import seen_as

        session.reader = seen_as(session.registry, reader.name)
    return session

"""A mesh for Python and notebooks: what `weft.open` returns. Each method is a session's, and shows what it returns as tables.

A notebook stays open for days: the folders are read anew by each call, and nothing is held between two calls but results.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal
from weakref import WeakSet

from weft.access import OWNER, Reader
from weft.errors import Misuse
from weft.names import PROD, spelled
from weft.session.planned import Choice
from weft.session.session import Session, open_session

if TYPE_CHECKING:
    from weft.run.report import Event
    from weft.session.pages import DomainShown, ProductShown, TableShown
    from weft.session.result import Result
    from weft.session.shown import (
        FaultsShown,
        HistoryShown,
        HitsShown,
        LineageShown,
        PlanShown,
        ProofShown,
        RunShown,
    )
    from weft.session.shown_changes import ContractDifferenceShown
    from weft.session.shown_moves import (
        DifferenceShown,
        EnvironmentsShown,
        PromotedShown,
        RolledBackShown,
        UpdatedShown,
    )
    from weft.session.shown_previews import JudgedShown, PreviewShown, PreviewsShown

    Progress = Callable[[Event], object]
    Names = str | Sequence[str]
    """One name, or several."""


def open_mesh(folder: Path | str | None = None, *, environment: str = PROD, as_: str = "") -> OpenMesh:
    """The mesh of a folder, or of the nearest `mesh.yaml` above it; None is the current folder.

    `as_` sees what a product (`domain.product`) or a person may see, and builds nothing; without it you are the owner.

    Raises: Misuse where there is none, Faults where `mesh.yaml` is wrong.
    """
    with open_session(folder, environment) as session:
        return OpenMesh(session.settings.name, session.settings.root, environment, Reader(as_))


class OpenMesh:
    """One mesh in one environment. `select` takes names, globs, `+upstream` and `downstream+`; none means all products."""

    def __init__(self, name: str, root: Path, environment: str, reader: Reader = OWNER) -> None:
        self.name, self.root, self.environment, self.reader = name, root, environment, reader
        self._results: WeakSet[Result] = WeakSet()
        self._is_closed = False

    def query(self, sql: str) -> Result:
        """The answer to SQL over what is published. Raises: Refused, Unknown, EngineFault."""
        from weft.session.result import Result

        with ExitStack() as held:
            session = held.enter_context(self._session())
            answer = held.enter_context(session.query(sql, "python"))
            for notice in answer.notices:
                warnings.warn(notice, stacklevel=2)
            result = Result(answer, sql, held.pop_all().close)
        self._results.add(result)
        return result

    def table(self, name: str) -> Result:
        """All of `domain.product.table[@line]`, or of `mesh.relation`. Raises: Misuse, Unknown."""
        return self.query(all_of(name))

    def plan(self, *select: str, full: bool = False, resume: Names = (), fix: bool = False) -> PlanShown:
        """What `apply` would do, and why, and what that changes for consumers; nothing is written, but by `fix`.

        `full` builds what stands already. `resume` are products that go on though they were rolled back. `fix` writes the versions
        that changes deserve, where they only say more, and plans after it.
        Raises: Faults where what is written is wrong, Unknown, Misuse.
        """
        from weft.session.fixing import fixed_plan
        from weft.session.shown import PlanShown, shown_as

        choice = Choice(select, full, _several(resume))
        with self._work() if fix else self._session() as session:
            planned, edits = fixed_plan(session, choice) if fix else (session.plan(choice), ())
            return shown_as(PlanShown, planned, choice=choice, fixed=edits)

    def apply(
        self,
        *select: str,
        full: bool = False,
        resume: Names = (),
        plan: PlanShown | None = None,
        progress: Progress | None = None,
        force: bool = False,
        because: str = "",
    ) -> RunShown:
        """Builds what changed, proves it, and publishes whole products; what failed is in the report, and raises nothing.

        `plan` is done as it was shown, or refused. `progress` is called with an event as each product begins and ends and
        each table is written, from the thread that makes it. `resume` is as in `plan`. `because` is why a version goes stable
        without the verdicts that its preview asks for, and with `force` why lines go that are still read.
        Raises: Faults, Unknown, Misuse, Moved, Refused, RegistryFault.
        """
        from weft.session.planned import reason
        from weft.session.saved import as_shown
        from weft.session.shown import RunShown, shown_as

        if plan is not None and (select or full or resume):
            raise Misuse("a plan says what is selected", mend="Leave out the names, full and resume, or the plan.")
        with self._work() as session:
            choice = plan.choice if plan else Choice(select, full, _several(resume))
            planned = session.plan(replace(choice, because=reason(force, because)))
            if plan is not None:
                planned = as_shown(plan.plan, planned)
            return shown_as(RunShown, session.apply(planned, _observer(progress), because))

    def check(self, *select: str) -> FaultsShown:
        """Everything that is wrong as written; no data is read. Raises: Unknown."""
        from weft.plan.selection import selected
        from weft.session.shown import FaultsShown

        with self._session() as session:
            return FaultsShown(session.check(selected(session.mesh, select) if select else None))

    def test(self, *select: str) -> ProofShown:
        """Proves what is published, without building, and records the results. Raises: Unknown."""
        from weft.session.shown import ProofShown, shown_as

        with self._session() as session:
            return shown_as(ProofShown, session.test(select))

    def promote(self, name: str = "", *, resume: Names = (), force: bool = False, because: str = "") -> PromotedShown:
        """Points prod at what an environment (this mesh's own, where none is named) built and proved, at once; nothing is built.

        `resume` are products that go on though they were rolled back; `because` is why a version goes stable without the
        verdicts that its preview asks for, and with `force` why lines go that are still read. Raises: Unknown, Misuse, Refused, Moved.
        """
        from weft.session.planned import reason
        from weft.session.promoting import promote
        from weft.session.shown import shown_as
        from weft.session.shown_moves import PromotedShown

        with self._work(PROD) as session:
            reason(force, because)
            done = promote(session, name or self.environment, _several(resume), because, force=force)
            return shown_as(PromotedShown, done)

    def rollback(self, product: str, *, to: str | int = "", because: str = "") -> RolledBackShown:
        """Points all tables of a product back to where they stood, in one transaction, and holds them there until it is resumed.

        `to` is a run or a revision; else the last time that its tables stood elsewhere. Raises: Unknown, Refused, Moved.
        """
        from weft.session.rolling_back import roll_back
        from weft.session.shown import shown_as
        from weft.session.shown_moves import RolledBackShown

        with self._work() as session:
            return shown_as(RolledBackShown, roll_back(session, product, str(to), because))

    def diff(self, table: str, to: str = "", *, from_: str = PROD) -> DifferenceShown:
        """How a table's rows differ from one environment to another: by key where there is one, and in which columns.

        `to` is this mesh's own environment where none is named. Raises: Misuse, Unknown, Refused, EngineFault.
        """
        from weft.session.questions import asked
        from weft.session.shown import shown_as
        from weft.session.shown_moves import DifferenceShown

        after = to or (self.environment if self.environment != from_ else "")
        with self._session(from_) as session:
            return shown_as(DifferenceShown, asked(session, "diff", table, after))

    def contract_diff(self, a: str, b: str = "", *, from_: str = "", to: str = "") -> ContractDifferenceShown:
        """What one contract changes for whoever reads the other: two files, or two ports as they are written.

        One port alone is compared as published in prod with as written; `from_` and `to` are environments, and mean the port
        as it is published there. Raises: Misuse, Unknown, Faults.
        """
        from weft.session.contracts import asked_of, compare_contracts
        from weft.session.shown import shown_as
        from weft.session.shown_changes import ContractDifferenceShown

        self._refuse_closed()
        return shown_as(ContractDifferenceShown, compare_contracts(self.root, *asked_of((a, from_), (b, to))))

    def environments(self) -> EnvironmentsShown:
        """The environments beside prod: what differs in each, and when it expires."""
        from weft.session.environments import listed
        from weft.session.shown_moves import EnvironmentsShown

        with self._session() as session:
            return EnvironmentsShown(listed(session))

    def update_environment(self, name: str = "") -> UpdatedShown:
        """Takes over into an environment (this mesh's own, where none is named) what changed in prod. Raises: Unknown."""
        from weft.session.environments import updated
        from weft.session.shown import shown_as
        from weft.session.shown_moves import UpdatedShown

        with self._work() as session:
            return shown_as(UpdatedShown, updated(session, name or self.environment))

    def remove_environment(self, name: str) -> None:
        """Files that nothing else needs go with the next sweep. Raises: Misuse for prod, Unknown, Refused while a run is at work."""
        from weft.session.environments import removed

        with self._work() as session:
            removed(session, name)

    def previews(self) -> PreviewsShown:
        """Every preview that was applied, and what each of the invited said of it."""
        from weft.session.previewing import listed
        from weft.session.shown_previews import PreviewsShown

        with self._session() as session:
            return PreviewsShown(listed(session))

    def preview(self, name: str) -> PreviewShown:
        """Runs each invited consumer's own transforms over `domain.product.port@1.3.0-beta.1`, and compares; nothing is published.

        Raises: Unknown, Refused.
        """
        from weft.session.previewing import preview
        from weft.session.shown import shown_as
        from weft.session.shown_previews import PreviewShown

        with self._work() as session:
            return shown_as(PreviewShown, preview(session, name))

    def judge(self, name: str, verdict: Literal["good", "bad"], comment: str = "", *, as_: str = "") -> JudgedShown:
        """Keeps what one of the invited says of a preview: a product or a person, whoever this mesh is opened as, or you.

        Raises: Unknown, Misuse where a bad verdict does not say why, Refused where they are not invited.
        """
        from weft.session.judging import judge
        from weft.session.shown import shown_as
        from weft.session.shown_previews import JudgedShown

        with self._session() as session:
            if as_ not in ("", self.reader.name):
                session.refuse_onlooker()
            return shown_as(JudgedShown, judge(session, name, (verdict, comment), as_ or self.reader.name))

    def show(self, name: str) -> DomainShown | ProductShown | TableShown:
        """A domain, a product or a table by the five interfaces. Raises: Unknown."""
        from weft.session.pages import page_shown
        from weft.session.questions import asked

        with self._session() as session:
            return page_shown(asked(session, "show", name).page)

    def search(self, words: str, limit: int = 20) -> HitsShown:
        """Products, tables and columns that hold all the words, the best first; typing errors are forgiven."""
        from weft.session.questions import asked
        from weft.session.shown import HitsShown

        with self._session() as session:
            return HitsShown(asked(session, "search", words, limit))

    def lineage(
        self, name: str, direction: Literal["both", "up", "down"] = "both", depth: int | None = None
    ) -> LineageShown:
        """Where a domain, a product, a table or a column comes from and goes to, `depth` steps far. Raises: Unknown."""
        from weft.session.questions import asked
        from weft.session.shown import LineageShown, shown_as

        with self._session() as session:
            return shown_as(LineageShown, asked(session, "lineage", name, direction, depth))

    def history(self, name: str | None = None, limit: int = 10) -> HistoryShown:
        """Runs and what they published, the newest first. Raises: Unknown."""
        from weft.session.questions import asked
        from weft.session.shown import HistoryShown

        with self._session() as session:
            return HistoryShown(asked(session, "history", name, limit))

    def close(self) -> None:
        """Closes every result that is still open; nothing can be asked after it."""
        self._is_closed = True
        for result in list(self._results):
            result.close()

    def __enter__(self) -> OpenMesh:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        as_whom = f", as {self.reader.name}" if self.reader.name else ""
        return f"<weft mesh '{self.name}' in {self.root}, {self.environment}{as_whom}{', closed' if self._is_closed else ''}>"

    def _session(self, environment: str = "") -> Session:
        self._refuse_closed()
        return open_session(self.root, environment or self.environment, self.reader)

    def _work(self, environment: str = "") -> Session:
        """For what changes something. Raises: Refused where somebody else's eyes are looked through."""
        session = self._session(environment)
        session.refuse_onlooker()
        return session

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise Misuse("this mesh is closed", mend="Open it again with weft.open().")


def all_of(name: str) -> str:
    """SQL that asks for all of a table. Raises: Misuse."""
    parts = name.partition("@")[0].split(".")
    if not all(parts) or len(parts) not in (2, 3):
        raise Misuse(f"'{name}' names no table", mend="Write domain.product.table, with @1 where a line is meant.")
    return f"SELECT * FROM {spelled(name)}"


def _several(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _observer(progress: Progress | None) -> Callable[[Event], None] | None:
    if progress is None:
        return None

    def observe(event: Event) -> None:
        progress(event)

    return observe

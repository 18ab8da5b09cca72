"""A mesh for Python and notebooks: what `weft.open` returns. Each method is a session's, and shows what it returns as tables.

A notebook stays open for days: the folders are read anew by each call, and nothing is held between two calls but results.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal
from weakref import WeakSet

from weft.access import OWNER, Reader
from weft.errors import Misuse
from weft.names import PROD
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

    Progress = Callable[[Event], object]


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
        from weft.engine.text import identifier

        table, at, label = name.partition("@")
        *above, leaf = table.split(".")
        if not all((*above, leaf)) or len(above) not in (1, 2):
            raise Misuse(f"'{name}' names no table", mend="Write domain.product.table, with @1 where a line is meant.")
        return self.query(f"SELECT * FROM {'.'.join(map(identifier, (*above, leaf + at + label)))}")

    def plan(self, *select: str, full: bool = False) -> PlanShown:
        """What `apply` would do, and why; nothing is written. `full` builds what stands already.

        Raises: Faults where what is written is wrong, Unknown.
        """
        from weft.session.shown import PlanShown, shown_as

        choice = Choice(select, full)
        with self._session() as session:
            return shown_as(PlanShown, session.plan(choice), choice=choice)

    def apply(
        self,
        *select: str,
        full: bool = False,
        plan: PlanShown | None = None,
        progress: Progress | None = None,
        because: str = "",
        force: bool = False,
    ) -> RunShown:
        """Builds what changed, proves it, and publishes whole products; what failed is in the report, and raises nothing.

        `plan` is done as it was shown, or refused. `progress` is called with an event as each product begins and ends and
        each table is written, from the thread that makes it. `because` is why a version goes stable without the verdicts that
        its preview asks for, and with `force` why lines go that somebody still reads. Raises: Faults, Unknown, Moved, Refused, RegistryFault.
        """
        from weft.session.saved import as_shown
        from weft.session.shown import RunShown, shown_as

        if plan is not None and (select or full):
            raise Misuse("a plan says what is selected", mend="Leave out the names, or the plan.")
        if force and not because.strip():
            raise Misuse("force needs a reason", mend="Say because='...'.")
        choice = replace(plan.choice if plan else Choice(select, full), because=because if force else "")
        with self._session() as session:
            planned = session.plan(choice)
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

    def show(self, name: str) -> DomainShown | ProductShown | TableShown:
        """A domain, a product or a table by the five interfaces. Raises: Unknown."""
        from weft.query.show import shown
        from weft.session.pages import page_shown

        with self._session() as session:
            return page_shown(shown(name, session.library, session.mesh))

    def search(self, words: str, limit: int = 20) -> HitsShown:
        """Products, tables and columns that hold all the words, the best first; typing errors are forgiven."""
        from weft.query.search import search
        from weft.session.shown import HitsShown

        with self._session() as session:
            return HitsShown(search(words, session.library, limit))

    def lineage(
        self, name: str, direction: Literal["both", "up", "down"] = "both", depth: int | None = None
    ) -> LineageShown:
        """Where a domain, a product, a table or a column comes from and goes to, `depth` steps far. Raises: Unknown."""
        from weft.query.lineage import lineage
        from weft.session.shown import LineageShown, shown_as

        with self._session() as session:
            return shown_as(LineageShown, lineage(name, session.library, direction, depth))

    def history(self, name: str | None = None, limit: int = 10) -> HistoryShown:
        """Runs and what they published, the newest first. Raises: Unknown."""
        from weft.query.history import history
        from weft.session.shown import HistoryShown

        with self._session() as session:
            return HistoryShown(history(session.library, name, limit))

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

    def _session(self) -> Session:
        if self._is_closed:
            raise Misuse("this mesh is closed", mend="Open it again with weft.open().")
        return open_session(self.root, self.environment, self.reader)


def _observer(progress: Progress | None) -> Callable[[Event], None] | None:
    if progress is None:
        return None

    def observe(event: Event) -> None:
        progress(event)

    return observe

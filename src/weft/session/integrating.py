"""`weft ci`: a branch checked, planned, built beside `prod`, proved and compared with it; what came of it as one verdict.

Nothing of `prod` is touched. What is built stands in the branch's own environment, where it can be queried until that expires.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from weft.errors import Fault, Faults, Misuse, Refused, WeftError
from weft.names import PROD, LineName, ProductName
from weft.plan.evolution import Evolution
from weft.session.planned import Planned
from weft.session.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from weft.product.mesh import Mesh
    from weft.query.difference import Difference
    from weft.run.cases import CaseResult
    from weft.run.report import Observer, RunReport
    from weft.workspace.since import Since

BRANCH_VARIABLES = (
    "GITHUB_HEAD_REF",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "GITHUB_REF_NAME",
    "CI_COMMIT_REF_NAME",
)
"""Where CI says the branch, as HEAD is at none there; of a request to merge first."""
AT_DEFAULT = "ci"
"""The environment where the default branch itself is tried."""
MADE = ("built", "same", "reused")


@dataclass(frozen=True, slots=True)
class TableData:
    """How one table of the branch differs from `prod`'s; `note` is why that was not looked at."""

    line: LineName
    difference: Difference | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a branch. `stopped` is why it went no further, empty where it came to its end.

    `touched` are the products that the branch changed; what else `plan` moves is what `prod` does not have yet.
    """

    environment: str
    since: Since
    mesh: Mesh
    """As written."""
    touched: tuple[ProductName, ...] = ()
    faults: tuple[Fault, ...] = ()
    policies: tuple[Fault, ...] = ()
    """What policies say of the products that the branch changed."""
    planned: Planned | None = None
    cases: tuple[CaseResult, ...] = ()
    report: RunReport | None = None
    data: tuple[TableData, ...] = ()
    stopped: str = ""
    again: tuple[ProductName, ...] = field(default=())
    """What `prod` changed as well since the environment was made: built anew over what `prod` has now."""

    @property
    def evolution(self) -> Evolution:
        return self.planned.evolution if self.planned else Evolution()

    @property
    def passed(self) -> bool:
        broken = any(fault.severity == "error" for fault in (*self.faults, *self.policies))
        held = all(case.passed for case in self.cases)
        return not self.stopped and not broken and held and self.report is not None and self.report.succeeded


def environment_of(folder: Path, given: str, said: Mapping[str, str] = os.environ) -> str:
    """The branch's environment: what is given, else by the branch of the checkout or of CI; never `prod`.

    Raises: Misuse for `prod`, and where nothing says the branch.
    """
    from weft.session.environments import other_branch
    from weft.session.using import environment_name
    from weft.workspace import find_root, read_settings
    from weft.workspace.checkout import checkout_of

    if given == PROD:
        raise Misuse("weft ci never builds in prod", mend="Leave out --env, or name another.")
    if given:
        return given
    settings = read_settings(find_root(folder))
    checkout = checkout_of(settings.root)
    if checkout is None:
        raise Misuse(f"{settings.root} lies in no git checkout", mend="A branch is judged where git knows it.")
    default = settings.default_branch or checkout.default
    if checkout.branch:
        branch = other_branch(settings)
    elif told := next((said[name] for name in BRANCH_VARIABLES if said.get(name)), ""):
        branch = "" if told == default else told
    else:
        raise Misuse("nothing says which branch this is", mend="Name an environment: --env NAME.")
    return environment_name(branch) if branch else AT_DEFAULT


def integrate(session: Session, base: str, observe: Observer | None = None) -> Verdict:
    """Goes as far as it can: what is wrong as written is not planned, what is refused is not built, what failed is not compared.

    Raises: Misuse where git does not know the base, RegistryFault.
    """
    from weft.workspace.since import changed_since

    since = changed_since(session.settings.root, base)
    again = _brought_up_to_date(session)
    found = Verdict(session.environment, since, session.mesh, _touched(session, since), again=again)
    faults = session.as_written()
    found = _with(found, faults=faults, policies=session.governed(frozenset(found.touched)) if found.touched else ())
    if any(fault.severity == "error" for fault in faults):
        return _with(found, stopped="what is written is wrong, so nothing was planned or built")
    if any(fault.severity == "error" for fault in found.policies):
        return _with(found, stopped="a policy is violated, so nothing was planned or built")
    try:
        planned = session.plan()
        cases = session.unit(found.touched) if found.touched else ()
    except Faults as error:
        return _with(found, faults=(*faults, *error.faults), stopped="what is written is wrong, so nothing was built")
    except Refused as error:
        return _with(found, stopped=str(error))
    found = _with(found, planned=planned, cases=cases)
    if any(True for _ in planned.evolution.refused):
        return _with(found, stopped="a change needs another version, or readers stand against it, so nothing was built")
    try:
        report = session.apply(planned, observe)
    except Refused as error:
        return _with(found, stopped=str(error))
    return _with(found, report=report, data=_compared(session, report))


def _with(verdict: Verdict, **changes: object) -> Verdict:
    from dataclasses import replace

    return replace(verdict, **changes)  # type: ignore[arg-type]


def _brought_up_to_date(session: Session) -> tuple[ProductName, ...]:
    """A branch is judged over what `prod` is now, not over what it was when its environment was made."""
    from weft.session.environments import updated

    if not session.recorded.is_made:
        return ()
    again = updated(session, session.environment).again
    session.refresh()
    return again


def _touched(session: Session, since: Since) -> tuple[ProductName, ...]:
    products = {name: f"{product.folder}/" for name, product in session.mesh.products.items()}
    return tuple(
        sorted(name for name, folder in products.items() if any(file.startswith(folder) for file in since.files))
    )


def _compared(session: Session, report: RunReport) -> tuple[TableData, ...]:
    """Each table that the environment has otherwise than `prod`, by what this run made."""
    lines = [table.line for product in report.products for table in product.tables if table.action in MADE]
    return tuple(_of_line(session, line) for line in _differing(session, lines))


def _differing(session: Session, lines: Iterable[LineName]) -> list[LineName]:
    here, prod = session.recorded.pointers, session.registry.recorded(PROD).pointers
    differing = {line for line in here if line not in prod or prod[line].snapshot != here[line].snapshot}
    return sorted(differing | {line for line in lines if line not in prod})


def _of_line(session: Session, line: LineName) -> TableData:
    from weft.query.answer import Library
    from weft.query.difference import difference

    library = Library(session.settings, session.registry, session.store, PROD)
    try:
        return TableData(line, difference(line, library, session.environment))
    except WeftError as error:
        return TableData(line, note=f"it was not compared: {error}")

"""Profiles: what a table holds, column by column, what is untidy in it, how it scores, and how that moved from snapshot to snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.errors import Unknown
from weft.names import LineName
from weft.profile.values import ColumnProfile, Drift, Finding, Rollup, TableProfile
from weft.query.facts import Facts
from weft.query.pages import ColumnShown, TablePage
from weft.query.show import shown
from weft.server.answers import answer, tagged
from weft.server.asking import Asker, Asking, acts
from weft.server.profiles import begin, known
from weft.server.profiling import State, Work
from weft.session.profiling import score_of

router = APIRouter(prefix="/api/v1", tags=["profiles"])
Within = Annotated[
    str, Query(max_length=200, description="Of a domain or a product alone; the whole mesh where none is said.")
]


@dataclass(frozen=True, slots=True)
class WorkSaid:
    """A profile that was asked for: waiting, running, done or failed, and then `failed` says why; '' where none ever was."""

    state: State | str = ""
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """`profile` is null where none was made; it is of an earlier snapshot unless `is_current`. Values of masked columns are left out."""

    line: LineName
    snapshot: str
    is_current: bool
    profile: TableProfile | None
    work: WorkSaid
    why: str


@dataclass(frozen=True, slots=True)
class ProfileHistory:
    """The profiles that are kept, the oldest snapshot first, and what moved between the last two."""

    line: LineName
    profiles: tuple[TableProfile, ...]
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class ColumnThen:
    """A column in one of the snapshots that were profiled."""

    snapshot: str
    profiled_at: datetime
    profile: ColumnProfile


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column: what is promised of it, its profiles, the oldest snapshot first, what is untidy in the newest, and what moved since the one before."""

    line: LineName
    column: ColumnShown
    profiles: tuple[ColumnThen, ...]
    findings: tuple[Finding, ...]
    drifts: tuple[Drift, ...]


@router.get("/tables/{table}/columns/{of}", response_model=ColumnSeen, openapi_extra=acts("discover"))
def column(asking: Asking, table: str, of: str) -> Response:
    """One column, and how it was in each snapshot that is kept and was profiled."""
    asking.allow("discover")
    page = _page(table, asking)
    shown = next((one for one in page.data.columns if one.name.lower() == of.lower()), None)
    if shown is None:
        raise Unknown("column", of, [one.name for one in page.data.columns])
    found = known(page, asking, past=True)
    then = (ColumnThen(one.snapshot, one.profiled_at, own) for one in found.history if (own := one.column(shown.name)))
    findings = tuple(one for one in found.findings if one.column == shown.name)
    drifts = tuple(one for one in found.drifts if one.column == shown.name)
    return tagged(ColumnSeen(page.name, shown, tuple(then), findings, drifts), asking.request)


@router.get("/tables/{table}/profile", response_model=ProfileSeen, openapi_extra=acts("discover"))
def profile(asking: Asking, table: str) -> Response:
    """What the table holds, as whoever asks may be told it."""
    asking.allow("discover")
    page = _page(table, asking)
    found = known(page, asking)
    said = ProfileSeen(page.name, found.snapshot, found.is_current, found.profile, _said(found.work), found.why)
    return tagged(said, asking.request)


@router.post("/tables/{table}/profile", response_model=WorkSaid, status_code=202, openapi_extra=acts("profile"))
def profile_now(asking: Asking, table: str) -> Response:
    """Have it measured. It takes seconds: `.../profile/work` says when it is done. What is measured already is not measured twice at once."""
    return answer(_said(begin(_page(table, asking), asking)), 202)


@router.get("/tables/{table}/profile/work", response_model=WorkSaid, openapi_extra=acts("discover"))
def profile_work(asking: Asking, table: str) -> Response:
    """How far the measuring of the newest snapshot is, on this server."""
    asking.allow("discover")
    return answer(_said(known(_page(table, asking), asking).work))


@router.get("/tables/{table}/profile/history", response_model=ProfileHistory, openapi_extra=acts("discover"))
def profile_history(asking: Asking, table: str) -> Response:
    """The profiles of all snapshots that are kept, and how the last moved from the one before."""
    asking.allow("discover")
    page = _page(table, asking)
    found = known(page, asking, past=True)
    return tagged(ProfileHistory(page.name, found.history, found.drifts), asking.request)


@router.get("/scores", response_model=Rollup, openapi_extra=acts("discover"))
def scores(asking: Asking, within: Within = "") -> Response:
    """Scores by dimension over the profiled tables of a product, a domain or the mesh that whoever asks may read."""
    asking.allow("discover")
    mesh = Facts(asking.library).mesh
    if within and within not in mesh.domains and within not in mesh.products:
        raise Unknown("domain or product", within, [*mesh.domains, *mesh.products])
    return tagged(score_of(asking.library, within or "mesh"), asking.request)


def _page(table: str, asking: Asker) -> TablePage:
    """Raises: Unknown."""
    page = shown(table, asking.library) if table.count(".") > 1 else None
    if not isinstance(page, TablePage):
        raise Unknown("table", table)
    return page


def _said(work: Work | None) -> WorkSaid:
    return WorkSaid(work.state, work.asked_at, work.ended_at, work.failed) if work else WorkSaid()

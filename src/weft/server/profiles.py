"""What is known of a table's content, as whoever asks may be told it: its profile, those before it, and whether one is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from weft.access import allowed
from weft.errors import Refused
from weft.names import SnapshotId, domain_of
from weft.product.audit import AuditedRead, Ending, Outcome
from weft.profile.drifting import drifts
from weft.profile.values import Drift, Finding, TableProfile
from weft.query.pages import TablePage
from weft.server.asking import Asker
from weft.server.profiling import Work, profiling_of
from weft.server.queries import who_of
from weft.session.profiling import profile_history, profiled

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """`profile` is of `snapshot`, else the newest before it. `why` says why whoever asks may not have it measured."""

    snapshot: str = ""
    profile: TableProfile | None = None
    history: tuple[TableProfile, ...] = ()
    drifts: tuple[Drift, ...] = ()
    work: Work | None = None
    may_ask: bool = False
    why: str = ""

    @property
    def is_current(self) -> bool:
        return self.profile is not None and self.profile.snapshot == self.snapshot

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.profile.findings if self.profile else ()


def known(page: TablePage, asking: Asker, *, past: bool = False) -> Known:
    """Of one table; what was before, and how it moved, is read where it is asked for (`past`)."""
    where = page.where.tables[0] if page.where.tables else None
    if page.data.withheld or page.data.rows_seen or where is None or not where.snapshot:
        return Known(why=page.data.withheld or "Nothing is published yet, or you see some of its rows only.")
    library, decision = asking.library, allowed(asking.reader, "profile", domain_of(page.name))
    newest = profiled(library, page.name)
    every = profile_history(library, page.name) if past or newest is None else ()
    moves = drifts(every[-2:]) if past else ()
    return Known(
        where.snapshot,
        newest or (every[-1] if every else None),
        every,
        moves[-1].drifts if moves else (),
        profiling_of(asking.serving).of(where.snapshot),
        decision.is_allowed,
        f"{decision.reason}. {decision.mend}",
    )


def begin(page: TablePage, asking: Asker) -> Work:
    """Has the table measured on behalf of whoever asks: a read of all of it. Raises: Refused."""
    asking.allow("profile", domain_of(page.name))
    where = page.where.tables[0]
    if page.data.withheld or not where.snapshot:
        raise Refused(page.data.withheld or f"{page.name} is not published", mend="`weft apply` publishes it.")
    return audited(Work(page.name, SnapshotId(where.snapshot), asking.reader.name, datetime.now(UTC)), page, asking)


def audited(work: Work, page: TablePage, asking: Asker) -> Work:
    """Begun, unless it is under way; it stands in the audit trail with how it ended, as a read of all columns."""
    registry, profiling = asking.library.registry, profiling_of(asking.serving)
    under_way = profiling.of(work.snapshot, work.kind)
    if under_way and under_way.is_under_way:
        return under_way
    who = who_of(asking)
    columns = {str(page.name): tuple(column.name for column in page.data.columns)}
    behalf = "" if asking.reader.name == who else asking.reader.name
    read = AuditedRead(who, work.kind, columns, "", asking.library.environment, behalf, request_id=asking.request_id)
    id = registry.audit.begin(read)

    def ended(work: Work) -> None:
        outcome: Outcome = "done" if work.state == "done" else "failed"
        taken = (datetime.now(UTC) - work.asked_at).total_seconds() * MILLISECONDS
        ending = Ending(outcome, page.data.rows, -1, round(taken), work.failed)
        asking.serving.session.registry.audit.complete(id, ending)

    return profiling.ask(work, ended)

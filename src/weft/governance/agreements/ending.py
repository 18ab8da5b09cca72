"""Agreements that come to their end: told before anything breaks, and once more when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from weft.access.lasting import days_left, notice_due
from weft.governance.kinds import ENDED, ENDS_SOON
from weft.governance.telling import tell, untold
from weft.names import PROD, RunId
from weft.product.agreement import Agreement
from weft.product.mesh import Mesh
from weft.product.snapshot import Event
from weft.registry.seam import Registry
from weft.settings import Settings

OVER_DAYS = 7
"""What ended longer ago than this is no news."""


def tell_endings(registry: Registry, settings: Settings, now: datetime | None = None) -> tuple[str, ...]:
    """Records what is due and was not told yet, and tells the parties; what could not be told. Raises: RegistryFault."""
    at = now or datetime.now(UTC)
    due = endings(registry.agreements.on(), at)
    events = [event for event in due if not registry.journal.outbox.of_run(RunId(event.run))]
    if not events:
        return ()
    domains = {domain.name: domain for domain in registry.domains(PROD)}
    mesh = Mesh("", domains, registry.products(environment=PROD))
    return untold(tell(events, mesh, settings, registry.journal, now))


def endings(agreements: Iterable[Agreement], at: datetime) -> Iterator[Event]:
    """One event for each agreement as it stands and each notice that has come: `a12.2026-12-05.14` stands in place of a run."""
    for one in agreements:
        if one.state != "granted" or one.until is None:
            continue
        if (days := notice_due(one, at.date())) is not None:
            yield _event(one, ENDS_SOON, _soon(one, at.date()), (f"{one.id}.{one.until}.{days}", at))
        elif -OVER_DAYS <= (one.until - at.date()).days < 0:
            message = f"agreement {one.id} of {one.reader} on {one.port}@{one.line} ended on {one.until}. Renew it: weft access renew {one.id}"
            yield _event(one, ENDED, message, (f"{one.id}.{one.until}.over", at))


def _event(one: Agreement, kind: str, message: str, of: tuple[str, datetime]) -> Event:
    run, at = of
    return Event(at, one.product, kind, message, "", PROD, run)


def _soon(one: Agreement, today: date) -> str:
    left = days_left(one, today)
    when = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
    then = "More time is asked for." if one.is_renewal else f"Renew it: weft access renew {one.id}"
    return f"agreement {one.id} of {one.reader} on {one.port}@{one.line} ends {when}, on {one.until}. {then}"

"""Telling people what an apply, a promotion or a rollback did, once it is done; where that fails, it is done nevertheless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.governance.kinds import FAILED, RECOVERED, UNEXPECTED, Happening
from weft.governance.telling import tell, untold
from weft.identity.caller import caller
from weft.names import PROD, ProductName, RunId
from weft.product.mesh import Mesh
from weft.product.product import Product
from weft.product.snapshot import Event

if TYPE_CHECKING:
    from weft.plan.evolution import PortLine
    from weft.plan.plan import Desired, Plan
    from weft.product.snapshot import Recorded
    from weft.query.answer import Library
    from weft.registry.seam import Registry
    from weft.run.report import RunReport
    from weft.session.planned import Planned

ENDED = "retired"
"""Who read a line until now can be found only in what was promised before."""
Before = Mapping[ProductName, Product]
"""Products as they were published until now."""


def promises_before(registry: Registry, plan: Plan, values: tuple[Desired, Recorded]) -> Before:
    """Those that the plan publishes with other documents, or ends."""
    desired, recorded = values
    products = desired.mesh.products
    work = [p.product for p in plan.work if p.product in recorded.digests]
    changed = [n for n in work if n not in products or products[n].digest != recorded.digests[n]]
    return registry.products(changed) if changed else {}


def told(library: Library, planned: Planned, report: RunReport, before: Before) -> RunReport:
    """Tells what an apply did, and what waits from runs before it. Where nobody is told, what changed is recorded all the same."""

    def telling() -> tuple[str, ...]:
        mesh = planned.desired.mesh
        outcomes = _outcomes(library.registry, planned.plan, report) if library.settings.notify else ()
        unexpected = _unexpected(library.registry, report)
        events = (*outcomes, *unexpected, *_changes(planned, report, before))
        domains = {d.name: d for d in library.registry.domains()} | mesh.domains if mesh.absent else mesh.domains
        known = mesh if domains is mesh.domains else replace(mesh, domains=domains)
        because = f" ({planned.desired.because})" if planned.desired.because else ""
        over = [replace(event, message=f"{event.message}{because}") for event in events if event.kind == ENDED]
        others = [event for event in events if event.kind != ENDED]
        was = replace(known, products={**known.products, **before})
        settings, journal = library.settings, library.registry.journal
        told = (*(tell(over, was, settings, journal) if over else ()), *tell(others, known, settings, journal))
        return (*untold(told), *_agreements_end(library))

    return replace(report, untold=_safely(telling))


def told_ended(library: Library, events: Sequence[Event], was: Mesh) -> tuple[str, ...]:
    """Records and tells what a promotion took away, to those who read it until then."""

    def telling() -> tuple[str, ...]:
        return untold(tell(events, was, library.settings, library.registry.journal))

    return _safely(telling)


def ended(run: RunId, gone: PortLine, because: str) -> Event:
    """That a line was taken away."""
    why = f" ({because})" if because else ""
    message = f"{gone.port} {gone.version} is no longer promised{why}"
    line = gone.tables[0] if gone.tables else ""
    return Event(datetime.now(UTC), gone.product, ENDED, message, line, PROD, run, caller())


def recorded_unexpected(library: Library, report: RunReport) -> RunReport:
    """What consumers missed, kept where their people and the producer's look, though nobody is sent anything."""

    def recording() -> tuple[str, ...]:
        library.registry.journal.record(events=tuple(_unexpected(library.registry, report)))
        return ()

    return replace(report, untold=_safely(recording))


def told_of_run(library: Library, run: RunId) -> tuple[str, ...]:
    """Tells what a run has recorded already (a promotion, a rollback); what could not be told."""
    if library.settings.notify is None:
        return ()

    def telling() -> tuple[str, ...]:
        from weft.query.facts import Facts

        journal = library.registry.journal
        return untold(tell(journal.outbox.of_run(run), Facts(library).mesh, library.settings, journal))

    return _safely(telling)


def told_events(library: Library, events: Sequence[Event]) -> tuple[str, ...]:
    """Records what happened outside of any run and tells it; what could not be told."""

    def telling() -> tuple[str, ...]:
        from weft.query.facts import Facts

        return untold(tell(events, Facts(library).mesh, library.settings, library.registry.journal))

    return _safely(telling)


def _agreements_end(library: Library) -> tuple[str, ...]:
    """Behind a server it is the server that looks."""
    if library.settings.is_remote or library.environment != PROD:
        return ()
    if not any(one.state == "granted" for one in library.registry.agreements.on()):
        return ()
    from weft.governance.agreements.ending import tell_endings

    return tell_endings(library.registry, library.settings)


def _safely(telling: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return telling()
    except WeftError as error:
        return (f"nobody was told: {error}",)


def _outcomes(registry: Registry, plan: Plan, report: RunReport) -> Iterator[Event]:
    """A failure that was told already is not told again by each run until it is over."""
    from weft.governance.happening import not_held

    last = registry.journal.outbox.newest(PROD, (FAILED, RECOVERED))
    failing = {name: event.message for name, event in last.items() if event.kind == FAILED}
    for product in report.products:
        if product.state == "failed":
            message = not_held(product.results, product.product)
            if failing.get(product.product) != message:
                yield _event(report, product.product, Happening(FAILED, message))
    standing = [product.product for product in plan.products if not (product.publishes or product.held)]
    mended = [product.product for product in report.products if product.state in ("published", "unchanged")]
    for name in dict.fromkeys([*standing, *mended]):
        if name in failing:
            yield _event(report, name, Happening(RECOVERED, "What failed is mended."))


def _unexpected(registry: Registry, report: RunReport) -> Iterator[Event]:
    """What a consumer expects and does not get is told once to both, until it is something else."""
    from weft.governance.happening import missed_expectations

    missed = missed_expectations([result for product in report.products for result in product.results])
    last = registry.journal.outbox.newest(PROD, (UNEXPECTED,)) if missed else {}
    for product, one in missed.items():
        if product not in last or last[product].message != one.message:
            yield _event(report, product, one)


def _changes(planned: Planned, report: RunReport, before: Before) -> Iterator[Event]:
    from weft.governance.happening import changed_promises, invitations

    plan, mesh = planned.plan, planned.desired.mesh
    new = {p.product for p in plan.work if p.product not in before and not any(step.expects for step in p.steps)}
    for product in report.products:
        name, now = product.product, mesh.products.get(product.product)
        for table in product.tables:
            if table.handover:
                yield _event(report, name, Happening("bridged", table.handover.told, table.line))
        if product.state == "published" and (old := before.get(name)):
            yield from (_event(report, name, one) for one in changed_promises(old, now, planned.evolution.of(name)))
        elif product.state == "published" and now is not None and name in new:
            yield from (_event(report, name, one) for one in invitations(None, now))


def _event(report: RunReport, product: ProductName, one: Happening) -> Event:
    run = report.run or ""
    return Event(datetime.now(UTC), product, one.kind, one.message, one.line, report.environment, run, caller())

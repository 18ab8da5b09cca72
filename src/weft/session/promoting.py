"""`weft promote`: what an environment changed and proved becomes what `prod` points at, without building anything."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weft.errors import Fault, Misuse, Refused
from weft.identity.caller import caller
from weft.names import PROD, LineName, ProductName, RunId
from weft.plan.evolution import PortLine
from weft.plan.evolution.stable import GoingStable
from weft.plan.promotion import Promotion, promotion
from weft.product.checks import checks_of
from weft.product.mesh import Mesh
from weft.product.snapshot import Event, Recorded
from weft.session.auditing import note_act
from weft.session.claimed import Products, claimed
from weft.session.evolving import refuse
from weft.session.going_stable import answer, asked_of, rises_of
from weft.session.governing import warnings_of_promoted
from weft.session.session import Session
from weft.session.telling import ended, told_ended, told_of_run
from weft.session.using import unknown

MOST = 5
"""So many of a kind are named in one message."""


@dataclass(frozen=True, slots=True)
class PromotedTables:
    """One product as it was promoted: `lines` point elsewhere now; `gone` says that it is no more."""

    product: ProductName
    revision: int
    lines: tuple[LineName, ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class Promoted:
    """`run` is None where the environment differs in nothing."""

    environment: str
    run: RunId | None
    products: tuple[PromotedTables, ...]
    seconds: float
    untold: tuple[str, ...] = ()
    """Who could not be told of it, why, and what to do."""
    warnings: tuple[Fault, ...] = ()
    """What policies say of it that stops nothing."""


def promote(
    session: Session, name: str, resume: Iterable[str] = (), because: str = "", *, force: bool = False
) -> Promoted:
    """Moves all that an environment changed to `prod`, at once. `resume` are products that go on though they were rolled back.

    `because` is why a version goes stable without the verdicts that its preview asks for, and with `force` why lines go that are
    still read. Raises: Unknown, Misuse; Faults where a policy is violated; Refused where `prod` moved on, a version claims too little for the consumers that there are by now, a check is missing or does not hold, verdicts are asked
    for, or a line goes that is still read; Moved where it moves meanwhile.
    """
    from weft.query.facts import Facts

    began = time.perf_counter()
    if name == PROD:
        raise Misuse("prod is where things are promoted to", mend="Name an environment: `weft env` lists them.")
    registry = session.registry
    here, prod = registry.recorded(name), registry.recorded(PROD)
    if not here.is_made:
        raise unknown(registry, name)
    found = promotion(here, prod, registry.environments.bases(name))
    _refuse(session, found, here, frozenset(resume))
    warnings = warnings_of_promoted(session, name, found) if found.products else ()
    going, against = _going(session, found, here, because if force else "")
    before, after = _products(session, found)
    refuse(claimed(session, before, after))
    answer(_stable(session, before, after), session.registry, because)
    if not found.products:
        return Promoted(name, None, (), time.perf_counter() - began)
    was = Facts(session.library).mesh if going else Mesh("")
    run = registry.journal.begin(PROD, "promote", caller())
    revisions: dict[ProductName, int] = {}
    try:
        revisions = registry.environments.promote(found, run)
    finally:
        said = f"promoted {name}{against}" if revisions else ""
        registry.journal.end(run, "succeeded" if revisions else "failed", said)
        session.refresh()
    if against:
        note_act(session, "forced", ("promoted", name), against.removeprefix(", forced: "))
    products = tuple(PromotedTables(p.product, revisions[p.product], p.lines, p.gone) for p in found.products)
    seconds = time.perf_counter() - began
    untold = (
        *told_of_run(session.library, run),
        *_told_ended(session, [ended(run, line, because if force else "") for line in going], was),
    )
    return Promoted(name, run, products, seconds, untold, warnings)


def _told_ended(session: Session, events: list[Event], was: Mesh) -> tuple[str, ...]:
    return told_ended(session.library, events, was) if events else ()


def _going(session: Session, found: Promotion, here: Recorded, because: str) -> tuple[tuple[PortLine, ...], str]:
    """What goes, and for the record what stood against it. Raises: Refused, where it is still read and no reason is given."""
    from weft.session.retiring import gone_by, without_refusals

    evolution = gone_by(session, found, here)
    if not because:
        refuse(evolution)
        return evolution.gone, ""
    _, against = without_refusals(evolution)
    return evolution.gone, f", forced: {because} (against: {against})" if against else ""


def _refuse(session: Session, found: Promotion, here: Recorded, resumed: frozenset[str]) -> None:
    name = found.environment
    if found.conflicts:
        told = _several([conflict.message for conflict in found.conflicts])
        mend = f"Bring it up to date: `weft env update {name}`, then `weft apply --env {name}`."
        raise Refused(f"prod moved on under what {name} changed: {told}", mend=mend)
    held = [hold for hold in found.held if hold.product not in resumed]
    if held:
        told = _several([f"{hold.product} was rolled back by {hold.who}" for hold in held])
        mend = f"Go on nevertheless with: weft promote {name} --resume {held[0].product}"
        raise Refused(f"{name} points at what was withdrawn from prod: {told}", mend=mend)
    if unproved := list(_unproved(session, found, here)):
        mend = f"Prove them: `weft test --env {name}`."
        raise Refused(f"not all of {name} is proved: {_several(unproved)}", mend=mend)


def _products(session: Session, found: Promotion) -> tuple[Products, Products]:
    """What stays of the products that are to move, as `prod` has them and as it will."""
    names = [product.product for product in found.products if not product.gone]
    if not names:
        return {}, {}
    return session.registry.products(names, PROD), session.registry.products(names, found.environment)


def _stable(session: Session, before: Products, after: Products) -> tuple[GoingStable, ...]:
    """Versions that `prod` will promise, and that were shown as previews there."""
    if not session.settings.preview_verdicts:
        return ()
    rises = (rise for name in after if name in before for rise in rises_of(before[name], after[name]))
    return asked_of(rises, session.registry, session.settings.preview_verdicts)


def _unproved(session: Session, found: Promotion, here: Recorded) -> Iterator[str]:
    """Every check that has no result for the snapshot that is to be promoted, or one that does not let it pass."""
    lines = [line for product in found.products for line in product.proved]
    results = session.registry.environments.proofs(here.pointers[line].snapshot for line in lines)
    names = [product.product for product in found.products if not product.gone]
    mesh = Mesh("", {}, session.registry.products(names, found.environment))
    for line in lines:
        promised = mesh.promise(line)
        told = results.get(here.pointers[line].snapshot, {})
        for check in checks_of(promised[1]) if promised else ():
            if check.id not in told:
                yield f"{line}: {check.id} was not checked"
            elif not told[check.id]:
                yield f"{line}: {check.id} does not hold"


def _several(told: list[str]) -> str:
    more = f"; and {len(told) - MOST} more" if len(told) > MOST else ""
    return "; ".join(told[:MOST]) + more

"""Environments and rollbacks as a checkout moves them: what is moved is its own domains', all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from weft.errors import Faults, Misuse, Moved, Refused
from weft.names import IDENTIFIER, PROD, ProductName, RunId, SnapshotId, domain_of
from weft.plan.promotion import Promotion, promotion
from weft.plan.rollback import Rollback, rollback
from weft.product.environment import Base, Edition, Environment, Published
from weft.product.preview import Verdict
from weft.server.seams.desk import Desk
from weft.server.seams.publishing import refuse_taking_away
from weft.session.using import until as ends_at


def every(desk: Desk) -> tuple[Environment, ...]:
    return desk.registry.environments.all()


def bases(desk: Desk, environment: str) -> dict[ProductName, Base]:
    return desk.registry.environments.bases(environment)


def use(desk: Desk, name: str, until: datetime) -> bool:
    """It ends when the server's own mesh.yaml says, whatever a checkout's does."""
    if name == PROD or not IDENTIFIER.fullmatch(name):
        raise Misuse(f"'{name}' is no name of an environment")
    return desk.registry.environments.use(name, desk.reader.name, ends_at(desk.asking.serving.session.settings))


def update(desk: Desk, name: str, until: datetime) -> tuple[ProductName, ...]:
    _refuse_others(desk, name)
    return desk.registry.environments.update(name, ends_at(desk.asking.serving.session.settings))


def remove(desk: Desk, name: str) -> None:
    _refuse_others(desk, name)
    desk.registry.environments.remove(name)


def _refuse_others(desk: Desk, name: str) -> None:
    """An environment is whose who made it, and of those who changed all that is in it. Raises: Refused."""
    found = next((one for one in desk.registry.environments.all() if one.name == name), None)
    if found is None or found.who == desk.reader.name:
        return
    if not found.changed or not all(desk.is_own(line) for line in found.changed):
        raise Refused(f"the environment {name} is of {found.who}", mend=f"Ask {found.who}, or make one of your own.")


def promote(desk: Desk, asked: Promotion, run: RunId) -> dict[ProductName, int]:
    """What moves is found here anew; that it is what was seen there is what Moved is for. Raises: Refused, Moved, Faults."""
    desk.own_run(run)
    registry, name = desk.registry, asked.environment
    found = promotion(registry.recorded(name), registry.recorded(PROD), registry.environments.bases(name))
    for product in found.products:
        desk.allow("promote", domain_of(product.product))
    seen = {(p.product, p.expects, p.seen) for p in asked.products}
    if stands := {(p.product, p.expects, p.seen) for p in found.products} ^ seen:
        moved, expects, at = min(stands)
        raise Moved(f"{moved} of {name}", expects, at)
    if found.conflicts:
        raise Refused(f"prod moved on under what {name} changed: {found.conflicts[0].message}")
    here = registry.recorded(name)
    for product in found.products:
        stays = set() if product.gone else {pointer.line for pointer in here.of(product.product)}
        refuse_taking_away(desk, product.product, stays)
    from weft.session.governing import of_promoted

    faults = of_promoted(desk.asking.serving.session.settings, registry, name, found) if found.products else ()
    if errors := [fault for fault in faults if fault.severity == "error"]:
        raise Faults(errors)
    return registry.environments.promote(found, run)


def proofs(desk: Desk, snapshots: Sequence[SnapshotId]) -> dict[SnapshotId, dict[str, bool]]:
    return desk.registry.environments.proofs(snapshots)


def publishes(desk: Desk, product: ProductName, environment: str) -> tuple[Published, ...]:
    desk.allow("roll back", domain_of(product))
    return desk.registry.rollbacks.publishes(product, environment)


def editions(desk: Desk, product: ProductName, environment: str, most: int) -> tuple[Edition, ...]:
    desk.allow("roll back", domain_of(product))
    return desk.registry.rollbacks.editions(product, environment, most)


def roll_back(desk: Desk, asked: Rollback, run: RunId) -> int:
    """Where it leads is found here anew, by its revision. Raises: Refused, Moved, Unknown."""
    from dataclasses import replace

    desk.allow("roll back", domain_of(asked.product))
    desk.own_run(run)
    registry = desk.registry
    known = registry.rollbacks.publishes(asked.product, asked.environment)
    found = rollback(asked.product, registry.recorded(asked.environment), known, str(asked.to.revision))
    if found.expects != asked.expects:
        raise Moved(asked.product, asked.expects, found.expects)
    return registry.rollbacks.roll_back(replace(found, because=asked.because), run)


def previewed(desk: Desk, product: ProductName) -> tuple[tuple[str, str], ...]:
    return desk.registry.previews.published(product)


def verdicts(desk: Desk, product: ProductName) -> tuple[Verdict, ...]:
    return desk.registry.previews.verdicts(product)


def say(desk: Desk, verdict: Verdict) -> None:
    """For oneself, or for a product of one's own; why a version goes without verdicts, its own domain says. Raises: Refused."""
    from dataclasses import replace

    if verdict.word == "reason":
        desk.allow("apply", domain_of(verdict.product))
        verdict = replace(verdict, who=desk.reader.name)
    elif verdict.who != desk.reader.name:
        desk.allow("apply", domain_of(ProductName(verdict.who)))
    desk.registry.previews.say(replace(verdict, given_by=desk.reader.name))

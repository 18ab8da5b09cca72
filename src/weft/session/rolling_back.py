"""`weft rollback`: a product's tables back to where they stood, held there until somebody resumes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from weft.identity.caller import caller
from weft.names import LineName, ProductName, RunId
from weft.plan.rollback import rollback
from weft.product.environment import Published
from weft.session.auditing import note_act
from weft.session.session import Session
from weft.session.telling import told_of_run


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`dependants` are tables of others that were built on what was withdrawn, each with the withdrawn table behind it."""

    product: ProductName
    environment: str
    run: RunId
    revision: int
    to: Published
    withdrawn: tuple[LineName, ...]
    dependants: dict[LineName, LineName]
    seconds: float
    untold: tuple[str, ...] = ()
    """Who could not be told of it, why, and what to do."""


def roll_back(session: Session, name: str, to: str = "", because: str = "") -> RolledBack:
    """`to` is a run or a revision; else the last time that the product's tables stood elsewhere.

    Raises: Unknown; Refused where there is nothing to go back to or it is not kept; Moved where it is published meanwhile.
    """
    began = time.perf_counter()
    session.use_environment()
    registry, environment, product = session.registry, session.environment, ProductName(name)
    publishes = registry.rollbacks.publishes(product, environment)
    planned = replace(rollback(product, registry.recorded(environment), publishes, to), because=because)
    run = registry.journal.begin(environment, "rollback", caller())
    revision = 0
    try:
        revision = registry.rollbacks.roll_back(planned, run)
    finally:
        registry.journal.end(run, "succeeded" if revision else "failed", because if revision else "")
        session.refresh()
    note_act(session, "rolled back", ("rolled back", product), f"revision {revision} in {environment}: {because}")
    withdrawn = tuple(dict.fromkeys(planned.withdrawn.values()))
    seconds = time.perf_counter() - began
    untold = told_of_run(session.library, run)
    return RolledBack(product, environment, run, revision, planned.to, withdrawn, planned.dependants, seconds, untold)

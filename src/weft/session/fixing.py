"""`weft plan --fix`: a plan, once the versions are written that say what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.session.evolving import fixed

if TYPE_CHECKING:
    from weft.plan.evolution import Edit
    from weft.session.planned import Choice, Planned
    from weft.session.session import Session


def fixed_plan(session: Session, choice: Choice) -> tuple[Planned, tuple[Edit, ...]]:
    """The plan of what was written, where something was; and the edits. Raises: as `fixed` and `Session.plan`."""
    planned = session.plan(choice)
    edits = fixed(session, planned.evolution)
    return (session.plan(choice), edits) if edits else (planned, ())

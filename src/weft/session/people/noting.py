"""What was decided about people goes into the audit, and nothing secret with it."""

from __future__ import annotations

from weft.access import Reader
from weft.product.audit import Decided, DecidedKind
from weft.registry.seam import Registry

OWNER_SAID = "the owner of the workspace"


def said_by(who: Reader) -> str:
    return who.name or OWNER_SAID


def note(
    registry: Registry, who: str, kind: DecidedKind, what: tuple[str, str], *, message: str = "", domain: str = ""
) -> None:
    """`what` is the action and its subject."""
    action, subject = what
    registry.audit.decided(Decided(who, kind, action, subject, message, (domain,) if domain else ()))

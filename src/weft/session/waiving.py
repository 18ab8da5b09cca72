"""A waiver as somebody asks for it, in words."""

from __future__ import annotations

from datetime import date

from weft.errors import Misuse
from weft.governance.policies import Act, waive, withdraw
from weft.product.rule import Waiver
from weft.query.library import Ground
from weft.query.policies import binding


def waived(ground: Ground, asked: tuple[str, str, str], act: Act, *, is_withdrawn: bool = False) -> Waiver:
    """`asked` is a policy, a subject and a day. Raises: Unknown; Misuse."""
    name, subject, until = asked
    if is_withdrawn:
        return withdraw(ground.registry, name, subject, act)
    if not until:
        raise Misuse("a waiver ends", mend="Name its last day: --until 2027-03-31.")
    try:
        day = date.fromisoformat(until)
    except ValueError as error:
        raise Misuse(f"'{until}' is no day", mend="Write it as 2027-03-31.") from error
    known = [policy.name for policy in binding(ground).policies]
    return waive(ground.registry, (name, subject, day), known, act)

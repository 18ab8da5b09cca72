"""A plan kept in a file, to be shown today and applied as shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from weft.errors import Misuse, Moved, Refused
from weft.plan.evolution import Evolution
from weft.plan.plan import Plan, Step
from weft.session.planned import Planned


def save_plan(planned: Planned, file: Path) -> None:
    """With what it changes for consumers, for whoever reads the file. Raises: Misuse where it cannot be written."""
    kept = msgspec.to_builtins(planned.plan) | evolution_object(planned.evolution)
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(kept, enc_hook=str)))
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}") from error


def evolution_object(evolution: Evolution) -> dict[str, Any]:
    """`changes`, `new_lines`, `gone_lines` and `difference`: all empty where nothing changed for anybody."""
    if not evolution:
        return {"changes": [], "new_lines": [], "gone_lines": [], "difference": []}
    from weft.plan.evolution.message import as_object

    return as_object(evolution)


def load_plan(file: Path) -> Plan:
    """Raises: Misuse where the file is no plan."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Plan)
    except OSError as error:
        raise Misuse(
            f"{file} cannot be read: {error.strerror}", mend="Make it with: weft plan --output FILE"
        ) from error
    except msgspec.DecodeError as error:
        raise Misuse(f"{file} is no plan: {error}", mend="Make it with: weft plan --output FILE") from error


def as_shown(shown: Plan, now: Planned) -> Planned:
    """The plan as it would be made now, if it does what was shown; a kept plan never does something else.

    Raises: Moved where a pointer that it relies on has moved, Refused where the folders or sources are not what they were.
    """
    current = {step.line: step for _, step in now.plan.steps()}
    for _, step in shown.steps():
        found = current.get(step.line)
        if found is not None and found.expects != step.expects:
            raise Moved(step.line, step.expects, found.expects)
        if found is None or (found.action, found.parts) != (step.action, step.parts):
            raise Refused(
                f"what {step.line} is made of has changed since the plan was kept{_why(step, found)}",
                mend="Plan again.",
            )
    if extra := set(current) - {step.line for _, step in shown.steps()}:
        raise Refused(f"{min(extra)} is not in the plan that was kept", mend="Plan again.")
    return now


def _why(shown: Step, found: Step | None) -> str:
    new = [reason for reason in found.reasons if reason not in shown.reasons] if found else ["it is no longer there"]
    return f": {'; '.join(new)}" if new else ""

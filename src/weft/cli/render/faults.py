"""Faults as a person reads them: one a line, `file:line: what. How to mend it.`, and a count."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted, lasted
from weft.cli.render.json_out import write_json
from weft.cli.render.notices import say_notices
from weft.cli.render.terminal import Ink, commanded, is_terminal, paint, say
from weft.errors import Fault, sentence

if TYPE_CHECKING:
    from weft.product.snapshot import Event

INKS: dict[str, Ink] = {"error": "red", "warning": "yellow", "info": "cyan"}


def write_faults(faults: Sequence[Fault]) -> None:
    """All of them, then how many there are of each kind."""
    for fault in faults:
        ink = INKS.get(fault.severity, "red")
        kind = "" if fault.severity == "error" else f"{fault.severity}: "
        words = f"{kind}{sentence(fault.message)}"
        mend = paint(sentence(fault.mend), "dim", stream=sys.stderr)
        print(f"{paint(f'{fault.place}:', ink, stream=sys.stderr)} {words} {mend}".rstrip(), file=sys.stderr)
    errors = sum(fault.severity == "error" for fault in faults)
    notes = sum(fault.severity == "info" for fault in faults)
    counts = ((errors, "fault"), (len(faults) - errors - notes, "warning"), (notes, "note"))
    if parts := [counted(count, what) for count, what in counts if count]:
        say(" and ".join(parts), "bold")


@dataclass(frozen=True, slots=True)
class Checked:
    """How many products were looked at, how long it took, and what happened lately to what they read."""

    products: int
    seconds: float
    notices: tuple[Event, ...] = ()


def show_check(faults: Sequence[Fault], checked: Checked, *, json: bool) -> None:
    if json:
        objects = [fault_object(fault) for fault in faults]
        seconds = round(checked.seconds, 3)
        write_json({"faults": objects, "products": checked.products, "seconds": seconds, "notices": checked.notices})
        return
    write_faults(faults)
    say_notices(checked.notices)
    if not faults:
        say(f"nothing is wrong in {counted(checked.products, 'product')} ({lasted(checked.seconds)})", "green")


def show_watched(faults: Sequence[Fault], seconds: float) -> None:
    """One round of watching: the screen is cleared where there is one."""
    if is_terminal(sys.stderr):
        print("\x1b[2J\x1b[H", end="", file=commanded(sys.stderr))
    write_faults(faults)
    say(
        f"{'nothing is wrong' if not faults else 'checked'} in {lasted(seconds)}; waiting for a file to be saved (Ctrl-C ends)",
        "dim",
    )


def fault_object(fault: Fault) -> dict[str, str | int]:
    """A fault for a program to read."""
    place: dict[str, str | int] = {"file": fault.place.file, "line": fault.place.line}
    return {"severity": fault.severity, **place, "message": fault.message, "mend": fault.mend}

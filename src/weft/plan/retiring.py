"""Whether a line may go: not while anybody reads it. Who reads it is found out elsewhere; here it is judged and put in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from weft.names import LineName
from weft.plan.evolution import PortLine

FEW = 8


@dataclass(frozen=True, slots=True)
class StillRead:
    """One who reads a line that is to go, or may. `how` is the input port, the door of the questions, or an agreement and its purpose;
    `last_at` when it last built or asked."""

    kind: Literal["product", "person", "agreement"]
    name: str
    line: LineName
    how: str
    columns: tuple[str, ...] = ()
    last_at: datetime | None = None
    times: int = 0

    def __str__(self) -> str:
        columns = (
            f" ({', '.join(self.columns[:FEW])}{', ...' if len(self.columns) > FEW else ''})" if self.columns else ""
        )
        when = f"{self.last_at:%Y-%m-%d %H:%M:%S} UTC" if self.last_at else ""
        if self.kind == "product":
            return f"product {self.name} reads {self.line}{columns} by its {self.how}{f', last built {when}' if when else ''}"
        if self.kind == "agreement":
            return f"{self.name} may read {self.line} by {self.how}"
        often = "once" if self.times == 1 else f"{self.times} times, last"
        return f"{self.name} read {self.line}{columns} by {self.how} {often} {when}"


def is_protected(line: PortLine) -> bool:
    """Whether it is promised that it stays: a preview and what is below 1.0.0 promise nothing."""
    return not line.version.is_preview and line.version.major > 0


def judged(line: PortLine, readers: Iterable[StillRead], unread_days: float) -> PortLine:
    """The line that is to go, refused where somebody reads it."""
    found = tuple(readers)
    if not found or not is_protected(line):
        return line
    refusal = f"{line.version} cannot go, as it is still read: {'; '.join(str(one) for one in found)}"
    ways = []
    if any(one.kind == "product" for one in found):
        ways.append("move those products to another line")
    if any(one.kind == "person" for one in found):
        ways.append(f"wait until nobody has read it for {unread_days:g} days")
    if agreed := [one for one in found if one.kind == "agreement"]:
        ways.append(f"end the agreements ({', '.join(one.how.split()[1] for one in agreed[:FEW])}: weft access revoke)")
    mend = (
        f"{' and '.join(ways).capitalize()}; until then deprecate it. Go on nevertheless with --force --because '...'."
    )
    return replace(line, refusal=refusal, mend=mend)

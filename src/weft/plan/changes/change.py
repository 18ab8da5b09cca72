"""One difference between two contracts as a consumer meets it, and what has to be known to judge it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from weft.plan.changes.spots import Spot
from weft.product.contract import Scalar

Impact = Literal["breaking", "conditional", "minor", "patch"]
"""`conditional` breaks some consumers and not others: `judged` settles it, and until then it counts as breaking."""
Act = Literal["ADD", "REMOVE", "CHANGE"]
Settling = Literal["binding", "sight"]
"""What settles a conditional change: binding each consumer's own SQL again, or asking who still sees the column."""
Value = Scalar | tuple["Value", ...]

_ENTRY = re.compile(r"\[\w+=([^\]]*)\]")
SEVERITY: dict[Impact, int] = {"patch": 0, "minor": 1, "conditional": 2, "breaking": 2}


@dataclass(frozen=True, slots=True)
class Rebind:
    """What a consumer's SQL is to be bound against anew: a table with this column in its new type.

    An empty column is the table itself, under another name than before.
    """

    table: str
    column: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A transform of the old line that reads the new one's table; `lacks` are the old columns that it cannot make."""

    table: str
    sql: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, where it is, and what it means for whoever reads the old contract's data."""

    kind: str
    """One of KINDS, documented there."""
    at: Spot
    impact: Impact
    reason: str
    before: Value = None
    after: Value = None
    act: Act = "CHANGE"
    affects: tuple[str, ...] = ()
    """Known consumers that read what changed; of a settled change, those that it breaks."""
    settles: Settling | None = None
    rebind: Rebind | None = None
    bridge: Bridge | None = None
    acknowledge: bool = False
    """Whether consumers are asked to take note of it (terms)."""

    @property
    def section(self) -> str:
        return self.at.section

    @property
    def field(self) -> str:
        return self.at.field

    @property
    def path(self) -> str:
        return self.at.path

    @property
    def table(self) -> str:
        return self.at.table

    @property
    def column(self) -> str:
        return self.at.column

    @property
    def where(self) -> str:
        """`departures.delay`, `departures`, or, of no table, the field of the contract: `slaProperties endOfSupport`."""
        field = _ENTRY.sub(r" \1", self.path.removesuffix("/value").lstrip("/"))
        return ".".join(name for name in (self.table, self.column) if name) or field

    @property
    def breaks(self) -> bool:
        """Whether it needs a new major as far as is known."""
        return SEVERITY[self.impact] == SEVERITY["breaking"]


def judged(change: Change, broken_consumers: Iterable[str]) -> Change:
    """A conditional change settled by whom it was seen to break: nobody, and it is minor. Other changes stay as they are."""
    if change.impact != "conditional":
        return change
    broken = tuple(sorted(set(broken_consumers)))
    if not broken:
        said = (
            "every known consumer's own SQL still binds"
            if change.settles == "binding"
            else "every reader still sees it"
        )
        return replace(change, impact="minor", affects=(), reason=f"{change.reason}; {said}")
    return replace(
        change, impact="breaking", affects=broken, reason=f"{change.reason}; {_said_of(broken, change.settles)}"
    )


def _said_of(broken: tuple[str, ...], settles: Settling | None) -> str:
    """Of whom nobody knows what they may see, no more is said than that."""
    *others, last = broken
    names, several = f"{', '.join(others)} and {last}" if others else last, bool(others)
    if settles == "binding":
        return f"{names} no longer {'keep their' if several else 'keeps its'} own promise"
    return f"nothing says that {names} still {'see' if several else 'sees'} it"


def all_judged(changes: Iterable[Change], broken: Callable[[Change], Iterable[str]]) -> tuple[Change, ...]:
    """Each conditional change settled by what `broken` finds out about it; it is asked of no other."""
    return tuple(judged(change, broken(change)) if change.impact == "conditional" else change for change in changes)


LEVELS = ("public", "internal", "confidential", "restricted")
Place = tuple[str, str]
"""A table and a column of the contract; an empty column is the table as a whole."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the two documents; nothing of it is needed, and each part makes the judgement finer.

    `readers` are consumers by what they read of the old contract. `levels` are classifications, the least strict first.
    `clearance` is the strictest level that a consumer may see, `roles` those by which a reader's agreements let it read:
    whoever is not named there reads by no role, and loses sight by none; None where agreements are not known. `lineage` (old, new) is what a column comes from, and
    `alike` the share of equal values (0 to 1) of a removed and an added column of a table: evidence for renames.
    """

    readers: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    levels: tuple[str, ...] = LEVELS
    clearance: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, frozenset[str]] | None = None
    lineage: tuple[Mapping[Place, frozenset[Place]], Mapping[Place, frozenset[Place]]] = field(
        default_factory=lambda: ({}, {})
    )
    alike: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def readers_of(self, table: str, column: str) -> tuple[str, ...]:
        """Who reads a column (or its table as a whole); of a table without a column, of a contract without a table: anybody."""
        found = {
            name
            for (of, what), names in self.readers.items()
            if (not table or of == table) and (not column or what in (column, ""))
            for name in names
        }
        return tuple(sorted(found))


UNKNOWN = Known()

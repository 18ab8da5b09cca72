"""What a run did, as values: while it goes on (events), and when it is over (a report)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from weft.names import LineName, ProductName, RunId, SnapshotId, label_of
from weft.product.checks import CheckResult

TRACE = "Traceback (most recent call last):"
TableAction = Literal["built", "same", "reused", "checked", "removed", "nothing"]
ProductState = Literal["published", "unchanged", "failed", "waited"]


Key = tuple[str | None, ...]
"""Values of a primary key, as texts."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A bridge makes a line from this run on: how what it made differs from `native`, the last snapshot before, of `rows` rows.

    `over` is the newer line that it reads. `columns` are the changed rows by column. Without a `key` rows were compared as
    wholes. `note` says why they were not compared at all.
    """

    over: LineName
    native: SnapshotId
    rows: int = 0
    key: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    first_added: tuple[Key, ...] = ()
    first_removed: tuple[Key, ...] = ()
    first_changed: tuple[Key, ...] = ()
    note: str = ""

    @property
    def is_equal(self) -> bool:
        return not (self.note or self.added or self.removed or self.changed)

    @property
    def told(self) -> str:
        """In words, without any value of the data."""
        begin = f"it is a bridge to line {label_of(self.over)} from now on"
        if self.note:
            return f"{begin}; {self.note}"
        if self.is_equal:
            return f"{begin}; all {self.rows:,} rows are as in its last native snapshot"
        columns = ", ".join(f"{name} in {rows:,}" for name, rows in self.columns.items())
        changed = f"changed by {', '.join(self.key)} ({columns})"
        counts = {"added": self.added, "removed": self.removed, changed: self.changed}
        counted = ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)
        return f"{begin}; unlike the {self.rows:,} rows of its last native snapshot: {counted}"


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table of a run. `action` is what was done in the end: a build that came out the same is `same`."""

    line: LineName
    action: TableAction
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()
    handover: Handover | None = None
    """Where a bridge made it for the first time."""
    parts: tuple[int, int] | None = None
    """Of a table in parts, how many were made, and how many there are."""


@dataclass(frozen=True, slots=True)
class ProductReport:
    """One product of a run. `waited` says that something upstream did not come, and `message` what; of core data, what was matched."""

    product: ProductName
    state: ProductState
    tables: tuple[TableReport, ...] = ()
    results: tuple[CheckResult, ...] = ()
    message: str = ""
    seconds: float = 0.0
    revision: int = 0

    @property
    def misses(self) -> bool:
        """Whether something that a consumer expects did not hold."""
        return any(result.consumer and result.outcome in ("failed", "error") for result in self.results)


@dataclass(frozen=True, slots=True)
class RunReport:
    run: RunId | None
    environment: str
    products: tuple[ProductReport, ...]
    seconds: float = 0.0
    swept: tuple[int, int] = (0, 0)
    """Files that nothing needed any more and were deleted, and their bytes."""
    unswept: str = ""
    """Why they could not be."""
    untold: tuple[str, ...] = ()
    """Who could not be told of what happened, why, and what to do."""

    @property
    def succeeded(self) -> bool:
        return all(product.state in ("published", "unchanged") for product in self.products)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that just happened: a product began or ended, a table was written."""

    kind: Literal["began", "table", "ended"]
    product: ProductName
    table: TableReport | None = None
    report: ProductReport | None = None


def printed(log: str, lines: int = 20) -> str:
    """The last of what a transform printed before it failed, for whoever reads why; its stack trace stays in the run's record."""
    trace = log.find(TRACE)
    found = (log if trace < 0 else log[:trace]).rstrip().splitlines()[-lines:]
    return "\n".join(["It printed:", *(f"  {line}" for line in found)]) if found else ""


Observer = Callable[[Event], None]


def unobserved(event: Event) -> None:
    """For whoever does not want to know."""


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What `weft test` found of published tables, and where a line has nothing published to prove."""

    results: tuple[CheckResult, ...]
    unpublished: tuple[LineName, ...] = field(default=())
    seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        return not any(result.blocks for result in self.results)

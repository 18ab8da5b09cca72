"""The seam to an engine: what computes tables, proves checks and binds SQL. DuckDB is the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from weft.names import LineName
from weft.product.checks import CheckResult, Suite
from weft.product.snapshot import ColumnStatistics, Part

if TYPE_CHECKING:
    import pyarrow as pa

Columns = tuple[tuple[str, str], ...]
"""Names and DuckDB types, in order."""


@dataclass(frozen=True, slots=True)
class Build:
    """One table to compute: the author's own SQL over names offered to the bench, cast to `columns`, into one Parquet file."""

    line: LineName
    sql: str
    columns: Columns
    path: Path
    parts: tuple[str, ...] = ()
    """Columns whose values part it: then `path` is a folder, and gets one file for each."""
    among: str = ""
    """A condition over what the SQL returns: only rows that meet it are written."""


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of a build in parts."""

    path: Path
    rows: int
    part: Part
    statistics: dict[str, ColumnStatistics] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: rows, and the writer's own statistics by column; its files, where it was made in parts."""

    rows: int
    statistics: dict[str, ColumnStatistics] = field(default_factory=dict)
    seconds: float = 0.0
    files: tuple[BuiltFile, ...] = ()
    beside: tuple[Path, ...] = ()
    """Files of the same table that stay, and have no key twice: where some are given, what was built has none of theirs either."""


class Engine(Protocol):
    def bind(self, sql: str, reads: Mapping[str, Columns]) -> Columns:
        """What a query would return over tables of these columns, found without data.

        A read named `port.table` is a table of the schema `port`. Raises: EngineFault, in the binder's words, with the closest column.
        """

    def assignable(self, given: str, promised: str) -> bool:
        """Whether every type's values may be cast on writing: not VARCHAR to BIGINT, not TIMESTAMP to DATE; the cast itself fails on loss."""

    def bench(self, as_of: datetime, *, light: bool = False) -> Bench:
        """A place to build one product: names are its own. `as_of` is what now() and its kin say, in UTC.

        A light one computes in its caller's thread alone, which is quicker for what is small.
        """

    def interrupt(self) -> None:
        """Breaks off what every bench computes now, in whatever thread: that raises EngineFault there."""

    def close(self) -> None: ...


class Bench(Protocol):
    """One product's names, as relations. Not for two threads at once. Raises: TransformFault, StoreFault (a full disk)."""

    def offer(self, name: str, files: Sequence[Path], columns: Columns) -> None:
        """Makes Parquet files readable under a name (`port.table` is a table of the schema `port`)."""

    def offer_arrow(self, name: str, reader: pa.RecordBatchReader) -> None: ...

    def step(self, name: str, sql: str, *, stored: bool) -> None:
        """Makes an internal step readable: a view, or a temporary table where it is read more than once."""

    def build(self, build: Build) -> Built: ...

    def check(
        self, suite: Suite, files: Sequence[Path], built: Built, references: Mapping[str, Sequence[Path]]
    ) -> tuple[CheckResult, ...]:
        """Proves a suite over written files: statistics first, row checks fused into one scan, the rest beside it.

        `references` are the files behind each table that a relationship names.
        """

    def failing(
        self, suite: Suite, check: str, files: Sequence[Path], references: Mapping[str, Sequence[Path]]
    ) -> pa.Table:
        """The rows that break one check, at most a thousand."""

    def arrow(self, sql: str) -> pa.RecordBatchReader:
        """What a query over the bench's names returns: for a Python transform, a test, a look."""

    def texts(self, sql: str) -> list[tuple[str | None, ...]]:
        """What a query of ours returns that says few texts: Arrow would take longer to load."""

    def close(self) -> None: ...

"""The immutable content of one table at one time, and what the registry records of a mesh."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from weft.names import LineName, ProductName, RunId, SnapshotId, product_of
from weft.product.checks import CheckResult
from weft.product.contract import Scalar
from weft.product.environment import Hold
from weft.product.product import Product


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """Of one column over all files of a snapshot, as the Parquet writer counted them; None where it did not say."""

    nulls: int | None = None
    minimum: Scalar = None
    maximum: Scalar = None


Part = tuple[str | None, ...]
"""The values of a key as texts; of what was appended, the source's file and its digest."""


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One Parquet file. `path` is relative to the store's root; `digest` is of its bytes (BLAKE2b-128, hexadecimal).

    Of a table that is made in parts, `part` is the one in this file, and `statistics` are the file's own.
    """

    path: str
    rows: int
    bytes: int
    digest: str
    part: Part | None = None
    statistics: dict[str, ColumnStatistics] | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Keyed by `id`. `columns` are (name, DuckDB type) in order; `inputs` is what it was made of: snapshot ids and source states."""

    id: SnapshotId
    line: LineName
    fingerprint: str
    run: RunId
    created_at: datetime
    columns: tuple[tuple[str, str], ...]
    files: tuple[SnapshotFile, ...]
    inputs: dict[str, str] = field(default_factory=dict)
    statistics: dict[str, ColumnStatistics] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def content(self) -> str:
        """Equal for equal bytes in equal order, whatever the file names."""
        return "-".join(file.digest for file in self.files)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a line stands in one environment. `revision` is the publish that put it there, and grows."""

    line: LineName
    snapshot: SnapshotId
    fingerprint: str
    """Of the newest plan that this snapshot answers: more than one where a rebuild came out the same."""
    revision: int
    published_at: datetime
    run: RunId
    checks: str = ""
    """Digest of the checks that the snapshot has passed; where the promise's rules change, it is checked again."""
    parts: dict[str, str] = field(default_factory=dict)
    """What the fingerprint is made of, so that a plan can say which part changed."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a source looked like when it was last read: `files` maps each to its digest; a URL to its ETag; a database to its watermark."""

    product: ProductName
    read: str
    """The name that the product's SQL says."""
    digest: str
    parts: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    """Why it cannot be looked at, as a missing file; empty where it can."""

    @property
    def contents(self) -> dict[str, str]:
        """Each part with what of its state is its content: the digest behind size and time."""
        return {part: state.rpartition(":")[2] for part, state in self.parts.items()}


@dataclass(frozen=True)
class Recorded:
    """All that plan needs of the registry, for one environment, read in one transaction."""

    revision: int
    environment: str = "prod"
    pointers: dict[LineName, Pointer] = field(default_factory=dict)
    digests: dict[ProductName, str] = field(default_factory=dict)
    """Of every product as last applied; the value itself is asked for by name (`Registry.products`)."""
    kept: dict[str, SnapshotId] = field(default_factory=dict)
    """Fingerprint to the snapshot that answers it and whose files are still kept: what can be reused."""
    sources: dict[tuple[ProductName, str], SourceState] = field(default_factory=dict)
    input_lines: dict[tuple[ProductName, str], str] = field(default_factory=dict)
    """(product, input port) to the line's label that it recorded at its first apply."""
    holds: dict[ProductName, Hold] = field(default_factory=dict)
    """Products that were rolled back and not resumed."""
    is_made: bool = True
    """Whether the environment is there; what is not made yet stands where `prod` does."""

    @cached_property
    def _by_product(self) -> dict[ProductName, list[Pointer]]:
        found: dict[ProductName, list[Pointer]] = {}
        for pointer in self.pointers.values():
            found.setdefault(product_of(pointer.line), []).append(pointer)
        return found

    def of(self, product: ProductName) -> tuple[Pointer, ...]:
        """Where the lines of one product stand."""
        return tuple(self._by_product.get(product, ()))


@dataclass(frozen=True, slots=True)
class Pointed:
    """One pointer that a publication moves. `expects` is the revision it must stand at (0: it must not exist yet)."""

    line: LineName
    snapshot: SnapshotId
    fingerprint: str
    expects: int
    checks: str = ""
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """All that one product publishes in one transaction: all of it, or none."""

    run: RunId
    environment: str
    product: Product
    pointers: tuple[Pointed, ...]
    new_snapshots: tuple[Snapshot, ...] = ()
    removed: tuple[Pointed, ...] = ()
    """Lines no longer promised; their `snapshot` is where they must still stand."""
    sources: tuple[SourceState, ...] = ()
    input_lines: dict[str, str] = field(default_factory=dict)
    """Input port to the line's label that it reads from now on."""
    lineage: tuple[ColumnEdge, ...] | None = None
    """Replaces what is recorded of the product; None leaves it."""
    steps: tuple[StepRecord, ...] = ()
    results: tuple[CheckResult, ...] = ()
    gone: bool = False
    """Whether the product itself is no more: its folder was removed."""
    resumes: bool = False
    """Whether it may move on a product that was rolled back; what held it is lifted."""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """One column that another is computed from, within one product. `source` is a line, or `source:<read name>` from outside.

    `kind` is `value` where the value flows, `condition` where it only decides which rows there are.
    """

    line: LineName
    column: str
    source: str
    source_column: str
    kind: Literal["value", "condition"] = "value"


RunState = Literal["running", "succeeded", "failed", "cancelled", "abandoned"]


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What a run did for one table: keyed by (run, line)."""

    run: RunId
    product: ProductName
    line: str
    action: str
    reason: str
    state: Literal["done", "failed", "skipped"]
    started_at: datetime
    seconds: float = 0.0
    rows: int = 0
    bytes: int = 0
    snapshot: SnapshotId | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a product (`line` where it was to one table): shown wherever its people look."""

    at: datetime
    product: ProductName
    kind: str
    message: str
    line: str = ""
    environment: str = "prod"
    run: str = ""
    who: str = ""

"""What there is to know of a domain, a product or a table, by the five interfaces: data, where, what, how, who."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from weft.names import DomainName, LineName, ProductName
from weft.product.contract import Channel, Role, Scalar, ServiceLevel
from weft.query.history import Entry, EventEntry


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A promised column, and what the snapshot's writer counted of it; None where it did not say."""

    name: str
    type: str
    key_position: int = 0
    required: bool = False
    unique: bool = False
    classification: str = ""
    critical: bool = False
    business_name: str = ""
    description: str = ""
    unit: str = ""
    tags: tuple[str, ...] = ()
    nulls: int | None = None
    minimum: Scalar = None
    maximum: Scalar = None
    mask: str = ""
    """How whoever asks sees it: hash, last four, ...; '' where they see it clear. Nothing is told of what it masks."""


@dataclass(frozen=True, slots=True)
class SourceTime:
    """A file, URL or table outside the mesh as it was when last read.

    `changed_at` is a file's own time, None where it was too young to be trusted; `state` is a URL's tag or a database's watermark.
    """

    product: ProductName
    source: str
    part: str
    changed_at: datetime | None = None
    bytes: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the snapshot was made, when it was published, and the sources that it comes from in the end, across products."""

    made_at: datetime
    published_at: datetime
    sources: tuple[SourceTime, ...] = ()


@dataclass(frozen=True, slots=True)
class TableData:
    """One line of a table; `freshness` is None, and rows and bytes are 0, where nothing is published."""

    line: LineName
    columns: tuple[ColumnShown, ...]
    key: tuple[str, ...] = ()
    grain: str = ""
    rows: int = 0
    bytes: int = 0
    freshness: Freshness | None = None
    withheld: str = ""
    """Why whoever asks may not see it; then nothing is told of its content."""
    rows_seen: str = ""
    """Which rows alone whoever asks sees; then it is not told how many there are."""


@dataclass(frozen=True, slots=True)
class FileShown:
    path: Path
    rows: int
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class HowToRead:
    """One query of the table in each of the ways to ask it; `duckdb` and `pyarrow` read the snapshot's files as they are."""

    sql: str
    shell: str
    python: str
    duckdb: str = ""
    pyarrow: str = ""


@dataclass(frozen=True, slots=True)
class TableWhere:
    """Where one line stands. `fault` says what is wrong with its files, and is '' where they are all there."""

    line: LineName
    how_to_read: HowToRead
    snapshot: str = ""
    revision: int = 0
    run: str = ""
    files: tuple[FileShown, ...] = ()
    fault: str = ""
    held: str = ""
    """Since when it is held where a rollback put it, and by whom."""
    resting_on: str = ""
    """The withdrawn line that it was built on."""


@dataclass(frozen=True, slots=True)
class Where:
    """`folder` is relative to the mesh's."""

    environment: str
    folder: str
    tables: tuple[TableWhere, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One line of an output port, or of the port of a table."""

    port: str
    line: str
    version: str
    status: str
    deprecated: bool = False
    is_newest: bool = False
    is_published: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class What:
    """`terms` is the domain's glossary, `price` and `service_levels` are the contracts'."""

    title: str
    description: str = ""
    purpose: str = ""
    usage: str = ""
    limitations: str = ""
    status: str = ""
    version: str = ""
    type: str = ""
    versions: tuple[VersionShown, ...] = ()
    tags: tuple[str, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    prices: tuple[str, ...] = ()
    terms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InputShown:
    """An input port: the lines it reads, or, of a source, the files, URLs or tables that it stands for. Both are empty where nothing answers it."""

    port: str
    contract: str
    asks_for: str
    lines: tuple[LineName, ...] = ()
    files: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class TransformShown:
    """`makes` is a line, or the name of an internal step."""

    makes: str
    file: str
    language: str
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class CheckShown:
    """What a check found last."""

    line: str
    check: str
    outcome: str
    severity: str
    dimension: str
    measured: str | None
    threshold: str
    unit: str
    message: str
    description: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class ExpectationShown:
    """What a consumer expects of a line, and what came of it last; `outcome` is empty where it was never looked at.

    `promised` is what the line's contract promises of it, empty where it goes beyond; `file` is where it is written.
    """

    consumer: str
    line: str
    check: str
    asks: str
    promised: str
    file: str
    outcome: str
    severity: str
    measured: str | None
    message: str
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class How:
    """`expectations` are those of consumers, and, of a product, what it expects of others itself."""

    inputs: tuple[InputShown, ...] = ()
    transforms: tuple[TransformShown, ...] = ()
    tests: tuple[str, ...] = ()
    runs: tuple[Entry, ...] = ()
    checks: tuple[CheckShown, ...] = ()
    schedule: str = ""
    refresh_seconds: float = 0.0
    events: tuple[EventEntry, ...] = ()
    expectations: tuple[ExpectationShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a team. `of` is the domain, the product or the contract whose team it is."""

    username: str
    name: str
    role: str
    of: str


@dataclass(frozen=True, slots=True)
class InvitedShown:
    """One product or person that may read a preview (`until` its last day, in UTC), and what they said of it last ('' so far)."""

    preview: str
    who: str
    until: date | None = None
    verdict: str = ""
    comment: str = ""
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who is on a line, as `kind` says: a product, a person who asked, or whoever has an agreement. `how` is the input port, the
    door, or the agreement and its end.

    `is_pinned` says that a product's manifest names the version; else it stays on the line that it recorded.
    """

    kind: str
    name: str
    how: str
    is_pinned: bool = False
    since: datetime | None = None
    last_built_at: datetime | None = None
    last_read_at: datetime | None = None
    times: int | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineLedger:
    """One line and all who are on it; `ends` says until when, as the contract has it. `is_free`: nobody keeps it from being retired."""

    line: LineName
    version: str
    status: str
    ends: str
    consumers: tuple[Consumer, ...]
    is_free: bool


@dataclass(frozen=True, slots=True)
class Who:
    """`approvers` are the contracts' roles, with who says yes to whom asks for one. `consumers` are the products that read it."""

    domain: DomainName
    team: str
    people: tuple[Person, ...] = ()
    support: tuple[Channel, ...] = ()
    approvers: tuple[Role, ...] = ()
    consumers: tuple[ProductName, ...] = ()
    invited: tuple[InvitedShown, ...] = ()
    ledger: tuple[LineLedger, ...] = ()
    """Who is on which line of the product, or of the table over all its lines."""


@dataclass(frozen=True, slots=True)
class TablePage:
    name: LineName
    data: TableData
    where: Where
    what: What
    how: How
    who: Who


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`data` holds every line that it promises, in the order of its ports."""

    name: ProductName
    data: tuple[TableData, ...]
    where: Where
    what: What
    how: How
    who: Who


@dataclass(frozen=True, slots=True)
class ProductSummary:
    """A product in a domain's page; `not_held` counts its checks that failed or could not be computed when last looked at."""

    name: ProductName
    title: str
    purpose: str
    status: str
    tables: int
    rows: int
    bytes: int
    published_at: datetime | None
    not_held: int = 0


@dataclass(frozen=True, slots=True)
class DomainPage:
    """`parent` and `children` are domains: domains may nest."""

    name: DomainName
    data: tuple[ProductSummary, ...]
    where: Where
    what: What
    how: How
    who: Who
    parent: DomainName | None = None
    children: tuple[DomainName, ...] = ()

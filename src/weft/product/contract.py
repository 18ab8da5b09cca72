"""What a port promises (ODCS), as immutable values: the part of a contract that Weft plans, builds and checks by.

The document itself stays with `standards/`, which loses nothing of it; these are what is computed with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from weft.errors import Place
from weft.names import LineName, ProductName, line_name, table_name
from weft.versions import Version

Scalar = bool | int | float | str | None
Severity = Literal["error", "warning", "info"]
RuleKind = Literal["library", "sql", "text", "custom"]
Metric = Literal["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"]
Operator = Literal[
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
]
Status = Literal["proposed", "draft", "active", "deprecated", "retired"]
DEPRECATED, RETIRED = "deprecated", "retired"


@dataclass(frozen=True, slots=True)
class Limits:
    """ODCS `logicalTypeOptions` and `enum`, as far as they can be checked; None says nothing is promised."""

    minimum: Scalar = None
    maximum: Scalar = None
    exclusive_minimum: Scalar = None
    exclusive_maximum: Scalar = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    enum: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a measured value must be: an operator of ODCS and its one or two values."""

    operator: Operator
    values: tuple[Scalar, ...]

    def __str__(self) -> str:
        return f"{self.operator} {' and '.join(str(value) for value in self.values)}"


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One ODCS quality rule of a table, or of one of its columns (`column` is its name).

    `arguments` are the library metric's own: missingValues, validValues, pattern, properties, and so on. `threshold` is
    None for `text` and `custom`.
    """

    kind: RuleKind
    name: str
    column: str | None = None
    metric: Metric | None = None
    arguments: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    threshold: Threshold | None = None
    unit: Literal["rows", "percent"] = "rows"
    severity: Severity = "error"
    dimension: str = ""
    query: str = ""
    engine: str = ""
    description: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A foreign key: columns of this table, and `table` (as the contract calls it: `planes`, `plane.planes`) with its columns."""

    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is the DuckDB type promised (`BIGINT`, `DECIMAL(10,2)`, `STRUCT(a INTEGER)`), by the rule of DESIGN.md, section 2."""

    name: str
    type: str
    physical_name: str = ""
    required: bool = False
    unique: bool = False
    key_position: int = 0
    """From 1 where the column is part of the primary key, else 0."""
    limits: Limits = field(default_factory=Limits)
    classification: str = ""
    tags: tuple[str, ...] = ()
    business_name: str = ""
    description: str = ""
    unit: str = ""
    critical: bool = False
    closed_enum: bool = False
    """Whether `enum` lists all that will ever be there in this major (customProperty `closedEnum`)."""
    inner: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Classification and tags of the fields nested inside it that say any."""
    place: Place = field(default=Place(""), compare=False)

    @property
    def source_name(self) -> str:
        """What the source calls it."""
        return self.physical_name or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """One table that a contract promises (an ODCS schema object), its columns in order."""

    name: str
    columns: tuple[Column, ...]
    rules: tuple[QualityRule, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    physical_name: str = ""
    grain: str = ""
    business_name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    place: Place = field(default=Place(""), compare=False)

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key's columns, in order; empty where none is promised."""
        parts = sorted((column.key_position, column.name) for column in self.columns if column.key_position)
        return tuple(name for _, name in parts)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a source is (ODCS `servers`), its fields as the standard names them, `${NAME}` not yet replaced."""

    name: str
    type: str
    fields: dict[str, Scalar] = field(default_factory=dict)
    options: dict[str, Scalar] = field(default_factory=dict)
    """Its customProperties of vendor weft: `header`, `quote`, `dateFormat`, `watermark`, ..."""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    property: str
    value: Scalar
    unit: str = ""
    element: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    role: str
    access: str = ""
    first_level_approvers: str = ""
    second_level_approvers: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    username: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    name: str = ""
    description: str = ""
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people (ODCS and ODPS `support`)."""

    channel: str
    url: str = ""
    tool: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """One ODCS document: a promise of a port at one version, or what is expected of a source. Keyed by (id, version)."""

    id: str
    version: str
    tables: tuple[Table, ...]
    file: str
    """Relative to the mesh's root."""
    name: str = ""
    status: str = "draft"
    purpose: str = ""
    usage: str = ""
    limitations: str = ""
    servers: tuple[Server, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    roles: tuple[Role, ...] = ()
    team: Team = field(default_factory=Team)
    support: tuple[Channel, ...] = ()
    tags: tuple[str, ...] = ()
    price: str = ""
    custom: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    """customProperties of vendor weft."""
    place: Place = field(default=Place(""), compare=False)

    @property
    def semantic_version(self) -> Version:
        return Version.parse(self.version)

    @property
    def line(self) -> str:
        return self.semantic_version.line

    @property
    def is_retired(self) -> bool:
        """Whether it promises nothing any more: its lines are made no longer."""
        return self.status == RETIRED

    @property
    def is_source(self) -> bool:
        """Whether it says where the data is: what a product reads from outside the mesh."""
        return bool(self.servers)

    def table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name == name), None)

    def lines(self, product: ProductName) -> tuple[LineName, ...]:
        """The full names of its tables, when the product promises them."""
        return tuple(line_name(table_name(product, table.name), self.line) for table in self.tables)

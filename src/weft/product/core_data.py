"""Core data as declared: one entity from many sources (`core.yaml`), what it is matched by, and who decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from weft.errors import Place

if TYPE_CHECKING:
    import pyarrow as pa

Standard = Literal[
    "text", "name", "given_name", "credential", "sex", "address", "city", "state", "zip", "phone", "email",
    "identifier", "npi", "code", "date", "as_is",
]  # fmt: skip
"""How a field is made alike before it is compared. What is no such value (a phone of two digits, an NPI whose check digit is wrong, 'N/A') is NULL."""

Measure = Literal["exact", "name", "given_name", "text", "place", "initial", "date", "identifier", "prefix"]
"""How two values are compared, in levels from the same to something else."""

Criterion = Literal["agreement", "source", "recency", "completeness"]
"""What the surviving value of a field is chosen by: most sources say it; the most trusted source says it; the newest record; the fullest record."""

Role = Literal["entity", "crosswalk", "review", "corroboration", "history", "weights"]
ROLES: tuple[Role, ...] = ("entity", "crosswalk", "review", "corroboration", "history", "weights")


@dataclass(frozen=True, slots=True)
class CoreField:
    name: str
    standard: Standard
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class CoreSource:
    """A relation of the product: what its SQL would read under `name` (an input port, `port.table`, or a step of its own).

    `key` are the columns that tell its records apart; in the crosswalk they are one text, joined by '|'. `is_unique` says that no two of its
    records are the same one. `updated` is a column of dates or times, for recency. `fields` is field -> column.
    """

    name: str
    key: tuple[str, ...]
    fields: dict[str, str]
    is_unique: bool = False
    updated: str = ""
    place: Place = field(default=Place(""), compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    """Where core.yaml says what is read, where it does: `key`, `updated`, or `fields.NAME`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is read of it, each once."""
        said = (*self.key, *self.fields.values(), *((self.updated,) if self.updated else ()))
        return tuple(dict.fromkeys(said))

    def place_of(self, part: str) -> Place:
        """Of `key`, `updated` or `fields.NAME`; of the source itself, where core.yaml says nothing of it."""
        return Place(self.place.file, self.lines.get(part, self.place.line))


@dataclass(frozen=True, slots=True)
class CoreRule:
    """Decides without weights where all `fields` are filled on both sides: `same` where all are equal, `different` where any is not.

    Rules are asked in their order; the first that decides a pair, decides.
    """

    name: str
    verdict: Literal["same", "different"]
    fields: tuple[str, ...]
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One term of the weights. `fields` are compared together (a place: street, zip, city, state in this order); usually it is one.

    `alternatives` are fields that may hold the other side's value (a former last name); `exchanged_with` is a field that it is often
    exchanged with (first and middle name); `by_frequency` lets a rare value weigh more than a frequent one.
    """

    name: str
    measure: Measure
    fields: tuple[str, ...]
    alternatives: tuple[str, ...] = ()
    exchanged_with: str = ""
    by_frequency: bool = False
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class BlockPart:
    """A field, or its characters `first` to `last` (counted from 1, inclusive; 0 and 0 are all of it)."""

    field: str
    first: int = 0
    last: int = 0


Block = tuple[BlockPart, ...]
"""Only pairs that are equal in all parts of one block are compared."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities: from `same` on two records are one, from `review` on a steward is asked, below they are two."""

    same: float = 0.95
    review: float = 0.2


@dataclass(frozen=True, slots=True)
class Survivorship:
    """`sources` from the most trusted on. `by` is asked in order until one value is left; `fields` has exceptions.

    `together` are groups of fields that are taken from one record, as the lines of an address.
    """

    sources: tuple[str, ...]
    by: tuple[Criterion, ...] = ("agreement", "source", "recency", "completeness")
    fields: dict[str, tuple[Criterion, ...]] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Training:
    """How the weights are learnt: pairs drawn at random with a seed, and blocks within which they are estimated. Empty blocks: those of the matching."""

    pairs: int = 2_000_000
    seed: int = 1
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordId:
    """A record of a source; `id` is its key as one text."""

    source: str
    id: str

    def __str__(self) -> str:
        return f"{self.source}:{self.id}"


@dataclass(frozen=True, slots=True)
class Decision:
    """A steward's line: these two records are the same, or are not; it wins over every rule and weight."""

    verdict: Literal["same", "different"]
    left: RecordId
    right: RecordId
    by: str
    on: date
    why: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class CoreDigests:
    """What is made of it depends on, one digest each: what matches records, what chooses values, and what stewards decided.

    `decisions` begins with how many there are.
    """

    matching: str = ""
    survivorship: str = ""
    decisions: str = ""


@dataclass(frozen=True, slots=True)
class CoreData:
    """`core.yaml` of one product. `tables` has the name of each table that a contract promises, by its role; the others are not made.

    `id_column` is the core id's column in each of them; ids read `PREFIX-` and twelve characters.
    """

    entity: str
    fields: tuple[CoreField, ...]
    sources: tuple[CoreSource, ...]
    comparisons: tuple[Comparison, ...]
    blocking: tuple[Block, ...]
    survivorship: Survivorship
    rules: tuple[CoreRule, ...] = ()
    thresholds: Thresholds = Thresholds()
    training: Training = Training()
    tables: dict[Role, str] = field(default_factory=dict)
    id_column: str = ""
    prefix: str = ""
    decisions_file: str = "decisions.csv"
    """Relative to the product's folder."""
    decisions: tuple[Decision, ...] = ()
    file: str = ""
    """Relative to the mesh's root."""
    digests: CoreDigests = CoreDigests()

    def named(self, role: Role) -> str:
        """What a table is called, promised or not."""
        return self.entity if role == "entity" else f"{self.entity}_{role}"

    @property
    def roles(self) -> dict[str, Role]:
        """The role of each table."""
        return {table: role for role, table in self.tables.items()}


@dataclass(frozen=True, slots=True)
class CoreRequest:
    """What one making is given. `sources` are the records by source name, read once; `previous` are the files of the product's own last
    tables by role, none the first time. `is_whole` says that what was learnt and matched before is not to be used again
    (another core.yaml, another engine, `--full`): ids and history go on all the same.
    """

    core: CoreData
    sources: Mapping[str, pa.RecordBatchReader]
    previous: Mapping[Role, tuple[Path, ...]]
    is_whole: bool
    as_of: datetime
    into: Path
    """An empty folder of its own."""
    threads: int = 2
    memory: str = ""
    stopping: Callable[[Callable[[], None]], AbstractContextManager[object]] | None = None
    """Given what interrupts the work, a context in which Ctrl-C does so."""


@dataclass(frozen=True, slots=True)
class CoreMade:
    """`files` has one Parquet file by role, columns as `columns_of` says; `said` is a sentence for people: what was matched, merged and split."""

    files: Mapping[Role, Path]
    said: str


class CoreMaker(Protocol):
    """Makes all tables of one entity. The same request makes the same rows in the same order.

    Raises: TransformFault (what the sources hold cannot be matched, with how to mend it), EngineFault.
    """

    def __call__(self, request: CoreRequest) -> CoreMade: ...


EVIDENCE = 'STRUCT(comparison VARCHAR, "left" VARCHAR, "right" VARCHAR, level VARCHAR, weight DOUBLE)[]'
"""The waterfall: one for each comparison, in their order, after the first, `(prior)`; weights are in bits, and their sum is the pair's."""


def columns_of(core: CoreData) -> dict[Role, tuple[tuple[str, str], ...]]:
    """Every column that a table of each role has, with its DuckDB type; a contract may promise some of them.

    Keys: entity by core id; crosswalk by (source, source_id); review by (left_source, left_id, right_source, right_id); corroboration by
    (core id, field); history by (at, event, core id, other); weights by (comparison, level).
    """
    core_id = (core.id_column, "VARCHAR")
    pair = [(f"{side}_{name}", "VARCHAR") for side in ("left", "right") for name in ("source", "id", core.id_column)]
    fields = [(one.name, "DATE" if one.standard == "date" else "VARCHAR") for one in core.fields]
    decided = [("probability", "DOUBLE"), ("weight", "DOUBLE")]
    return {
        "entity": (core_id, *fields, ("records", "BIGINT"), ("sources", "BIGINT"), ("updated_on", "DATE")),
        "crosswalk": (
            ("source", "VARCHAR"), ("source_id", "VARCHAR"), core_id, *decided, ("decided_by", "VARCHAR"),
            ("matched_with", "VARCHAR"), ("content", "VARCHAR"),
        ),
        "review": (*pair, *decided, ("reason", "VARCHAR"), ("evidence", EVIDENCE)),
        "corroboration": (
            core_id, ("field", "VARCHAR"), ("value", "VARCHAR"), ("agreeing", "BIGINT"), ("saying", "BIGINT"), ("variants", "BIGINT"),
        ),
        "history": (
            ("at", "TIMESTAMP WITH TIME ZONE"), ("event", "VARCHAR"), core_id, ("other", "VARCHAR"), ("why", "VARCHAR"),
            ("records", "VARCHAR[]"),
        ),
        "weights": (("comparison", "VARCHAR"), ("level", "VARCHAR"), ("m", "DOUBLE"), ("u", "DOUBLE"), ("weight", "DOUBLE")),
    }  # fmt: skip

"""What rules are made of: for each column its numbers in every batch, found in two scans a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from weft.names import identifier
from weft.profile.suggesting.history import History
from weft.profile.values import Meaning, TableProfile

Family = Literal["number", "text", "moment", "boolean", "other"]
NUMBERS = frozenset(
    [
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
        "DOUBLE",
        "FLOAT",
    ]
)
EXTREMES = 20
"""Of each batch so many of the least and of the greatest values are looked at."""
MOST_VALUES = 300
"""Distinct values of a batch up to which they are counted one by one."""
MOST_SHAPES, MOST_EXACT = 500, 12
"""Distinct shapes of a batch up to which they are counted; with every letter and digit for itself, those that make a pattern."""
PARTS = 8
"""Into so many parts of equal size numbers are put, to see whether their distribution is the same."""
UPPER, LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"


def family_of(type_: str) -> Family:
    kind = type_.upper()
    if kind in NUMBERS or kind.startswith("DECIMAL"):
        return "number"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "moment"
    if kind == "BOOLEAN":
        return "boolean"
    return "text" if kind == "VARCHAR" else "other"


@dataclass(slots=True)
class ColumnFacts:
    """One column: each list has one entry a batch. What a number is measured of is `ordered`: the value, a text's length, a day's age."""

    name: str
    type: str
    family: Family
    meaning: Meaning = ""
    is_unique: bool = True
    """Whether the newest content has no value twice: of parts, each may have another's."""
    values: list[int] = field(default_factory=list)
    """Rows that hold one."""
    distinct: list[int] = field(default_factory=list)
    empties: list[int] = field(default_factory=list)
    lows: list[list[float]] = field(default_factory=list)
    highs: list[list[float]] = field(default_factory=list)
    means: list[float | None] = field(default_factory=list)
    deviations: list[float | None] = field(default_factory=list)
    cuts: list[list[float]] = field(default_factory=list)
    shape_counts: list[int] = field(default_factory=list)
    exact_counts: list[int] = field(default_factory=list)
    counts: list[dict[str, int]] | None = None
    """Rows of each value; None where there are too many to count."""
    shapes: list[dict[str, int]] | None = None
    """Rows of each shape: `A` for capitals in a row, `a` for small letters, `9` for digits, all else for itself."""
    exact: list[dict[str, int]] | None = None
    """The same with each letter and digit for itself, where all values have but a few."""

    @property
    def sql(self) -> str:
        return identifier(self.name)

    @property
    def ordered(self) -> str:
        """In SQL of every dialect, with ODCS's placeholder."""
        match self.family:
            case "text":
                return "LENGTH({property})"
            case "moment":
                return "(CURRENT_DATE - CAST({property} AS DATE))"
            case _:
                return "{property}"

    @property
    def is_key(self) -> bool:
        """Whether no two rows of any batch share a value; of other types than texts and whole numbers, that is so by chance."""
        if self.family not in ("text", "number") or self.type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
            return False
        return self.is_unique and bool(self.distinct) and max(self.distinct) > 1 and self.distinct == self.values

    @property
    def is_constant(self) -> bool:
        return self.counts is not None and len({value for counts in self.counts for value in counts}) == 1

    def put(self, expression: str) -> str:
        return expression.replace("{property}", self.sql)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a table: its rows in each batch, and its columns."""

    history: History
    rows: tuple[int, ...]
    columns: tuple[ColumnFacts, ...]
    profile: TableProfile | None = None

    @property
    def batches(self) -> int:
        return len(self.rows)


Put = Callable[[ColumnFacts, Sequence[Any]], None]


def facts_of(history: History, profile: TableProfile | None = None) -> Facts:
    """Everything that rules ask of past batches beside their own numbers."""
    meanings: Mapping[str, Meaning] = {c.name: c.meaning for c in profile.columns} if profile else {}
    columns = [ColumnFacts(n, t, family_of(t), meanings.get(n, "")) for n, t in history.columns]
    wanted = [(column, *one) for column in columns for one in _first(column)]
    found = history.asked(["count(*)", *(column.put(sql) for column, sql, _ in wanted)])
    for (column, _, name), each in zip(wanted, found[1:], strict=True):
        setattr(column, name, [_plain(value) for value in each])
    newest = history.newest.asked([column.put("count({property}) - count(DISTINCT {property})") for column in columns])
    for column, (twice,) in zip(columns, newest, strict=True):
        column.is_unique = not twice
    _look_closer(history, [column for column in columns if column.family in ("text", "number", "boolean")])
    return Facts(history, tuple(found[0]), tuple(columns), profile)


def _first(column: ColumnFacts) -> Iterator[tuple[str, str]]:
    yield "count({property})", "values"
    yield "count(DISTINCT {property})", "distinct"
    if column.family in ("other", "boolean"):
        return
    measured = f"CAST({column.ordered} AS DOUBLE)"
    finite = f"FILTER (WHERE isfinite({measured}))"
    yield f"min({measured}, {EXTREMES}) {finite}", "lows"
    yield f"max({measured}, {EXTREMES}) {finite}", "highs"
    yield f"avg({measured}) {finite}", "means"
    yield f"stddev_samp({measured}) {finite}", "deviations"
    yield f"quantile_cont({measured}, {[n / PARTS for n in range(1, PARTS)]}) {finite}", "cuts"
    if column.family == "text":
        yield "count_if(trim({property}) = '')", "empties"
        yield f"approx_count_distinct({shape()})", "shape_counts"
        yield f"approx_count_distinct({shape(exact=True)})", "exact_counts"


def _look_closer(history: History, columns: Sequence[ColumnFacts]) -> None:
    """How often each value and each shape stands, of columns where that is few enough to know."""
    wanted: list[tuple[ColumnFacts, str, str]] = []
    for column in columns:
        if max(column.distinct, default=0) <= MOST_VALUES:
            wanted.append((column, "histogram(CAST({property} AS VARCHAR))", "counts"))
        if 0 < max(column.shape_counts, default=0) <= MOST_SHAPES:
            wanted.append((column, f"histogram({shape()})", "shapes"))
        if 0 < max(column.exact_counts, default=0) <= MOST_EXACT:
            wanted.append((column, f"histogram({shape(exact=True)})", "exact"))
    found = history.asked([column.put(sql) for column, sql, _ in wanted])
    for (column, _, name), each in zip(wanted, found, strict=True):
        setattr(column, name, [dict(value or ()) for value in each])


def shape(*, exact: bool = False) -> str:
    """A text's shape, in DuckDB's words."""
    many = "" if exact else "+"
    text = "{property}"
    for kind, sign in ((UPPER, "A"), (LOWER, "a"), ("0-9", "9")):
        text = f"regexp_replace({text}, '[{kind}]{many}', '{sign}', 'g')"
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [float(one) for one in value]
    return value if isinstance(value, (int, float)) or value is None else float(value)

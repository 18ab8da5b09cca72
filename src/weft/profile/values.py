"""What is known of a table once it was looked at: columns, keys, findings, scores. Light to import: everybody shares these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Value = bool | int | float | str | None
"""A number where the column holds numbers that a float says exactly enough, else the value as DuckDB spells it."""

Family = Literal["number", "text", "moment", "boolean", "other"]
"""What kind of facts a column has: `moment` is a date or a time stamp; `other` is bytes, lists, structures, times of day."""

Meaning = Literal[
    "e-mail",
    "phone",
    "zip",
    "us-state",
    "country",
    "npi",
    "person-name",
    "given-name",
    "family-name",
    "street",
    "city",
    "url",
    "icd-10",
    "ndc",
    "currency",
    "latitude",
    "longitude",
    "coordinates",
    "uuid",
    "ip-address",
    "credit-card",
    "us-ssn",
    "birth-date",
    "gender",
    "",
]
"""What the values of a column are in the world; empty where that is not known."""

Personal = Literal["none", "possible", "likely", "sensitive"]
"""Whether a column holds what says who somebody is: `sensitive` is what does harm (a social security or card number)."""

Likelihood = Literal["definite", "likely", "possible", "personal data"]
Dimension = Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]
"""ODCS's dimensions of data quality."""


@dataclass(frozen=True, slots=True)
class Frequent:
    """A value, or a pattern of values, and in how many of the rows that were looked at it stands."""

    value: Value
    rows: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows from `low` up to `high`, which is part of the last bin only."""

    low: Value
    high: Value
    rows: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value that this share of the values that were looked at does not exceed."""

    share: float
    value: Value


@dataclass(frozen=True, slots=True)
class TextFacts:
    """How texts are written. All but the lengths are counts of the `looked_at` texts that are neither null nor empty."""

    looked_at: int
    shortest: int
    longest: int
    mean_length: float
    upper: int = 0
    lower: int = 0
    mixed: int = 0
    leading_blanks: int = 0
    trailing_blanks: int = 0
    odd_blanks: int = 0
    """Blanks that are no space: no-break, zero-width, tabs and their kin."""
    quoted: int = 0
    """Within quotation marks from end to end."""
    non_printing: int = 0
    delimiters: int = 0
    """Holding a tab, a line end, `|` or `;`: whatever writes them on as a file may break them apart."""
    non_ascii: int = 0
    with_letters: int = 0
    with_digits: int = 0
    numbers: int = 0
    """That read as numbers from end to end; `zero_led` of them begin with a zero, as codes do."""
    zero_led: int = 0
    dates: int = 0
    """That read as dates or moments; `date_format` is how most are written (strftime), `iso` the ones in ISO 8601."""
    date_format: str = ""
    iso: int = 0
    truncated: int = 0
    """As long as the longest, where that looks cut off: many end there, and few come near."""
    variants: int = 0
    """Distinct values that only case, blanks or punctuation tell from a more frequent one; `variant_rows` hold them."""
    variant_rows: int = 0


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Counts over all rows, but for `outliers`, which lie more than three spreads (IQR) outside the quartiles."""

    zeros: int = 0
    negatives: int = 0
    not_finite: int = 0
    is_whole: bool = False
    """No value has a fraction."""
    decimals: int | None = None
    """The most digits after the point that a value of the sample has."""
    outliers: int = 0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """Of rows by day or by month: from the first to the last, those without rows too, but the first and the last, which may be cut off."""

    periods: int
    empty: int
    fewest: int
    most: int
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """Of dates and time stamps, in UTC, over all rows. `future` is after the moment of profiling, `unlikely` before 1900 or after 2100."""

    days: int = 0
    """Distinct days that have rows."""
    months: int = 0
    missing_days: int = 0
    missing_weeks: int = 0
    missing_months: int = 0
    longest_gap_days: int = 0
    future: int = 0
    unlikely: int = 0
    midnights: int = 0
    newest_age_days: float | None = None
    by_day: Spread | None = None
    by_month: Spread | None = None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column. Counts, bounds and distinct values are of all `rows`; what is of the table's sample says so."""

    name: str
    type: str
    family: Family
    rows: int
    nulls: int
    position: int = 0
    empties: int = 0
    """Texts of no letter, or of blanks alone."""
    placeholders: int = 0
    """Values that stand for none: N/A, unknown, -, 9999 ... `placeholder_values` are those found, the most frequent first."""
    placeholder_values: tuple[Frequent, ...] = ()
    distinct: int = 0
    """Of values that are not null."""
    is_distinct_exact: bool = True
    distinct_error: float = 0.0
    """Relative standard error of `distinct` where it is not exact (HyperLogLog), as a share."""
    minimum: Value = None
    maximum: Value = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[Quantile, ...] = ()
    histogram: tuple[Bin, ...] = ()
    frequent: tuple[Frequent, ...] = ()
    """The most frequent values; of the sample where the table was sampled (`TableProfile.sampled_rows`)."""
    patterns: tuple[Frequent, ...] = ()
    """Of the sample: `A` stands for a capital, `a` for a small letter, `9` for a digit, all else for itself."""
    text: TextFacts | None = None
    number: NumberFacts | None = None
    moment: MomentFacts | None = None
    order: Literal["rising", "falling", "constant", ""] = ""
    """How values follow each other in the order of the rows; `strict` where no two neighbours are equal."""
    is_strictly_ordered: bool = False
    meaning: Meaning = ""
    meaning_share: float = 0.0
    """Share of the values looked at that are such."""
    personal: Personal = "none"
    withheld: bool = False
    """Whether values were taken out because the reader sees the column masked; counts never are."""

    @property
    def values(self) -> int:
        """Rows that hold one."""
        return self.rows - self.nulls

    @property
    def is_unique(self) -> bool:
        """Every value is there once; only said where it was counted exactly."""
        return self.is_distinct_exact and self.values > 0 and self.distinct == self.values


@dataclass(frozen=True, slots=True)
class Key:
    """Columns whose values no two rows share, none of them null. `is_likely`: it also looks like one, and is not unique by chance."""

    columns: tuple[str, ...]
    is_likely: bool = True


@dataclass(frozen=True, slots=True)
class Dependency:
    """A functional dependency: of a value of `determinant` there is one value of `dependent`, but in `exceptions` rows."""

    determinant: str
    dependent: str
    rows: int
    exceptions: int = 0


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values are found in a key of another table: `share` of its distinct values are."""

    column: str
    table: str
    """Line or file that is referred to, as it was profiled."""
    to_column: str
    share: float
    orphans: int = 0
    """Distinct values that are not found there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something untidy: keyed by (kind, column), `column` empty where it is of the table. `said` is one sentence for people."""

    kind: str
    column: str
    likelihood: Likelihood
    dimension: Dimension
    rows: int
    """Rows that it touches, of all: scaled up where it was seen in a sample (`is_estimated`)."""
    examples: tuple[Value, ...]
    said: str
    mend: str = ""
    is_estimated: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Of one dimension, or of all (`dimension` empty): `percent` of `points` data points that no finding touches, weighed by likelihood."""

    dimension: Dimension | Literal[""]
    percent: float
    points: int
    affected: float = 0.0


@dataclass(frozen=True, slots=True)
class TableProfile:
    """All that is known of one snapshot of a table, or of a file. `line` is the line's name, or the file as it was given."""

    line: str
    snapshot: str
    """Empty where it is of no snapshot: a file."""
    rows: int
    sampled_rows: int
    """Rows that patterns, meanings, frequent values and what else is said to be of the sample were looked for in."""
    seed: int
    profiled_at: datetime
    seconds: float
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int | None = None
    """Rows that are equal to another in every column, less one of each; None where it was not counted."""
    keys: tuple[Key, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    findings: tuple[Finding, ...] = ()
    scores: tuple[Score, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of how it was read: its dialect, what was left out."""

    @property
    def is_sampled(self) -> bool:
        return self.sampled_rows < self.rows

    def column(self, name: str) -> ColumnProfile | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Drift:
    """How one column moved from one snapshot to the next. `measure` says what `value` is; `is_notable` where it is above `threshold`."""

    column: str
    measure: Literal["psi", "nulls", "distinct", "mean", "frequent", "rows", "columns"]
    before: float | None
    after: float | None
    value: float
    threshold: float
    said: str

    @property
    def is_notable(self) -> bool:
        return abs(self.value) > self.threshold


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved between two profiles of a line, the largest first within what is notable."""

    line: str
    before: str
    after: str
    """Snapshots."""
    drifts: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollup:
    """Scores over several tables, by data points: of a product, a domain, the mesh."""

    name: str
    tables: int
    scores: tuple[Score, ...]
    findings: Mapping[str, int] = field(default_factory=dict)
    """Likelihood to how many findings."""

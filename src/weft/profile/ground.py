"""What a step of measuring stands on: one table within a DuckDB, its columns by number, and how much of it is the sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from weft.engine.looking import Looking
from weft.profile.values import Family, Value

WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|BIGNUM")
NUMBERS = re.compile(rf"{WHOLE.pattern}|FLOAT|DOUBLE|DECIMAL\(.*\)")
MOMENTS = re.compile(r"DATE|TIMESTAMP.*")
COUNTED_ONLY = re.compile(r".*\]|(STRUCT|MAP|UNION)\(.*|BLOB|GEOMETRY|VARIANT|BIT", re.DOTALL)
"""Types whose values are not shown: there is no order in them that means anything, or no spelling."""
LONGEST = 200
"""Letters that are kept of a value."""


def family_of(type_: str) -> Family:
    """What kind of facts a column of a DuckDB type has."""
    if NUMBERS.fullmatch(type_):
        return "number"
    if type_ == "VARCHAR" or (type_.startswith("ENUM(") and type_.endswith(")")):
        return "text"
    if MOMENTS.fullmatch(type_):
        return "moment"
    return "boolean" if type_ == "BOOLEAN" else "other"


@dataclass(frozen=True, slots=True)
class Held:
    """One column: `sql` is what it is called within."""

    at: int
    name: str
    type: str

    @property
    def sql(self) -> str:
        return f"c{self.at}"

    @property
    def family(self) -> Family:
        return family_of(self.type)

    @property
    def is_shown(self) -> bool:
        """Whether its values can be told: of bytes and nested values only counts are."""
        return not COUNTED_ONLY.fullmatch(self.type)

    def value(self, text: str | None) -> Value:
        """A value of the column from its spelling."""
        if text is None:
            return None
        if self.family == "number":
            return int(text) if WHOLE.fullmatch(self.type) else float(text)
        return text == "true" if self.family == "boolean" else shortened(text)


@dataclass(frozen=True, slots=True)
class Ground:
    """`t` is all rows, `s` those that are sampled, `v` their distinct values: (col, v, n, k), as texts, without nulls; `k` orders them."""

    looking: Looking
    number: int
    columns: tuple[Held, ...]
    rows: int
    sampled: int
    seed: int
    now: datetime
    facts: tuple[dict[str, Any], ...] = field(default=())
    """By column: what the steps before found, as fields of a ColumnProfile."""

    @property
    def t(self) -> str:
        return f"t{self.number}"

    @property
    def s(self) -> str:
        return f"s{self.number}"

    @property
    def v(self) -> str:
        return f"v{self.number}"

    @property
    def is_sampled(self) -> bool:
        return self.sampled < self.rows

    @property
    def whole(self) -> str:
        """All rows, from where they are read soonest."""
        return self.t if self.is_sampled else self.s

    def of(self, *families: Family) -> Iterator[Held]:
        return (column for column in self.columns if column.family in families)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def numbers(columns: Iterable[Held]) -> str:
    """Columns as a list for IN; of none, what no column is."""
    return ", ".join(str(column.at) for column in columns) or "-1"

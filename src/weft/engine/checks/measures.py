"""The ways in which a check's number comes about: known already, counted in the scan that all share, asked by a query of its own."""

from __future__ import annotations

from dataclasses import dataclass

from weft.engine.seam import Built
from weft.engine.text import literal
from weft.errors import EngineFault
from weft.names import identifier
from weft.product.checks import Outcome
from weft.product.contract import Column, Scalar, Table


@dataclass(frozen=True, slots=True)
class Known:
    """The writer counted it, or it follows from what it counted."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows for which a condition is true; NULL is not true."""

    condition: str

    @property
    def number(self) -> str:
        return f"coalesce(count_if({self.condition}), 0)"


@dataclass(frozen=True, slots=True)
class Totalled:
    """A number of the whole table, small enough to be found in the scan that all share."""

    number: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One number, from queries over the relation `written`, in order, until one of them does not say NULL."""

    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruled:
    """The author's own query, which returns one value."""

    query: str


@dataclass(frozen=True, slots=True)
class Shared:
    """The author's own query too, of which the number is found in the scan that all share; `query` is asked where that does not give one."""

    number: str
    query: str


@dataclass(frozen=True, slots=True)
class Undone:
    """Nothing to compute, and why."""

    outcome: Outcome
    message: str


Measure = Known | Counted | Totalled | Asked | Ruled | Shared | Undone
WRITTEN = "written"
"""What queries of ours call the table that is checked."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a table as promised, and what the writer said of it."""

    table: Table
    built: Built

    def column(self, name: str) -> Column:
        """Raises: EngineFault, where the table has none of that name."""
        column = self.table.column(name)
        if column is None:
            raise EngineFault(f"table '{self.table.name}' has no column '{name}'", mend="See the contract.")
        return column

    def nulls(self, name: str) -> int | None:
        found = self.built.statistics.get(name)
        return found.nulls if found else None


def number(text: str) -> bool:
    """Whether a text is a number as SQL spells it."""
    return text.replace(".", "", 1).removeprefix("-").isdigit()


def family(type_: str) -> str:
    """`number`, `float`, `text`, `moment`, `list`, `map` or `other`: what decides how a type's values compare."""
    kind = type_.upper()
    if kind.endswith("]"):
        return "list"
    head = kind.partition("(")[0].strip()
    if head in ("MAP", "STRUCT", "UNION"):
        return "map" if head == "MAP" else "other"
    if head in ("DOUBLE", "FLOAT", "REAL", "FLOAT4", "FLOAT8"):
        return "float"
    if head in ("DECIMAL", "NUMERIC", "BIGNUM") or head.lstrip("U") in INTEGERS:
        return "number"
    if head.startswith(("TIMESTAMP", "DATETIME", "DATE", "TIME")):
        return "moment"
    return "text" if head in ("VARCHAR", "TEXT", "STRING", "CHAR", "ENUM", "JSON") else "other"


INTEGERS = frozenset(
    [
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "INT",
        "INT1",
        "INT2",
        "INT4",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "LONG",
        "SHORT",
    ]
)


def constant(value: Scalar, type_: str) -> str:
    """A value of a contract as SQL that compares with a column of a type, exactly: bounds are never rounded to the column's scale."""
    kind = family(type_)
    if value is None:
        return "NULL"
    if kind == "float":
        return f"CAST({literal(str(value))} AS {type_})"
    if kind == "number" and not isinstance(value, bool):
        return _number(value)
    if kind == "moment":
        return _moment(str(value), type_)
    if kind == "text":
        return literal(str(value).lower() if isinstance(value, bool) else str(value))
    return f"CAST({literal(str(value))} AS {type_})"


DIGITS = 38
"""Longer numbers are beyond every type of DuckDB's that is compared exactly."""


def _number(value: Scalar) -> str:
    if isinstance(value, str) and not number(value):
        raise EngineFault(f"'{value}' is no number", mend="See the contract.")
    text = str(value)
    return text if number(text) and len(text) <= DIGITS else f"CAST({literal(text)} AS DOUBLE)"


def _moment(value: str, type_: str) -> str:
    kind = type_.upper()
    if kind.startswith("TIME") and not kind.startswith("TIMESTAMP"):
        return f"CAST({literal(value)} AS {type_})"
    if "ZONE" in kind or kind == "TIMESTAMPTZ":
        return f"CAST({literal(value)} AS TIMESTAMPTZ)"
    if len(value) <= len("2020-01-01"):
        return f"CAST({literal(value)} AS {'DATE' if kind == 'DATE' else 'TIMESTAMP'})"
    # An offset would be ignored by TIMESTAMP, and the time of day by DATE.
    return f"CAST(CAST({literal(value)} AS TIMESTAMPTZ) AS TIMESTAMP)"


def column_text(column: Column) -> str:
    """A column as text, for what only texts have."""
    name = identifier(column.name)
    return name if column.type.upper() == "VARCHAR" else f"CAST({name} AS VARCHAR)"

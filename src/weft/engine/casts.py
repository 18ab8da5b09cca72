"""Which types may be written as which, and where a cast has to look that it loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, cast

from weft.names import identifier

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType


class Cast(Enum):
    """How one type becomes another."""

    NEVER = 0
    SAFE = 1
    """It keeps the value or fails by itself."""
    CHECKED = 2
    """DuckDB would round or cut silently: the value must come back the same."""


WHOLE = {
    "tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "hugeint": 39,
    "utinyint": 3, "usmallint": 5, "uinteger": 10, "ubigint": 20, "uhugeint": 39, "bignum": 400,
}  # fmt: skip
"""Decimal digits of the whole numbers."""
FLOATING = {"float": 6, "double": 15}
"""Decimal digits that survive."""
INSTANTS = {"timestamp_s": 0, "timestamp_ms": 3, "timestamp": 6, "timestamp_ns": 9}
TIMES = {"time": 6, "time_ns": 9}
TEXTUAL = {"varchar", "enum", "uuid"}
UNSTORABLE = {"union"}


def cast_of(given: DuckDBPyType, promised: DuckDBPyType) -> Cast:
    """How a value of one type becomes one of another on writing."""
    if given.id == "null" or str(given) == str(promised):
        return Cast.SAFE
    if given.id in NUMERIC and promised.id in NUMERIC:
        return _numbers(given, promised)
    if given.id in TEXTUAL and promised.id in TEXTUAL:
        return Cast.SAFE if "varchar" in (given.id, promised.id) or given.id == promised.id else Cast.NEVER
    if given.id in NESTED and promised.id in NESTED:
        return _nested(given, promised)
    return _moments(given, promised)


NUMERIC = {*WHOLE, *FLOATING, "decimal"}
NESTED = {"list", "array", "struct", "map"}


def _numbers(given: DuckDBPyType, promised: DuckDBPyType) -> Cast:
    if promised.id in WHOLE:
        whole = given.id in WHOLE or (given.id == "decimal" and _scale(given) == 0)
        return Cast.SAFE if whole else Cast.CHECKED
    if promised.id == "decimal":
        return Cast.SAFE if given.id in WHOLE or _keeps_scale(given, promised) else Cast.CHECKED
    # Binary fractions are approximate by nature: the nearest one is what was promised.
    exact = given.id in FLOATING or _digits(given) <= FLOATING[promised.id]
    return Cast.SAFE if exact else Cast.CHECKED


def _keeps_scale(given: DuckDBPyType, promised: DuckDBPyType) -> bool:
    return given.id == "decimal" and _scale(given) <= _scale(promised)


def _digits(type_: DuckDBPyType) -> int:
    return _number(type_, "precision") if type_.id == "decimal" else WHOLE[type_.id]


def _scale(type_: DuckDBPyType) -> int:
    return _number(type_, "scale")


def _number(type_: DuckDBPyType, part: str) -> int:
    return cast(int, dict(type_.children)[part])


def _parts(type_: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """The fields of a STRUCT, key and value of a MAP, the child of a list, by folded name."""
    return {name.lower(): cast("DuckDBPyType", part) for name, part in type_.children if name != "size"}


def _moments(given: DuckDBPyType, promised: DuckDBPyType) -> Cast:
    for precisions in (INSTANTS, TIMES):
        if given.id in precisions and promised.id in precisions:
            return Cast.SAFE if precisions[given.id] <= precisions[promised.id] else Cast.CHECKED
    if given.id == "date":
        return Cast.SAFE if promised.id in (*INSTANTS, ZONED) else Cast.NEVER
    if promised.id == ZONED and given.id in INSTANTS:
        return Cast.SAFE if INSTANTS[given.id] <= 6 else Cast.CHECKED
    return Cast.SAFE if given.id == promised.id == "geometry" else Cast.NEVER


ZONED = "timestamp with time zone"


def _nested(given: DuckDBPyType, promised: DuckDBPyType) -> Cast:
    left, right = _parts(given), _parts(promised)
    if {given.id, promised.id} <= {"list", "array"}:
        sizes = {_number(type_, "size") for type_ in (given, promised) if type_.id == "array"}
        return cast_of(left["child"], right["child"]) if len(sizes) <= 1 else Cast.NEVER
    if given.id != promised.id or set(left) != set(right):
        return Cast.NEVER
    return _strictest([cast_of(left[name], type_) for name, type_ in right.items()])


def _strictest(casts: list[Cast]) -> Cast:
    return Cast.NEVER if Cast.NEVER in casts else max(casts, key=lambda one: one.value, default=Cast.SAFE)


def stored(type_: DuckDBPyType, read: Callable[[str], DuckDBPyType]) -> DuckDBPyType:
    """The type that a file keeps: Parquet would make floating numbers of 128-bit ones, so those go as DECIMAL(38,0)."""
    text = str(type_)
    return (
        read(text.replace("UHUGEINT", "DECIMAL(38,0)").replace("HUGEINT", "DECIMAL(38,0)"))
        if "HUGEINT" in text
        else type_
    )


def written(name: str, given: DuckDBPyType, promised: DuckDBPyType) -> str:
    """One column of a SELECT that writes the promised type, and fails on a value that does not come back the same."""
    column = identifier(name)
    plain = f"CAST({column} AS {promised})"
    match cast_of(given, promised):
        case Cast.CHECKED:
            complaint = f"error('{LOSS}')"
            return f"CASE WHEN {lossless(name, given, promised)} THEN {plain} ELSE {complaint} END AS {column}"
        case _:
            return f"{column if str(given) == str(promised) else plain} AS {column}"


LOSS = "a value would change"


def lossless(name: str, given: DuckDBPyType, promised: DuckDBPyType) -> str:
    """The condition that a value survives its cast; it never fails itself."""
    column = identifier(name)
    there = f"TRY_CAST({column} AS {promised})"
    if cast_of(given, promised) is Cast.CHECKED:
        return f"TRY_CAST({there} AS {given}) IS NOT DISTINCT FROM {column}"
    return f"({column} IS NULL OR {there} IS NOT NULL)"

"""The Parquet writer's own statistics, as it returns them from a COPY."""

from __future__ import annotations

import re
from collections.abc import Mapping

from weft.names import identifier
from weft.product.contract import Scalar
from weft.product.snapshot import ColumnStatistics

WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
FLOATING = ("DOUBLE", "FLOAT")
COUNTED_ONLY = re.compile(r".*(\]|\))|BLOB|BIT|INTERVAL|VARIANT|GEOMETRY")
"""Types whose bounds are not said, or not in a spelling that anybody would read: nested ones, bytes."""


def column_statistics(
    told: Mapping[str, Mapping[str, str]] | None, types: Mapping[str, str], rows: int
) -> dict[str, ColumnStatistics]:
    """`told` maps quoted column paths to the writer's own words; a bound that is not exact is none.

    Whole numbers become int, DOUBLE and FLOAT float; DECIMAL, texts and moments stay as they are spelt, which loses nothing.
    """
    told = told or {}
    return {name: _of(told.get(identifier(name)), type_, rows) for name, type_ in types.items()}


def _of(told: Mapping[str, str] | None, type_: str, rows: int) -> ColumnStatistics:
    if told is None:
        return ColumnStatistics(nulls=0 if rows == 0 else None)
    nulls = int(told["null_count"]) if "null_count" in told else None
    return ColumnStatistics(nulls, _bound(told, "min", type_), _bound(told, "max", type_))


def _bound(told: Mapping[str, str], which: str, type_: str) -> Scalar:
    value = told.get(which)
    # NaN lies outside the writer's bounds, and above all others in DuckDB's order.
    if value is None or told.get(f"{which}_is_exact") != "true" or told.get("has_nan") == "true":
        return None
    if type_.startswith("DECIMAL"):
        return value
    if COUNTED_ONLY.fullmatch(type_):
        return None
    if type_ == "BOOLEAN":
        return value in ("1", "true")
    if WHOLE.fullmatch(type_):
        return int(value)
    if type_ in FLOATING:
        return float(value) if told.get("has_nan") == "false" else None
    return value

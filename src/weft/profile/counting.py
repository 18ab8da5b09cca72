"""What is counted of all rows, in one scan: nulls, bounds, distinct values by HyperLogLog, mean, deviation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from weft.profile.ground import Ground, Held
from weft.profile.values import NumberFacts

CHUNK = 64
"""Columns of one scan: more make a query that takes longer to plan than to run."""
HLL_ERROR = 0.04
"""Relative standard error of DuckDB's HyperLogLog, measured over a thousand sets of 1,000 to 500,000 values (2.0)."""


def count(ground: Ground) -> None:
    """Fills in, of every column: nulls, distinct, minimum, maximum, and what its family has."""
    for start in range(0, len(ground.columns), CHUNK):
        _count(ground, ground.columns[start : start + CHUNK])


def _count(ground: Ground, columns: Sequence[Held]) -> None:
    asked = [(column, name, sql) for column in columns for name, sql in _measures(column)]
    row = ground.looking.rows(f"SELECT {', '.join(sql for _, _, sql in asked)} FROM {ground.t}")[0]
    found: dict[int, dict[str, Any]] = {column.at: {} for column in columns}
    for (column, name, _), value in zip(asked, row, strict=True):
        found[column.at][name] = value
    for column in columns:
        ground.facts[column.at].update(_facts(column, found[column.at], ground.rows))


def _measures(column: Held) -> Iterator[tuple[str, str]]:
    c = column.sql
    yield "values", f"count({c})"
    yield "distinct", f"approx_count_distinct({c})"
    if column.is_shown:
        yield "minimum", f"CAST(min({c}) AS VARCHAR)"
        yield "maximum", f"CAST(max({c}) AS VARCHAR)"
    match column.family:
        case "text":
            yield "empties", f"count(*) FILTER (trim({c}) = '')"
        case "number":
            yield from _of_numbers(column)
        case "moment" if column.type != "DATE":
            yield "midnights", f"count(*) FILTER (isfinite({c}) AND {c} = date_trunc('day', {c}))"


def _of_numbers(column: Held) -> Iterator[tuple[str, str]]:
    c = column.sql
    finite = f" FILTER (isfinite({c}))" if column.type in ("DOUBLE", "FLOAT") else ""
    number = f"CAST({c} AS DOUBLE)"
    yield "mean", f"avg({number}){finite}"
    yield "deviation", f"stddev_samp({number}){finite}"
    yield "total", f"sum({number}){finite}"
    yield "zeros", f"count(*) FILTER ({c} = 0)"
    yield "negatives", f"count(*) FILTER ({c} < 0)"
    if finite:
        yield "not_finite", f"count(*) FILTER (NOT isfinite({c}))"
        yield "fractions", f"count(*) FILTER (isfinite({c}) AND {c} <> trunc({c}))"
    elif column.type.startswith("DECIMAL"):
        yield "fractions", f"count(*) FILTER ({c} <> trunc({c}))"


def _facts(column: Held, found: dict[str, Any], rows: int) -> dict[str, Any]:
    values = int(found["values"])
    distinct = min(int(found["distinct"]), values)
    facts: dict[str, Any] = {
        "nulls": rows - values,
        "distinct": max(distinct, 1) if values else 0,
        "is_distinct_exact": values <= 1,
        "distinct_error": HLL_ERROR if values > 1 else 0.0,
        "minimum": column.value(found.get("minimum")),
        "maximum": column.value(found.get("maximum")),
        "empties": int(found.get("empties", 0)),
    }
    if column.family == "number":
        whole = "fractions" not in found or not (found["fractions"] or found.get("not_finite"))
        facts |= {"mean": _said(found["mean"]), "deviation": _said(found["deviation"])}
        facts["number"] = NumberFacts(
            int(found["zeros"]),
            int(found["negatives"]),
            int(found.get("not_finite", 0)),
            whole and values > 0,
            total=_said(found["total"]),
        )
    if column.family == "moment":
        facts["midnights"] = int(found.get("midnights", 0))
    return facts


def _said(number: float | None) -> float | None:
    """To twelve digits: the last ones of a sum hang on which thread added what first."""
    return float(f"{number:.12g}") if number is not None and math.isfinite(number) else None

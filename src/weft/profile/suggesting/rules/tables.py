"""Tables as wholes: how many rows, keys that are there once, rows that are there twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from weft.profile.suggesting.drafts import Budget, Draft, Series, between, never, shown
from weft.profile.suggesting.facts import ColumnFacts, Facts
from weft.profile.suggesting.values import FalseAlarms, LeftOut, Suggestion

MOST_PARTS = 8
"""Columns that two may be chosen from, to be a key together."""


def rows(facts: Facts) -> Iterator[Draft]:
    body = {"metric": "rowCount"}
    yield Draft(
        "row count", None, "there are as many rows as ever", "completeness", body, ("count(*)",), _rows, says="Rows"
    )


def _rows(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
    counts = series[0]
    if budget.is_split:
        rows = sum(counts)
        rate = FalseAlarms(0.0, "one content tells nothing of how its size varies: a half is a guess", 0, 0)
        return draft.suggestion(
            {"mustBeGreaterOrEqualTo": max(rows // 2, 1)},
            f"{rows:,} rows now; half of them is a guess.",
            rate,
            "warning",
        )
    found = between(lambda middle, _: max(middle, 1) ** 0.5, floor=0)(draft, series, budget)
    if isinstance(found, LeftOut) and all(a <= b for a, b in pairwise(counts)):
        evidence = f"It never shrank in {len(counts)} batches, from {shown(counts[0]):,} to {shown(counts[-1]):,} rows."
        rate = FalseAlarms(0.0, "it never shrank", 0, len(counts), 1 - 0.05 ** (1 / len(counts)))
        return draft.suggestion({"mustBeGreaterOrEqualTo": counts[-1]}, evidence, rate, "warning")
    return found


def keys(facts: Facts) -> Iterator[Draft]:
    """Each key of one column; where there is none, of two; where there is none either, whole rows."""
    found = [column for column in facts.columns if column.is_key]
    for column in found:
        body = {"metric": "duplicateValues"}
        number = "count({property}) - count(DISTINCT {property})"
        yield Draft(
            "unique",
            column,
            f"{column.name} is there once",
            "uniqueness",
            body,
            (number,),
            never,
            says="No two rows have the same value",
        )
    if not found:
        parts = sorted(
            (c for c in facts.columns if _names(c) and not c.is_constant), key=lambda c: -min(c.distinct, default=0)
        )
        for one, other in combinations(parts[:MOST_PARTS], 2):
            yield _duplicates(facts, (one, other))
        yield _duplicates(facts, facts.columns)


def _names(column: ColumnFacts) -> bool:
    """Whether values of such a type name things: of other types, they are unique by chance."""
    whole = column.type.upper() in ("BIGINT", "INTEGER", "SMALLINT", "UBIGINT", "HUGEINT", "VARCHAR", "UUID")
    return whole or column.family == "moment"


def _duplicates(facts: Facts, columns: tuple[ColumnFacts, ...]) -> Draft:
    is_row = len(columns) == len(facts.columns)
    listed = ", ".join(column.sql for column in columns)
    body = {"metric": "duplicateValues", "arguments": {"properties": [column.name for column in columns]}}
    number = f"count(*) - count(DISTINCT hash({listed}))"
    if is_row:
        return Draft(
            "duplicate rows",
            None,
            "no row is there twice",
            "uniqueness",
            body,
            (number,),
            _none_or_few,
            says="No two rows are the same",
        )
    about = " + ".join(column.name for column in columns)
    name = f"{' and '.join(column.name for column in columns)} are there once together"
    return Draft(
        "unique", None, name, "uniqueness", body, (number,), never, about=about, says="No two rows have the same values"
    )


def _none_or_few(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
    if not any(series[0]):
        return never(draft, series, budget)
    return between(lambda middle, _: max(middle, 1) ** 0.5, low=False)(draft, series, budget)

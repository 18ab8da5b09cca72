"""Whether there is a value: nulls, empty texts, words that stand for none, and blanks around what is there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from weft.profile.suggesting.drafts import Budget, Draft, Series, Settle, between, never
from weft.profile.suggesting.facts import ColumnFacts, Facts
from weft.profile.suggesting.values import LeftOut, Suggestion
from weft.standards.writing import OneLine

PLACEHOLDERS = (
    "", "-", "--", ".", "?", "N/A", "n/a", "#N/A", "NULL", "null", "None", "none", "NaN", "unknown", "Unknown", "UNKNOWN", "undefined",
    "missing", "not available", "TBD", "tbd", "xxx", "XXX", "9999", "99999",
)  # fmt: skip
"""Texts that stand for no value, as people and systems write them."""


def filled(facts: Facts) -> Iterator[Draft]:
    """Nulls: none where there never was one, else as many as there use to be."""
    for column in facts.columns:
        nulls = [rows - values for rows, values in zip(facts.rows, column.values, strict=True)]
        name, counted = f"{column.name} is filled", "count_if({property} IS NULL)"
        if not any(nulls):
            says = "It has a value in every row"
            body = {"metric": "nullValues"}
            yield Draft("nulls", column, name, "completeness", body, (counted,), never, says=says)
        elif any(column.values):
            share = f"100.0 * {counted} / count(*)"
            body = {"metric": "nullValues", "unit": "percent"}
            settle = between(percent_by_counting, floor=0, ceiling=100)
            yield Draft(
                "nulls",
                column,
                f"{column.name} is as filled as ever",
                "completeness",
                body,
                (share,),
                settle,
                says="Percent of rows without a value",
            )


def percent_by_counting(middle: float, budget: Budget) -> float:
    """How far a percentage of a batch strays by which rows are in it; of one that is nearly 0 or 100 as if one row were so."""
    rows = budget.total / budget.batches
    share = min(max(middle / 100, 1 / rows), 1 - 1 / rows) if rows > 1 else 0.5
    return 100 * math.sqrt(share * (1 - share) / rows)


def placeholders(facts: Facts) -> Iterator[Draft]:
    """Words that stand for no value, of which the table has none yet. What it has is an ordinary value here, such as the carrier NA."""
    for column in facts.columns:
        if column.family != "text" or not any(column.values) or column.is_constant:
            continue
        known = {value for counts in column.counts or () for value in counts}
        words = [word for word in PLACEHOLDERS if word not in known]
        number = f"histogram({{property}}) FILTER (WHERE {{property}} IN ({_listed(words)}))"
        settle = _none_of(words, may_be_null=any(a > b for a, b in zip(facts.rows, column.values, strict=True)))
        yield Draft("placeholders", column, f"{column.name} has no placeholders", "completeness", {}, (number,), settle)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _none_of(words: Sequence[str], *, may_be_null: bool) -> Settle:
    """Some tools count NULL among missing values whatever the list says, so that a column that has some is asked in SQL."""

    def settle(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
        there = {word for counts in series[0] for word in counts or ()}
        absent = [word for word in words if word not in there]
        query = f"SELECT COUNT(*) FROM {{object}} WHERE {{property}} IN ({_listed(absent)})"
        library = {"metric": "missingValues", "arguments": {"missingValues": OneLine(absent)}}
        body = {"type": "sql", "query": query} if may_be_null else library
        return never(replace(draft, body=body, says="No value is a placeholder"), [(0,)], budget)

    return settle


def trimmed(facts: Facts) -> Iterator[Draft]:
    for column in facts.columns:
        if column.family == "text" and any(column.values):
            condition = "{property} <> TRIM({property})"
            yield rows_that(
                column, "blanks", f"{column.name} has no blanks around it", condition, "A value has blanks around it"
            )


def rows_that(column: ColumnFacts, kind: str, name: str, condition: str, says: str) -> Draft:
    """Rows that no batch has: counted by SQL that every dialect understands."""
    body = {"type": "sql", "query": f"SELECT COUNT(*) FROM {{object}} WHERE {condition}"}
    return Draft(kind, column, name, "conformity", body, (f"count_if({condition})",), never, says=says)

"""What columns say of each other: one follows from the other, one is never before the other, both rise together, a key is there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, permutations, product

from weft.names import identifier
from weft.profile.suggesting.chances import expected
from weft.profile.suggesting.drafts import NORMAL, Budget, Draft, Series, lowered, never, raised, said
from weft.profile.suggesting.facts import ColumnFacts, Facts, family_of
from weft.profile.suggesting.rules.lists import listed, literal
from weft.profile.suggesting.values import FalseAlarms, LeftOut, Suggestion

MOST_COLUMNS = 12
ROWS_A_VALUE = 3
"""Rows that a determining value has on the mean, so that what follows from it is more than chance."""
MOST_GROUPS = 6
FEWEST_KEYS = 20
"""Distinct values from which it is no chance that all of them are keys of another table."""
WEAKEST = 0.4
"""Correlation below which two columns are not said to go together."""


def dependencies(facts: Facts) -> Iterator[Draft]:
    """Of each value of one column there is one value of another."""
    few = [
        c for c in facts.columns if c.family in ("text", "number") and min(c.distinct, default=0) > 1 and not c.is_key
    ]
    few = [c for c in few if sum(c.values) >= ROWS_A_VALUE * sum(c.distinct)][:MOST_COLUMNS]
    for one, other in permutations(few, 2):
        if sum(one.distinct) < sum(other.distinct) or not _whole(one):
            continue
        query = (
            f"SELECT COUNT(*) FROM (SELECT {one.sql} FROM {{object}} WHERE {one.sql} IS NOT NULL"
            f" GROUP BY {one.sql} HAVING COUNT(DISTINCT {{property}}) > 1) AS several"
        )
        number = f"count(DISTINCT hash({one.sql}, {{property}})) FILTER (WHERE {one.sql} IS NOT NULL AND {{property}} IS NOT NULL) - count(DISTINCT hash({one.sql})) FILTER (WHERE {{property}} IS NOT NULL)"
        body = {"type": "sql", "query": query}
        name = f"{other.name} follows from {one.name}"
        yield Draft(
            "dependency",
            other,
            name,
            "consistency",
            body,
            (number,),
            never,
            about=one.name,
            says=f"Every {one.name} has one {other.name}",
        )


def _whole(column: ColumnFacts) -> bool:
    return column.family == "text" or column.type.upper() not in ("DOUBLE", "FLOAT")


def orders(facts: Facts) -> Iterator[Draft]:
    """One moment is never before another, or is always on its day."""
    moments = [c for c in facts.columns if c.family == "moment" and any(c.values)]
    for one, other in permutations(moments, 2):
        same = f"CAST({{property}} AS DATE) <> CAST({one.sql} AS DATE)"
        yield _of_rows(other, one, "same day", same, f"{other.name} is on the day of {one.name}")
        before = (
            f"{{property}} < {one.sql}"
            if one.type == other.type
            else f"CAST({{property}} AS DATE) < CAST({one.sql} AS DATE)"
        )
        yield _of_rows(other, one, "order", before, f"{other.name} is not before {one.name}")


def _of_rows(column: ColumnFacts, other: ColumnFacts, kind: str, condition: str, name: str) -> Draft:
    body = {"type": "sql", "query": f"SELECT COUNT(*) FROM {{object}} WHERE {condition}"}
    number = f"count_if({condition})"
    return Draft(
        kind, column, name, "consistency", body, (number,), never, about=other.name, says=f"{name} in every row"
    )


def correlations(facts: Facts) -> Iterator[Draft]:
    """Two numbers that rise together, or against each other."""
    numbers = [
        c
        for c in facts.columns
        if c.family == "number" and not c.is_key and not c.is_constant and min(c.distinct, default=0) > 4
    ]
    for one, other in combinations(numbers[:MOST_COLUMNS], 2):
        number = f"CORR({{property}}, {one.sql})"
        body = {"type": "sql", "query": f"SELECT {number} FROM {{object}}"}
        name = f"{other.name} goes with {one.name} as ever"
        yield Draft(
            "correlation", other, name, "consistency", body, (number,), _correlated, about=one.name, says="Correlation"
        )


def _correlated(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
    """Bounds by Fisher's transformation, whose spread does not hang on how strong it is."""
    found = [value for value in series[0] if value is not None and math.isfinite(value)]
    if len(found) < max(3, len(series[0])) or abs(sum(found)) < WEAKEST * len(found):
        return None
    bent = [math.atanh(max(-0.999999, min(0.999999, value))) for value in found]
    bounds = expected(bent, budget.chance, 1 / math.sqrt(max(budget.total / budget.batches - 3, 1)))
    if bounds is None:
        return draft.left_out("it differs too much from batch to batch for any bound")
    low, high = math.tanh(bounds.low), math.tanh(bounds.high)
    if low < 0 < high:
        return None
    threshold = {"mustBeGreaterOrEqualTo": lowered(low)} if low > 0 else {"mustBeLessOrEqualTo": raised(high)}
    alarms = FalseAlarms(bounds.rate, NORMAL, bounds.alarms, len(found))
    return draft.suggestion(threshold, f"Correlation of {said(found)} in {len(found)} batches.", alarms, "warning")


def associations(facts: Facts) -> Iterator[Draft]:
    """A number is higher, or lower, in rows of one value of another column: the correlation with being that value."""
    numbers = [c for c in facts.columns if c.family == "number" and not c.is_key and not listed(c) and all(c.lows)]
    groups = [c for c in facts.columns if c.family == "text" and listed(c) and not c.is_constant]
    for number, group in product(numbers[:MOST_COLUMNS], groups[:MOST_COLUMNS]):
        total: Counter[str] = Counter()
        for counts in group.counts or ():
            total.update(counts)
        for value, _ in total.most_common(MOST_GROUPS):
            correlation = f"CORR({{property}}, CASE WHEN {group.sql} = {literal(group, value)} THEN 1 ELSE 0 END)"
            body = {"type": "sql", "query": f"SELECT {correlation} FROM {{object}}"}
            name = f"{number.name} depends on {group.name} {value} as ever"
            about = f"{group.name} {value}"
            yield Draft(
                "association",
                number,
                name,
                "consistency",
                body,
                (correlation,),
                _associated,
                about=about,
                says="Correlation",
            )


def _associated(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
    found = _correlated(draft, series, budget)
    return found if isinstance(found, Suggestion) else None


def relationships(facts: Facts) -> Iterator[Draft]:
    """Every value is a key of another table."""
    for column, other in product(facts.columns, facts.history.references):
        if column.family != family_of(other.type) or column.family not in ("number", "text") or column.is_constant:
            continue
        alike = column.name.lower() in (other.key.lower(), f"{other.name.rpartition('.')[2]}_{other.key}".lower())
        if not alike and min(column.distinct, default=0) < FEWEST_KEYS:
            continue
        key, table = identifier(other.key), ".".join(identifier(part) for part in other.name.split("."))
        number = f"(SELECT count(*) FROM {{object}} AS t WHERE {column.sql} IS NOT NULL AND {column.sql} NOT IN (SELECT {key} FROM {table} WHERE {key} IS NOT NULL))"
        body = {"relationships": {"to": f"{other.name}.{other.key}"}}
        name = f"{column.name} is in {other.name}"
        yield Draft(
            "relationship",
            column,
            name,
            "consistency",
            body,
            (number,),
            never,
            about=f"{other.name}.{other.key}",
            says=f"Every value is a {other.key} of {other.name}",
        )

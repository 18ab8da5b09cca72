"""Columns of few values: which there are, that none gets lost, and that each is as frequent as it uses to be."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from weft.profile.suggesting.drafts import (
    Budget,
    Draft,
    Series,
    Settle,
    between,
    never_seen,
    no_more_than,
    only_known,
)
from weft.profile.suggesting.facts import ColumnFacts, Facts
from weft.profile.suggesting.values import FalseAlarms, LeftOut, Suggestion
from weft.standards.writing import OneLine

MOST_LISTED = 150
MOST_NUMBERS = 24
"""Whole numbers of so few values are codes or steps rather than amounts."""
FEWEST_ROWS = 5
"""Rows that each listed value has on the mean: a list of names that are each there once is none."""
MOST_SHARES = 12


def listed(column: ColumnFacts) -> bool:
    """Whether a column is of few values that come again and again."""
    if column.counts is None or column.is_key or not any(column.values) or column.family == "moment":
        return False
    known = set().union(*column.counts)
    most = MOST_LISTED if column.family == "text" else MOST_NUMBERS
    whole = column.family != "number" or all(float(value).is_integer() for value in known)
    return len(known) <= most and whole and sum(column.values) >= FEWEST_ROWS * len(known)


def literal(column: ColumnFacts, value: str) -> str:
    return value if column.family == "number" else "'" + value.replace("'", "''") + "'"


def scalar(column: ColumnFacts, value: str) -> str | int | bool:
    if column.family == "number":
        return int(float(value))
    return value == "true" if column.family == "boolean" else value


def values(facts: Facts) -> Iterator[Draft]:
    """Only values that were seen; as many rows of others as new values use to bring, where they still come."""
    for column in facts.columns:
        if column.family == "boolean" or not listed(column) or column.counts is None:
            continue
        times = Counter(value for counts in column.counts for value in counts)
        strangers = [sum(rows for value, rows in counts.items() if times[value] == 1) for counts in column.counts]
        known = sorted(times, key=lambda value: (float(value) if column.family == "number" else 0, value))
        arguments = {"validValues": OneLine(scalar(column, value) for value in known)}
        evidence = f"{len(known)} values in {sum(column.values):,} rows of {len(column.counts)} batches, {sum(n == 1 for n in times.values())} of them in one batch alone."
        body = {"metric": "invalidValues", "arguments": arguments}
        settle = only_known(times, strangers, evidence, "value")
        name = f"{column.name} is a value that is known"
        yield Draft("values", column, name, "conformity", body, (), settle, instead_of=("form", "form share"))


def kept(facts: Facts) -> Iterator[Draft]:
    """Every value that each batch had in plenty is there."""
    for column in facts.columns:
        if not listed(column) or column.counts is None:
            continue
        plenty = [value for value in set().union(*column.counts) if _is_sure(column.counts, value)]
        if len(plenty) < 2:
            continue
        known = ", ".join(literal(column, value) for value in sorted(plenty))
        query = f"SELECT COUNT(DISTINCT {{property}}) FROM {{object}} WHERE {{property}} IN ({known})"
        fewest = min(counts.get(value, 0) for counts in column.counts for value in plenty)
        evidence = f"Each of these {len(plenty)} values stands in at least {fewest:,} rows of every batch."
        rate = FalseAlarms(
            _chance_of_none(column.counts, plenty),
            "a value's rows are a negative binomial variable with the mean and variance seen",
            0,
            len(column.counts),
        )
        yield Draft(
            "kept values", column, f"{column.name} has all its frequent values", "completeness", {"type": "sql", "query": query}, (),
            _exactly(len(plenty), rate, evidence),
        )  # fmt: skip


def _exactly(count: int, rate: FalseAlarms, evidence: str) -> Settle:
    def settle(draft: Draft, _: Series, __: Budget) -> Suggestion | LeftOut:
        return draft.suggestion({"mustBe": count}, evidence, rate, "warning")

    return settle


def _is_sure(counts: Sequence[Mapping[str, int]], value: str) -> bool:
    return _none(counts, value) < 1e-5


def _chance_of_none(counts: Sequence[Mapping[str, int]], values: Sequence[str]) -> float:
    return min(1.0, sum(_none(counts, value) for value in values))


def _none(counts: Sequence[Mapping[str, int]], value: str) -> float:
    """The chance that a batch has no row of a value: of a Poisson variable, or of a negative binomial one where batches vary more."""
    rows = [one.get(value, 0) for one in counts]
    if len(rows) < 2 or not all(rows):
        return 1.0
    mean = sum(rows) / len(rows)
    variance = sum((one - mean) ** 2 for one in rows) / (len(rows) - 1)
    if variance <= mean:
        return math.exp(-mean)
    size = mean * mean / (variance - mean)
    return float((size / (size + mean)) ** size)


def shares(facts: Facts) -> Iterator[Draft]:
    """How far the shares of values are from what they use to be: half the sum of the differences, 0 to 1."""
    for column in facts.columns:
        if not listed(column) or column.counts is None or column.is_constant:
            continue
        total: Counter[str] = Counter()
        for counts in column.counts:
            total.update(counts)
        if len(total) < 2:
            continue
        frequent = [value for value, _ in total.most_common(MOST_SHARES)]
        conditions = [f"{{property}} = {literal(column, value)}" for value in frequent]
        if len(total) > len(frequent):
            rest = ", ".join(literal(column, value) for value in frequent)
            conditions.append(f"{{property}} NOT IN ({rest})")
        yield distribution(column, conditions, "Distance of the shares of its values from the usual ones")


def distribution(column: ColumnFacts, conditions: Sequence[str], says: str) -> Draft:
    numbers = tuple(f"count_if({condition}) * 1.0 / nullif(count({{property}}), 0)" for condition in conditions)

    def settle(draft: Draft, series: Series, budget: Budget) -> Suggestion | LeftOut | None:
        rows = [list(map(float, each)) for each in zip(*series, strict=True) if None not in each]
        if len(rows) < 3 or len(rows) < budget.batches:
            return draft.left_out("some batches have no value")
        usual = [sum(each) / len(rows) for each in zip(*rows, strict=True)]
        # Each batch against the others, as the next one will be against all of them.
        scale = len(rows) / (len(rows) - 1)
        distances = [scale * sum(abs(a - b) for a, b in zip(row, usual, strict=True)) / 2 for row in rows]
        terms = " + ".join(
            f"ABS(AVG(CASE WHEN {one} THEN 1.0 WHEN {{property}} IS NOT NULL THEN 0.0 END) - {round(share, 5)})"
            for one, share in zip(conditions, usual, strict=True)
        )
        said = draft.with_body(query=f"SELECT ({terms}) / 2 FROM {{object}}")
        parts = len(conditions)
        return between(lambda _, b: 0.1 * math.sqrt(parts * b.batches / b.total), low=False, ceiling=1)(
            said, [tuple(distances)], budget
        )

    name = f"{column.name} is distributed as ever"
    return Draft("distribution", column, name, "accuracy", {"type": "sql", "query": ""}, numbers, settle, says=says)


def constant(facts: Facts) -> Iterator[Draft]:
    for column in facts.columns:
        if column.is_constant and column.counts and column.family in ("text", "number"):
            (value,) = set().union(*column.counts)
            body = {
                "metric": "invalidValues",
                "arguments": {"validValues": OneLine([value if column.family == "text" else float(value)])},
            }
            evidence = f"It is {value} in all of {sum(column.values):,} rows."
            yield Draft(
                "constant",
                column,
                f"{column.name} is always the same",
                "conformity",
                body,
                (),
                no_more_than(0, never_seen(len(column.counts)), evidence),
                instead_of=("values", "form", "form share"),
            )


def distinct(facts: Facts) -> Iterator[Draft]:
    """How many values there are, of columns that are neither lists nor keys."""
    for column in facts.columns:
        if column.is_key or listed(column) or column.family == "moment" or max(column.distinct) < 2:
            continue
        # More rows have more values, so that a table of another size is told by its rows.
        share = "count(DISTINCT {property}) * 1.0 / nullif(count({property}), 0)"
        body = {
            "type": "sql",
            "query": "SELECT COUNT(DISTINCT {property}) * 1.0 / NULLIF(COUNT({property}), 0) FROM {object}",
        }
        settle = between(lambda middle, budget: math.sqrt(middle / (budget.total / budget.batches)) / 10, floor=0)
        yield Draft(
            "distinct",
            column,
            f"{column.name} has as many values as ever",
            "consistency",
            body,
            (share,),
            settle,
            says="Distinct values by row",
        )

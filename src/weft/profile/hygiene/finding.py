"""All that is untidy in one table: what facts tell at once, and what its values tell, asked in one query."""

from __future__ import annotations

from collections.abc import Iterator

from weft.profile.ground import Ground, shortened
from weft.profile.hygiene import by_fact, by_value, of_table
from weft.profile.hygiene.kind import ByValue, Evidence, Hit, Kind, finding
from weft.profile.values import ColumnProfile, Finding, Likelihood, TableProfile, Value

KINDS: tuple[Kind, ...] = (*(kind for kind, _ in by_fact.RULES), *(kind for kind, _ in by_value.RULES), *of_table.KINDS)
SHOWN = 3
ORDER: tuple[Likelihood, ...] = ("definite", "likely", "possible", "personal data")
AT_ONCE = 200
"""Questions in one query."""
SUPERSEDED = {"unexpected-states": "unlike-meaning", "invalid-zip": "invalid-zip3", "text-among-numbers": "pattern-mismatch", "no-values": "few-missing", "unlike-meaning": "pattern-mismatch", "stale-year": "stale-half-year"}  # fmt: skip
"""Of the same column, the first says what the second would say again."""


def findings(ground: Ground, table: TableProfile, classified: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """The surest first, then the most rows. Classified columns are those of which somebody said how confidential they are."""
    found = [*_by_fact(ground, table, classified), *_by_value(ground, table, classified), *of_table.of_table(table)]
    told = {(one.kind, one.column) for one in found}
    less = {(weaker, column) for kind, column in told if (weaker := SUPERSEDED.get(kind))}
    kept = [one for one in found if (one.kind, one.column) not in less]
    return tuple(sorted(kept, key=lambda one: (ORDER.index(one.likelihood), -one.rows, one.column, one.kind)))


def _by_fact(ground: Ground, table: TableProfile, classified: frozenset[str]) -> Iterator[Finding]:
    for column in table.columns:
        seen = Evidence(table, ground.facts[column.position].get("examples", {}), classified)
        for kind, rule in by_fact.RULES:
            if hit := rule(column, seen):
                yield finding(kind, column.name, hit, table)


def _by_value(ground: Ground, table: TableProfile, classified: frozenset[str]) -> Iterator[Finding]:
    seen = Evidence(table, classified=classified)
    asked = [
        (kind, rule, column, condition)
        for kind, rule in by_value.RULES
        for column in table.columns
        if column.values and (condition := rule.condition(column, seen))
    ]
    for start in range(0, len(asked), AT_ONCE):
        yield from _asked(asked[start : start + AT_ONCE], ground, table)


Asked = tuple[Kind, ByValue, ColumnProfile, str]


def _asked(asked: list[Asked], ground: Ground, table: TableProfile) -> Iterator[Finding]:
    query = " UNION ALL ".join(
        f"SELECT {at}, coalesce(sum(n), 0), arg_max(v, k, {SHOWN}) FROM {ground.v} WHERE col = {column.position} AND trim(v) <> '' AND ({condition})"
        for at, (_, _, column, condition) in enumerate(asked)
    )
    for at, rows, values in sorted(ground.looking.rows(query), key=lambda row: int(row[0])) if query else ():
        kind, rule, column, _ = asked[at]
        looked = column.values * table.sampled_rows / max(table.rows, 1)
        if rows >= rule.fewest_rows and rows <= rule.most * looked:
            yield finding(kind, column.name, Hit(int(rows), _told(values), is_of_sample=True), table)


def _told(values: list[str] | None) -> tuple[Value, ...]:
    return tuple(map(shortened, values or ()))

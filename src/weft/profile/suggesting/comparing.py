"""What two tables that should agree have in common: as many rows, equal totals, the same values, the same rows by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from weft.engine.seam import Bench, Columns
from weft.names import identifier
from weft.profile.suggesting.drafts import Budget, Draft, never
from weft.profile.suggesting.facts import ColumnFacts, family_of
from weft.profile.suggesting.values import Dimension, LeftOut, Suggested, Suggestion
from weft.sql import rule_query

MOST_GROUPS = 200
"""Values of a column up to which totals are compared by it, and the values themselves."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Two tables on one bench. `other` is named as the contract says it; `key` tells rows of both apart, empty where nothing does."""

    bench: Bench
    table: str
    columns: Columns
    other: str
    other_columns: Columns
    key: tuple[str, ...] = ()

    @property
    def shared(self) -> tuple[tuple[str, str], ...]:
        """Columns that both have, of one kind."""
        theirs = {name: family_of(type_) for name, type_ in self.other_columns}
        return tuple(
            (name, family_of(type_)) for name, type_ in self.columns if theirs.get(name) == family_of(type_) != "other"
        )

    @property
    def said(self) -> str:
        return ".".join(identifier(part) for part in self.other.split("."))

    def number(self, query: str) -> float:
        text = rule_query(query, self.table, None)
        return float(self.bench.arrow(f"SELECT ({text}) AS n").read_all().column(0)[0].as_py() or 0)


def compared(beside: Beside) -> Suggested:
    """Every comparison that holds now, as a rule that goes on holding it; what does not hold is left out with its number."""
    rows = int(beside.number("SELECT COUNT(*) FROM {object}"))
    budget = Budget(0.0, 1, (rows,))
    found: list[Suggestion] = []
    left: list[LeftOut] = []
    for draft in _drafts(beside):
        number = beside.number(draft.numbers[0])
        settled = (
            never(draft, [(number,)], budget) if number == 0 else draft.left_out(f"the difference is {number:,.6g}")
        )
        if isinstance(settled, Suggestion):
            found.append(replace(settled, evidence=f"{draft.says}: so it is now, in {rows:,} rows."))
        elif settled is not None:
            left.append(settled)
    return Suggested(beside.table, 1, rows, f"what it and {beside.other} hold now", tuple(found), tuple(left))


def _drafts(beside: Beside) -> Iterator[Draft]:
    yield from _rows(beside)
    numbers = [name for name, family in beside.shared if family == "number" and name not in beside.key]
    groups = [name for name, family in beside.shared if family in ("text", "boolean") and _few(beside, name)]
    for name in numbers:
        yield from _totals(beside, name, groups)
    for name in groups:
        yield from _values(beside, name)
    if beside.key:
        yield from _by_key(beside)


def _few(beside: Beside, name: str) -> bool:
    return 0 < beside.number(f"SELECT COUNT(DISTINCT {identifier(name)}) FROM {{object}}") <= MOST_GROUPS


def _draft(
    beside: Beside, kind: str, name: str, query: str, *, about: str = "", dimension: Dimension = "consistency"
) -> Draft:
    body = {"type": "sql", "query": query}
    return Draft(kind, None, name, dimension, body, (query,), never, about=f"{beside.other}{about}", says=name)


def _rows(beside: Beside) -> Iterator[Draft]:
    query = f"SELECT (SELECT COUNT(*) FROM {{object}}) - (SELECT COUNT(*) FROM {beside.said})"
    yield _draft(beside, "equal rows", f"it has as many rows as {beside.other}", query, dimension="completeness")


def _totals(beside: Beside, name: str, groups: list[str]) -> Iterator[Draft]:
    """The balance of the whole, and of each value of a column that both have. Sums of floating numbers are compared to nine digits."""
    column = identifier(name)
    mine, theirs = f"(SELECT SUM({column}) FROM {{object}})", f"(SELECT SUM({column}) FROM {beside.said})"
    query = f"SELECT CASE WHEN ABS(COALESCE({mine}, 0) - COALESCE({theirs}, 0)) <= 1e-9 * ABS(COALESCE({mine}, 0)) THEN 0 ELSE 1 END"
    yield _draft(beside, "balance", f"the total of {name} is that of {beside.other}", query, about=f", {name}")
    for group in groups:
        by = identifier(group)
        both = f"SELECT {by} AS g, SUM({column}) AS mine, 0 AS theirs FROM {{object}} GROUP BY {by} UNION ALL SELECT {by}, 0, SUM({column}) FROM {beside.said} GROUP BY {by}"
        sums = f"SELECT g, SUM(mine) AS mine, SUM(theirs) AS theirs FROM ({both}) AS both_sides GROUP BY g"
        query = f"SELECT COUNT(*) FROM ({sums}) AS sums WHERE ABS(mine - theirs) > 1e-9 * (ABS(mine) + ABS(theirs))"
        told = f"the total of {name} by {group} is that of {beside.other}"
        yield _draft(beside, "balance", told, query, about=f", {name} by {group}")


def _values(beside: Beside, name: str) -> Iterator[Draft]:
    column = identifier(name)
    for one, other, said in (("{object}", beside.said, "only values of"), (beside.said, "{object}", "all values of")):
        query = f"SELECT COUNT(*) FROM (SELECT DISTINCT {column} FROM {one} EXCEPT SELECT DISTINCT {column} FROM {other}) AS more"
        yield _draft(
            beside, "matching values", f"{name} has {said} {beside.other}", query, about=f", {name}, {said.split()[0]}"
        )


def _by_key(beside: Beside) -> Iterator[Draft]:
    """Keys of one that the other lacks, and rows of one key that differ."""
    same = " AND ".join(f"a.{identifier(part)} = b.{identifier(part)}" for part in beside.key)
    key = " and ".join(beside.key)
    for one, other, said in (
        ("{object}", beside.said, f"every {key} is in {beside.other}"),
        (beside.said, "{object}", f"every {key} of {beside.other} is here"),
    ):
        query = f"SELECT COUNT(*) FROM {one} AS a WHERE NOT EXISTS (SELECT 1 FROM {other} AS b WHERE {same})"
        yield _draft(beside, "matching keys", said, query, about=f", {'only' if one == '{object}' else 'all'}")
    rest = [identifier(name) for name, _ in beside.shared if name not in beside.key]
    if rest:
        differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in rest)
        query = f"SELECT COUNT(*) FROM {{object}} AS a JOIN {beside.said} AS b ON {same} WHERE {differs}"
        yield _draft(beside, "matching rows", f"rows of one {key} are equal in {beside.other}", query)


def relationship(beside: Beside, column: str) -> Suggestion | None:
    """A foreign key from a column to the other's of the same name, by which rules may name that table; None where a value is not there."""
    name, other = identifier(column), beside.said
    query = f"SELECT COUNT(*) FROM {{object}} WHERE {name} NOT IN (SELECT {name} FROM {other} WHERE {name} IS NOT NULL)"
    if beside.number(query):
        return None
    type_ = dict(beside.columns)[column]
    facts, to = ColumnFacts(column, type_, family_of(type_)), f"{beside.other}.{column}"
    said = f"{column} is in {beside.other}"
    draft = Draft(
        "relationship", facts, said, "consistency", {"relationships": {"to": to}}, (), never, about=to, says=said
    )
    found = never(draft, [(0,)], Budget(0.0, 1, (1,)))
    return found if isinstance(found, Suggestion) else None

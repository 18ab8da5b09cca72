"""The queries that tell one table's rows from another's: by key in one full outer join, or as bags in one grouping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weft.engine.seam import Columns
from weft.engine.text import literal
from weft.names import identifier

BEFORE, AFTER = "rows_before", "rows_after"
"""The names under which the two tables are offered."""
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """What both tables have: the key's columns, and the others with both types. `most` examples of each kind are looked for."""

    key: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, str], ...]
    most: int = 3

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(identifier(name) for name, _ in self.key)


def compared(before: Columns, after: Columns, key: Sequence[str], most: int) -> Compared:
    types = dict(after)
    both = tuple((name, type_, types[name]) for name, type_ in before if name in types and name not in key)
    return Compared(tuple((name, types[name]) for name in key), both, most)


def by_key(of: Compared) -> str:
    """One row: counts of rows added, removed, changed; then of changes by column; then the first keys of each kind, as texts.

    NULLs of a key are equal. A marker says which side a row is of, for a key may be NULL.
    """
    differs = [_differs(column) for column in of.columns]
    kinds = ", ".join(f"count(*) FILTER (kind = {kind}) AS n{kind}" for kind in range(3))
    counts = "".join(f", count(*) FILTER (kind = 2 AND c{place}) AS changed{place}" for place in range(len(differs)))
    keys = ", ".join(f"k{place} := coalesce(a.{k}, b.{k})" for place, k in enumerate(of.names))
    flags = "".join(f", {differ} AS c{place}" for place, differ in enumerate(differs))
    on = " AND ".join(f"a.{k} IS NOT DISTINCT FROM b.{k}" for k in of.names)
    return f"""
        SELECT {kinds}{counts}{"".join(f", {_first_keys(of, kind)}" for kind in range(3))} FROM (
            SELECT struct_pack({keys}) AS k, CASE WHEN a.present IS NULL THEN 0 WHEN b.present IS NULL THEN 1 ELSE 2 END AS kind{flags}
            FROM (SELECT true AS present, * FROM {BEFORE}) a FULL OUTER JOIN (SELECT true AS present, * FROM {AFTER}) b ON {on}
            WHERE {" OR ".join(["a.present IS NULL", "b.present IS NULL", *differs])})"""


def _first_keys(of: Compared, kind: int) -> str:
    texts = ", ".join(f"CAST(s.k{place} AS VARCHAR)" for place in range(len(of.key)))
    return f"list_transform(min(k, {of.most}) FILTER (kind = {kind}), lambda s: [{texts}]) AS first{kind}"


def _differs(column: tuple[str, str, str]) -> str:
    """Of different kinds, values are compared as texts."""
    a, b = (_alike(column, f"{side}.") for side in "ab")
    return f"{a} IS DISTINCT FROM {b}"


def _alike(column: tuple[str, str, str], side: str = "") -> str:
    name, before, after = column
    value = f"{side}{identifier(name)}"
    if before == after or (before.startswith(NUMBERS) and after.startswith(NUMBERS)):
        return value
    return f"CAST({value} AS VARCHAR)"


def rows_with(of: Compared, side: str, keys: Sequence[Sequence[str | None]]) -> str:
    """The whole rows of one side that have these keys, in the order of keys."""
    any_of = " OR ".join(f"({' AND '.join(map(_is, of.key, key))})" for key in keys)
    return f"SELECT * FROM {side} WHERE {any_of} ORDER BY {', '.join(of.names)}"


def _is(column: tuple[str, str], text: str | None) -> str:
    name, type_ = column
    return f"{identifier(name)} IS NULL" if text is None else f"{identifier(name)} = CAST({literal(text)} AS {type_})"


def as_bags(of: Compared) -> str:
    """One row: rows that are only after, and rows that are only before, equal rows counted as often as they are there."""
    return f"SELECT coalesce(sum(n) FILTER (n > 0), 0)::BIGINT AS added, coalesce(-sum(n) FILTER (n < 0), 0)::BIGINT AS removed FROM ({_bags(of)})"


def first_of_bags(of: Compared, sign: str) -> str:
    """The first rows that are more on one side; `sign` is > for after, < for before."""
    names = ", ".join(identifier(name) for name, _, _ in of.columns)
    return f"SELECT {names} FROM ({_bags(of)}) WHERE n {sign} 0 ORDER BY ALL LIMIT {of.most}"


def _bags(of: Compared) -> str:
    names = ", ".join(identifier(name) for name, _, _ in of.columns)
    values = ", ".join(f"{_alike(column)} AS {identifier(column[0])}" for column in of.columns)
    return f"""
        SELECT {names}, sum(side) AS n FROM (
            SELECT {values}, -1 AS side FROM {BEFORE} UNION ALL SELECT {values}, 1 AS side FROM {AFTER})
        GROUP BY {names} HAVING sum(side) <> 0"""

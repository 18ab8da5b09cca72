"""What tells rows apart, and what decides what: keys of one column and of two, and functional dependencies.

Pairs are ruled out row by row, at the first that speaks against them; only what is left is asked of DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from weft.profile.ground import Ground, Held
from weft.profile.values import Dependency, Key

CODED_ROWS = 10_000
MOST_COLUMNS = 60
MOST_KEYS, MOST_PAIRS, MOST_DEPENDENCIES = 6, 6, 60
LIKELY_TYPES = ("BIGINT", "INTEGER", "UBIGINT", "UINTEGER", "HUGEINT", "SMALLINT", "VARCHAR", "UUID")
LONGEST_KEY = 40.0
"""Mean length of a text that still looks like a key."""
NEARLY = 0.85
"""Share of distinct values by HyperLogLog above which it is worth counting them."""
EXCEPTIONS = 0.01
"""Share of rows that may break a dependency: a fault in the data is no reason not to see the rule."""
DOMINANT = 0.95
"""Share of the most frequent value above which nothing is learnt of a column."""


def unique_columns(ground: Ground) -> tuple[Key, ...]:
    """Columns whose values, none null, no two rows share: counted over all rows."""
    candidates = [c for c in ground.columns if c.is_shown and c.family != "boolean" and not ground.facts[c.at]["nulls"]]
    if ground.rows < 2:
        return ()
    if ground.is_sampled:
        _count_likely([c for c in candidates if ground.facts[c.at]["distinct"] > NEARLY * ground.rows], ground)
    found = [
        c
        for c in candidates
        if ground.facts[c.at]["is_distinct_exact"] and ground.facts[c.at]["distinct"] == ground.rows
    ]
    keys = [Key((c.name,), _is_likely(c, ground)) for c in found]
    return tuple(sorted(keys, key=lambda key: not key.is_likely))[:MOST_KEYS]


def _count_likely(columns: Sequence[Held], ground: Ground) -> None:
    """One after the other: each needs memory for all its values."""
    for column in columns[:MOST_KEYS]:
        ((distinct,),) = ground.looking.rows(f"SELECT count(DISTINCT {column.sql}) FROM {ground.t}")
        ground.facts[column.at].update(distinct=int(distinct), is_distinct_exact=True, distinct_error=0.0)


def _is_likely(column: Held, ground: Ground) -> bool:
    text = ground.facts[column.at].get("text")
    return column.type in LIKELY_TYPES and (text is None or text.mean_length <= LONGEST_KEY)


Codes = dict[Held, list[int]]


def coded(ground: Ground) -> Codes:
    """Values of a part of the sample, as numbers that are equal where they are. A null is a value."""
    columns = [c for c in ground.columns if c.is_shown and ground.facts[c.at]["distinct"] > 1][:MOST_COLUMNS]
    if not columns:
        return {}
    chosen = ", ".join(f"hash({c.sql})" for c in columns)
    rows = ground.looking.rows(f"SELECT {chosen} FROM {ground.s} LIMIT {CODED_ROWS}")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}


def unique_pairs(ground: Ground, codes: Codes) -> tuple[Key, ...]:
    """Two columns that together tell all rows apart where none does alone; of the sample where the table was sampled."""
    facts = ground.facts
    candidates = [
        c
        for c in codes
        if not facts[c.at]["nulls"] and c.type in (*LIKELY_TYPES, "DATE", "TIMESTAMP") and _is_short(c, ground)
    ]
    pairs = [
        (a, b)
        for a, b in combinations(candidates, 2)
        if facts[a.at]["distinct"] * facts[b.at]["distinct"] >= ground.rows and _differ(codes[a], codes[b])
    ][: MOST_PAIRS * 2]
    if not pairs or ground.rows < 2:
        return ()
    asked = ", ".join(f"count(DISTINCT ({a.sql}, {b.sql}))" for a, b in pairs)
    row = ground.looking.rows(f"SELECT {asked} FROM {ground.s}")[0]
    found = [Key((a.name, b.name)) for (a, b), distinct in zip(pairs, row, strict=True) if distinct == ground.sampled]
    return tuple(found[:MOST_PAIRS])


def _is_short(column: Held, ground: Ground) -> bool:
    text = ground.facts[column.at].get("text")
    return text is None or text.mean_length <= LONGEST_KEY


def _differ(first: Sequence[int], second: Sequence[int]) -> bool:
    seen: set[tuple[int, int]] = set()
    for pair in zip(first, second, strict=True):
        if pair in seen:
            return False
        seen.add(pair)
    return True


def dependencies(ground: Ground, codes: Codes) -> tuple[Dependency, ...]:
    """What decides what, but in a hundredth of the rows. Not of keys, which decide all, nor of what hardly varies."""
    facts = ground.facts
    varied = [c for c in codes if _varies(c, ground)]
    pairs = [
        (a, b)
        for a, b in permutations(varied, 2)
        if facts[a.at]["distinct"] <= ground.sampled / 2
        and facts[b.at]["distinct"] <= facts[a.at]["distinct"] * (1 + EXCEPTIONS) + 1
        and _decides(codes[a], codes[b])
    ]
    return tuple(_confirmed(pairs[:MOST_DEPENDENCIES], ground))


def _varies(column: Held, ground: Ground) -> bool:
    frequent = ground.facts[column.at].get("frequent", ())
    most = max(
        [ground.facts[column.at]["nulls"] * ground.sampled / max(ground.rows, 1), *(one.rows for one in frequent[:1])]
    )
    return bool(most < DOMINANT * ground.sampled)


def _decides(determinant: Sequence[int], dependent: Sequence[int]) -> bool:
    """Stops where more rows speak against it than a hundredth of all that are looked at."""
    known: dict[int, int] = {}
    left = len(determinant) * EXCEPTIONS
    for cause, effect in zip(determinant, dependent, strict=True):
        if known.setdefault(cause, effect) != effect:
            # The newer one is gone by: a fault that comes first is then counted twice, and not each time.
            known[cause] = effect
            left -= 1
            if left < 0:
                return False
    return len(known) < len(determinant) / 2


def _confirmed(pairs: Sequence[tuple[Held, Held]], ground: Ground) -> Iterator[Dependency]:
    if not pairs:
        return
    counted = " UNION ALL ".join(
        f"SELECT {at} AS p, sum(n) - sum(m) AS exceptions FROM (SELECT a, sum(k) AS n, max(k) AS m FROM "
        f"(SELECT {a.sql} AS a, {b.sql} AS b, count(*) AS k FROM {ground.s} WHERE {a.sql} IS NOT NULL GROUP BY a, b) GROUP BY a)"
        for at, (a, b) in enumerate(pairs)
    )
    for at, exceptions in sorted(ground.looking.rows(counted)):
        determinant, dependent = pairs[at]
        rows = ground.sampled - round(ground.facts[determinant.at]["nulls"] * ground.sampled / max(ground.rows, 1))
        if exceptions is not None and exceptions <= EXCEPTIONS * rows and _is_telling(exceptions, dependent, ground):
            yield Dependency(determinant.name, dependent.name, rows, int(exceptions))


def _is_telling(exceptions: int, dependent: Held, ground: Ground) -> bool:
    """Better than saying the most frequent value each time, twenty times."""
    frequent = ground.facts[dependent.at].get("frequent", ())
    others = ground.sampled - (frequent[0].rows if frequent else 0)
    return bool(exceptions * 20 <= others)

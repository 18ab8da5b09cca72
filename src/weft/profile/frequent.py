"""The most frequent values and patterns, and distinct values counted exactly where all rows were looked at."""

from __future__ import annotations

from weft.profile.ground import Ground, numbers
from weft.profile.values import Frequent

MOST = 20
PATTERN_LETTERS = 60
LETTERS = ((r"\p{Lu}", "A"), (r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]", "a"), (r"\p{Nd}", "9"))


def look_at_frequent(ground: Ground) -> None:
    ranked = f"SELECT col, v, n, row_number() OVER (PARTITION BY col ORDER BY n DESC, v) AS r FROM {ground.v}"
    for col, value, rows, _ in ground.looking.rows(f"FROM ({ranked}) WHERE r <= {MOST} ORDER BY col, r"):
        facts = ground.facts[col]
        facts["frequent"] = (*facts.get("frequent", ()), Frequent(ground.columns[col].value(value), rows))


def count_distinct(ground: Ground) -> None:
    """Exactly: where all rows were looked at, of them; else of all rows, for the columns of few values."""
    if not ground.is_sampled:
        found = dict(ground.looking.rows(f"SELECT col, count(*) FROM {ground.v} GROUP BY col"))
    else:
        few = [c for c in ground.columns if c.is_shown and ground.facts[c.at]["distinct"] <= FEW_DISTINCT]
        counts = ground.looking.rows(
            f"SELECT {', '.join(f'count(DISTINCT {c.sql})' for c in few) or 1} FROM {ground.t}"
        )[0]
        found = {c.at: count for c, count in zip(few, counts, strict=False)}
    for col, distinct in found.items():
        ground.facts[col].update(distinct=int(distinct), is_distinct_exact=True, distinct_error=0.0)


FEW_DISTINCT = 5_000


def look_at_patterns(ground: Ground) -> None:
    columns = numbers(ground.of("text"))
    values = f"FROM {ground.v} WHERE col IN ({columns}) AND trim(v) <> ''"
    shown = f"left(v, {PATTERN_LETTERS})"
    for letters, sign in LETTERS:
        shown = f"regexp_replace({shown}, '{letters}', '{sign}', 'g')"
    counted = f"SELECT col, {shown} AS p, sum(n) AS rows FROM ({values}) GROUP BY col, p"
    ranked = f"SELECT *, row_number() OVER (PARTITION BY col ORDER BY rows DESC, p) AS r FROM ({counted})"
    for col, pattern, rows, _ in ground.looking.rows(f"FROM ({ranked}) WHERE r <= {MOST} ORDER BY col, r"):
        facts = ground.facts[col]
        facts["patterns"] = (*facts.get("patterns", ()), Frequent(pattern, int(rows)))

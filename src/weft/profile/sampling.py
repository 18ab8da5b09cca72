"""The rows that are looked at closely: all of them, or those whose number, hashed with a seed, falls low."""

from __future__ import annotations

from dataclasses import replace

from weft.profile.ground import Ground, Held

SAMPLE_ROWS = 200_000
MOST_CELLS = 4_000_000
"""Rows times columns of a sample: of very wide tables fewer rows are taken."""
FEWEST_ROWS = 2_000
HASHES = 1 << 64
LONGEST_COUNTED = 4_000
"""Letters of a value by which it is told from others within the sample."""
CHUNK = 50
ORDER = "n + (hash(v) >> 32) / 4294967296.0"
"""What orders values: in how many rows they are, and where that is equal, nothing but what they are themselves."""


def sample_rows(rows: int, columns: int) -> int:
    """How many rows a sample has at most."""
    return min(rows, max(FEWEST_ROWS, min(SAMPLE_ROWS, MOST_CELLS // max(columns, 1))))


def sampled(ground: Ground) -> Ground:
    """Makes `s` and `v`. Which rows are taken hangs on their numbers and the seed alone, however many threads take them."""
    wanted = sample_rows(ground.rows, len(ground.columns))
    chosen = ", ".join(column.sql for column in ground.columns if column.is_shown)
    where = ""
    if wanted < ground.rows:
        where = f" WHERE hash(nth, {ground.seed}) < {int(HASHES * (wanted / ground.rows))}::UBIGINT"
    ground.looking.make(
        ground.s, f"TABLE {ground.s} AS SELECT {', '.join(filter(None, (chosen, 'nth')))} FROM {ground.t}{where}"
    )
    ((taken,),) = ground.looking.rows(f"SELECT count(*) FROM {ground.s}")
    _make_values(ground)
    return replace(ground, sampled=int(taken))


def _make_values(ground: Ground) -> None:
    looking, shown = ground.looking, [column for column in ground.columns if column.is_shown]
    looking.make(ground.v, f"TABLE {ground.v} (col SMALLINT, v VARCHAR, n BIGINT, k DOUBLE)")
    for start in range(0, len(shown), CHUNK):
        parts = " UNION ALL ".join(_distinct(column, ground.s) for column in shown[start : start + CHUNK])
        looking.rows(f"INSERT INTO {ground.v} SELECT col, v, n, {ORDER} FROM ({parts})")


def _distinct(column: Held, s: str) -> str:
    value = f"CAST({column.sql} AS VARCHAR)"
    value = f"left({value}, {LONGEST_COUNTED})" if column.family == "text" else value
    return f"SELECT {column.at} AS col, {value} AS v, count(*) AS n FROM {s} WHERE {column.sql} IS NOT NULL GROUP BY {column.sql}"

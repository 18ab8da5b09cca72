"""What the comparisons weigh: learnt by Splink from pairs at random and from pairs in blocks, kept in the weights table, read back from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from weft.core_data.comparing import levels_of, said_by
from weft.core_data.expecting import Model, Pattern, Shares, expected, matches, maximised
from weft.core_data.pairing import key_of
from weft.core_data.weighing import Weights, linker_of, quietly, total_pairs, weighed
from weft.product.core_data import Block, CoreData

if TYPE_CHECKING:
    import duckdb

PSEUDO_PAIRS = 20.0
"""Pairs that what is taken beforehand stands for: with few records it holds, with many what was seen."""
LEAST_U, LEAST_LEFT = 1e-8, 0.001
ROUNDS = 3
PATTERN_SHARE = 4
"""Of the pairs that are drawn at random, one in so many is looked at in blocks."""
LEAST_PRIOR = 1e-12
PRIOR_PAIRS = 1.0
"""Matches that are taken to be there before any is seen."""
RECORDS = "(learnt)"
PRIOR = "(prior)"
SURVIVORSHIP = "(survivorship)"


@dataclass(frozen=True, slots=True)
class Learnt:
    """`prior` is the probability that two records at random are one; `records` is of how many it was learnt, under which `declared`."""

    weights: Weights
    prior: float
    records: int
    declared: str

    @property
    def prior_weight(self) -> float:
        return math.log2(self.prior / (1 - self.prior))


def declared_of(core: CoreData) -> str:
    """A digest of everything that says which pairs there are and what they weigh; who survives and what stewards say is no part of it."""
    said = (
        [(one.name, one.standard) for one in core.fields],
        [(one.name, one.key, sorted(one.fields.items()), one.is_unique) for one in core.sources],
        [(one.name, one.verdict, one.fields) for one in core.rules],
        [
            (one.name, one.measure, one.fields, one.alternatives, one.exchanged_with, one.by_frequency)
            for one in core.comparisons
        ],
        [_parts(block) for block in core.blocking],
        (core.thresholds.same, core.thresholds.review),
        (core.training.pairs, core.training.seed, [_parts(block) for block in core.training.blocks]),
        [[(level.words, level.condition) for level in levels_of(one)] for one in core.comparisons],
    )
    return sha256(repr(said).encode()).hexdigest()[:16]


def survivorship_of(core: CoreData) -> str:
    """A digest of everything that says who survives."""
    one = core.survivorship
    said = (
        one.sources,
        one.by,
        sorted(one.fields.items()),
        one.together,
        [(field.name, field.standard) for field in core.fields],
    )
    return sha256(repr(said).encode()).hexdigest()[:16]


def _parts(block: Block) -> list[tuple[str, int, int]]:
    return [(part.field, part.first, part.last) for part in block]


def learn(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Learnt:
    """Weights from the records and pairs that are there; where nothing can be seen, what is taken beforehand."""
    records = connection.execute("SELECT count(*) FROM record").fetchall()[0][0]
    if not core.comparisons or records < 2:
        return Learnt(_beforehand(core), 0.0001, records, declared_of(core))
    with quietly():
        seen = _at_random(connection, core)
        patterns = _make_patterns(connection, core)
        ms, us, share = _of_pairs(patterns, core, seen, total_pairs(connection))
        weights = {
            one.name: {
                level.words: (_rounded(m), _rounded(u))
                for level, m, u in zip(levels_of(one), ms[at], us[at], strict=True)
            }
            for at, one in enumerate(core.comparisons)
        }
        prior = _prior(connection, core, weights, share)
    return Learnt(weights, prior, records, declared_of(core))


def _beforehand(core: CoreData) -> Weights:
    return {one.name: {level.words: (level.m, level.u) for level in levels_of(one)} for one in core.comparisons}


def _at_random(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Shares:
    """How often two records at random fall into each level: what Splink counts, and a little of what is taken beforehand."""
    linker = linker_of(connection, core, {})
    linker.training.estimate_u_using_random_sampling(max_pairs=core.training.pairs, seed=core.training.seed)
    told: list[dict[str, Any]] = linker.misc.save_model_to_json()["comparisons"]
    taken = _taken(total_pairs(connection), core)
    found = []
    for comparison, one in zip(core.comparisons, told, strict=True):
        seen = [
            level.get("u_probability") or 0.0 for level in one["comparison_levels"] if not level.get("is_null_level")
        ]
        mixed = [u + LEAST_U + taken * level.u for u, level in zip(seen, levels_of(comparison), strict=True)]
        found.append([u / sum(mixed) for u in mixed])
    return found


def _taken(total: float, core: CoreData) -> float:
    """What is taken beforehand of pairs at random, beside what is seen of them: of twenty records much, of a million next to nothing."""
    return PSEUDO_PAIRS / max(min(total, core.training.pairs), 1.0)


def _of_pairs(patterns: Patterns, core: CoreData, seen: Shares, total: float) -> tuple[Shares, Shares, float]:
    """m and u of each level. m is of the pairs of every training block: a block tells of what it does not ask for itself.

    Pairs at random are for the most part of two, and some are of one: what those bring is taken out of u.
    """
    beforehand = [[level.m for level in levels_of(one)] for one in core.comparisons]
    taken = _taken(total, core)
    us: Shares = seen
    ms: Shares = beforehand
    share = 0.0
    for _ in range(ROUNDS):
        model = Model(beforehand, us, PSEUDO_PAIRS)
        counts = [[0.0] * len(one) for one in us]
        for block in patterns.blocks:
            counts = [
                [a + b for a, b in zip(one, other, strict=True)]
                for one, other in zip(counts, expected(block, model), strict=True)
            ]
        ms = maximised(counts, model)
        share = patterns.stands_for * matches(patterns.every, ms, us, total / patterns.stands_for) / max(total, 1.0)
        us = without(seen, ms, (min(share, 0.5), taken), core)
    return ms, us, share


def without(seen: Shares, ms: Shares, shares: tuple[float, float], core: CoreData) -> Shares:
    """u of each level: what was seen at random, without the share of pairs that are of one, and no less than what is taken beforehand."""
    share, taken = shares
    found = []
    for comparison, us, of in zip(core.comparisons, seen, ms, strict=True):
        levels = levels_of(comparison)
        left = [
            max(u - share * m, LEAST_U + taken * level.u, u * LEAST_LEFT)
            for u, m, level in zip(us, of, levels, strict=True)
        ]
        found.append([u / sum(left) for u in left])
    return found


@dataclass(frozen=True, slots=True)
class Patterns:
    """Counted patterns of levels: of all pairs that were looked at, and of each training block; a pair stands for so many."""

    every: list[Pattern]
    blocks: list[list[Pattern]]
    stands_for: float


def _make_patterns(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Patterns:
    blocks = core.training.blocks or core.blocking
    there = connection.execute("SELECT count(*) FROM pair WHERE ruled IS NULL").fetchall()[0][0]
    of = max(1, math.ceil(there / (core.training.pairs / PATTERN_SHARE)))
    linker = linker_of(connection, core, _beforehand(core), is_told=True)
    weighed(
        connection, linker, f"SELECT l, r FROM pair WHERE ruled IS NULL AND hash(l, r) % {of} = 0", None
    ).create_view("told")
    levels = ", ".join(f"gamma_c{at}" for at, _ in enumerate(core.comparisons))
    met = ", ".join(
        f"coalesce({key_of(block, 'a')} = {key_of(block, 'b')}, false) AS b{at}" for at, block in enumerate(blocks)
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE pattern AS SELECT {met}, {levels}, count(*) AS pairs FROM told "
        "JOIN record AS a ON a.rid = rid_l JOIN record AS b ON b.rid = rid_r GROUP BY ALL ORDER BY ALL"
    )
    connection.execute("DROP VIEW told")
    every = _patterns(connection, core, frozenset(), "true")
    found = [
        _patterns(connection, core, frozenset(part.field for part in block), f"b{at}")
        for at, block in enumerate(blocks)
    ]
    return Patterns(every, found, float(of))


def _patterns(connection: duckdb.DuckDBPyConnection, core: CoreData, asked: frozenset[str], met: str) -> list[Pattern]:
    """The patterns of what met so; what was asked for itself says nothing there."""
    levels = [
        "NULL"
        if asked.intersection(said_by(one))
        else f"CASE WHEN gamma_c{place} >= 0 THEN {len(levels_of(one)) - 1} - gamma_c{place} END"
        for place, one in enumerate(core.comparisons)
    ]
    rows = connection.execute(
        f"SELECT {', '.join(levels)}, CAST(sum(pairs) AS BIGINT) AS pairs FROM pattern WHERE {met} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Pattern(row[:-1], row[-1]) for row in rows]


def _rounded(value: float) -> float:
    """To nine digits: sums in whatever order give the same."""
    return float(f"{value:.9g}")


def _prior(connection: duckdb.DuckDBPyConnection, core: CoreData, weights: Weights, share: float) -> float:
    """The share of all pairs that the weights themselves hold to be one, rare values counted: repeated until it says what it was told."""
    total = total_pairs(connection)
    found, stands_for = _histogram(connection, core, weights, min(max(share, LEAST_PRIOR), 0.5))
    here = max(PRIOR_PAIRS, share * total)
    for _ in range(100):
        bits = _bits(here / max(total, 1.0))
        expected = PRIOR_PAIRS + stands_for * sum(count / (1 + 2.0 ** -(weight + bits)) for weight, count in found)
        if abs(expected - here) < 1e-6 * here:
            break
        here = expected
    return _rounded(min(max(here / max(total, 1.0), LEAST_PRIOR), 0.5))


def _bits(probability: float) -> float:
    held = min(max(probability, LEAST_PRIOR), 0.5)
    return math.log2(held / (1 - held))


def _histogram(
    connection: duckdb.DuckDBPyConnection, core: CoreData, weights: Weights, share: float
) -> tuple[list[tuple[float, int]], float]:
    """How many pairs weigh how much (in tenths of a bit, without the prior), and how many pairs each of them stands for."""
    there = connection.execute("SELECT count(*) FROM pair WHERE ruled IS NULL").fetchall()[0][0]
    of = max(1, math.ceil(there / core.training.pairs))
    chosen = f"SELECT l, r FROM pair WHERE ruled IS NULL AND hash(l, r) % {of} = 0"
    predicted = weighed(connection, linker_of(connection, core, weights, share), chosen, None)
    rows = (
        predicted.aggregate("round(match_weight, 1) AS weight, count(*) AS n", "round(match_weight, 1)")
        .order("weight")
        .fetchall()
    )
    bits = _bits(share)
    return [(float(weight) - bits, int(count)) for weight, count in rows], float(of)

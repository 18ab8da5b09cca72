"""What the comparisons weigh: learnt by Splink from pairs at random and from pairs in blocks, kept in the weights table, read back from it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from weft.core_data.comparing import Level, levels_of
from weft.core_data.weighing import Weights, linker_of, quietly, weighed
from weft.core_data.wording import part_of
from weft.product.core_data import Block, Comparison, CoreData

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

PSEUDO_PAIRS = 20.0
"""Pairs that what is taken beforehand stands for: with few records it holds, with many what was seen."""
LEAST_SHARE = 0.002
LEAST_U = 1e-7
PRIOR_PAIRS = 1.0
"""Matches that are taken to be there before any is seen."""
RECORDS = "(learnt)"
PRIOR = "(prior)"


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
        [(one.verdict, one.fields) for one in core.rules],
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


def _parts(block: Block) -> list[tuple[str, int, int]]:
    return [(part.field, part.first, part.last) for part in block]


def learn(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Learnt:
    """Weights from the records and pairs that are there; where nothing can be seen, what is taken beforehand."""
    records = connection.execute("SELECT count(*) FROM record").fetchall()[0][0]
    if not core.comparisons or records < 2:
        return Learnt(_beforehand(core), 0.0001, records, declared_of(core))
    with quietly():
        linker = linker_of(connection, core, {})
        linker.training.estimate_u_using_random_sampling(max_pairs=core.training.pairs, seed=core.training.seed)
        seen = sum(_train(connection, core, linker, block) for block in core.training.blocks or core.blocking)
        weights = {one.name: _smoothed(one, _trained(linker, at), seen) for at, one in enumerate(core.comparisons)}
        prior = _prior(connection, core, weights, records)
    return Learnt(weights, prior, records, declared_of(core))


def _beforehand(core: CoreData) -> Weights:
    return {one.name: {level.words: (level.m, level.u) for level in levels_of(one)} for one in core.comparisons}


def _train(connection: duckdb.DuckDBPyConnection, core: CoreData, linker: Linker, block: Block) -> int:
    """Estimates within one block what it does not say itself; how many pairs it has. A block without pairs teaches nothing."""
    from splink.internals.exceptions import SplinkException

    keys = [part_of(part) for part in block]
    condition = " AND ".join(f"{part_of(part, 'l')} = {part_of(part, 'r')}" for part in block)
    pairs = connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*)::DOUBLE AS n FROM record "
        f"WHERE {' AND '.join(f'{key} IS NOT NULL' for key in keys)} GROUP BY {', '.join(keys)})"
    ).fetchall()[0][0]
    if not pairs:
        return 0
    with suppress(SplinkException):
        linker.training.estimate_parameters_using_expectation_maximisation(
            condition, estimate_without_term_frequencies=True, max_pairs=core.training.pairs
        )
        return int(pairs)
    return 0


def _trained(linker: Linker, at: int) -> list[tuple[float | None, float | None]]:
    """m and u of a comparison's levels, None where they were not seen."""
    levels: list[dict[str, Any]] = linker.misc.save_model_to_json()["comparisons"][at]["comparison_levels"]
    return [(one.get("m_probability"), one.get("u_probability")) for one in levels if not one.get("is_null_level")]


def _smoothed(
    comparison: Comparison, trained: list[tuple[float | None, float | None]], seen: int
) -> dict[str, tuple[float, float]]:
    """What was seen, mixed with what is taken beforehand: a level that was not seen is unlikely, and not impossible."""
    levels = levels_of(comparison)
    share = max(LEAST_SHARE, PSEUDO_PAIRS / (PSEUDO_PAIRS + seen))
    ms = _mixed([m for m, _ in trained], [one.m for one in levels], share)
    us = _mixed([u for _, u in trained], [one.u for one in levels], share if seen < PSEUDO_PAIRS else 1e-6)
    found = list(zip(ms, us, strict=True))
    if not _is_plausible(found):
        found = [(one.m, u) for one, (_, u) in zip(levels, found, strict=True)]
    return {one.words: (_rounded(m), _rounded(max(u, LEAST_U))) for one, (m, u) in zip(levels, found, strict=True)}


def _mixed(trained: list[float | None], beforehand: list[float], share: float) -> list[float]:
    if all(one is None for one in trained):
        return beforehand
    mixed = [(1 - share) * (one or 0.0) + share * before for one, before in zip(trained, beforehand, strict=True)]
    return [one / sum(mixed) for one in mixed]


def _is_plausible(found: list[tuple[float, float]]) -> bool:
    """Whether to be the same speaks for one, and to be something else against it: an estimate may have the two sides exchanged."""
    (first_m, first_u), (last_m, last_u) = found[0], found[-1]
    return first_m > first_u and last_m < last_u


def _rounded(value: float) -> float:
    """To nine digits: sums in whatever order give the same."""
    return float(f"{value:.9g}")


def _prior(connection: duckdb.DuckDBPyConnection, core: CoreData, weights: Weights, records: int) -> float:
    """The share of all pairs that the weights themselves hold to be one: repeated until it says what it was told."""
    total = _total_pairs(connection)
    found, share = _histogram(connection, core, weights)
    matches = max(PRIOR_PAIRS, records * 0.1)
    for _ in range(100):
        odds = matches / max(total - matches, 1.0)
        expected = PRIOR_PAIRS + share * sum(
            count / (1 + 2.0 ** -(weight + math.log2(odds))) for weight, count in found
        )
        if abs(expected - matches) < 1e-6 * matches:
            break
        matches = expected
    return _rounded(min(max(matches / max(total, 1.0), 1e-12), 0.5))


def _total_pairs(connection: duckdb.DuckDBPyConnection) -> float:
    found = connection.execute(
        "SELECT sum(n) * (sum(n) - 1) / 2 - sum(CASE WHEN alone THEN n * (n - 1) / 2 ELSE 0 END) "
        "FROM (SELECT src, alone, count(*)::DOUBLE AS n FROM record GROUP BY ALL)"
    ).fetchall()
    return float(found[0][0] or 0.0)


def _histogram(
    connection: duckdb.DuckDBPyConnection, core: CoreData, weights: Weights
) -> tuple[list[tuple[float, int]], float]:
    """How many pairs weigh how much (in tenths of a bit, without the prior), and how many pairs each of them stands for."""
    there = connection.execute("SELECT count(*) FROM pair WHERE ruled IS NULL").fetchall()[0][0]
    of = max(1, math.ceil(there / core.training.pairs))
    half = linker_of(connection, core, weights, 0.5)
    chosen = f"SELECT l, r FROM pair WHERE ruled IS NULL AND hash(l, r) % {of} = 0"
    predicted = weighed(connection, half, chosen, None)
    rows = (
        predicted.aggregate("round(match_weight, 1) AS weight, count(*) AS n", "round(match_weight, 1)")
        .order("weight")
        .fetchall()
    )
    return [(float(weight), int(count)) for weight, count in rows], float(of)


def weight_of(level: Level, pair: tuple[float, float]) -> float:
    return math.log2(pair[0] / pair[1])

"""From records to clusters: pairs are found, weighed and joined; what was decided before, and has not changed, is taken as it was."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from weft.core_data.clustering import BY_DECISION, BY_RULE, BY_WEIGHT, Apart, Clusters, Tie
from weft.core_data.deciding import Decided
from weft.core_data.learning import Learnt, learn
from weft.core_data.pairing import find_pairs
from weft.core_data.past import make_fresh
from weft.core_data.weighing import linker_of, quietly, weighed
from weft.core_data.wording import value_of
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRule

if TYPE_CHECKING:
    import duckdb


AT_ONCE = 100_000
"""Rows that are handed to Python at a time."""


@dataclass(frozen=True, slots=True)
class Matched:
    """`touched` are the records that were looked at, each with its cluster: the lowest record of it. All others are as they were."""

    learnt: Learnt
    clusters: Clusters
    touched: tuple[int, ...]
    was: dict[int, str] = field(default_factory=dict)
    pairs: int = 0


def match(connection: duckdb.DuckDBPyConnection, core: CoreData, decided: Decided, learnt: Learnt | None) -> Matched:
    """Finds clusters; makes `scored`: l, r, kind, rule, probability, weight, of every pair that may be one or asks for a steward.

    `learnt` None learns from all records.
    """
    while True:
        find_pairs(connection, core)
        learnt = learnt or learn(connection, core)
        _score(connection, core, learnt)
        _add_was(connection)
        ties, touched, was = _ties(connection, core, decided)
        clusters = Clusters(_apart(connection, core, decided, touched))
        clusters.join(ties)
        broken = [one.tie.left for one in clusters.refused if was.get(one.tie.left, "") == was.get(one.tie.right)]
        if not broken:
            pairs = connection.execute("SELECT count(*) FROM pair").fetchall()[0][0]
            return Matched(learnt, clusters, touched, was, pairs)
        make_fresh(connection, broken)


def _score(connection: duckdb.DuckDBPyConnection, core: CoreData, learnt: Learnt) -> None:
    same = ", ".join(str(at) for at, rule in enumerate(core.rules) if rule.verdict == "same") or "-1"
    connection.execute(
        f"CREATE OR REPLACE TABLE scored AS SELECT l, r, {BY_RULE} AS kind, ruled AS rule, 1.0::DOUBLE AS probability, NULL::DOUBLE AS weight "
        f"FROM pair WHERE ruled IN ({same})"
    )
    if not core.comparisons:
        return
    with quietly():
        linker = linker_of(connection, core, learnt.weights, learnt.prior)
        # Splink has no weight for certainty: from 1 on is from the last number before it on.
        least = min(core.thresholds.review, core.thresholds.same, math.nextafter(1.0, 0.0))
        found = weighed(connection, linker, "SELECT l, r FROM pair WHERE ruled IS NULL", least)
        found.select(f"rid_l, rid_r, {BY_WEIGHT}, 0, match_probability, match_weight").insert_into("scored")


def _add_was(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `was`: each record that is not fresh, with the id of the cluster that it was in."""
    connection.execute(
        "CREATE OR REPLACE TABLE was AS SELECT rid, core_id, decided_by, matched_with, probability, weight "
        "FROM past ANTI JOIN (SELECT rid FROM record WHERE fresh) AS anew USING (rid) WHERE rid IS NOT NULL"
    )


def _ties(
    connection: duckdb.DuckDBPyConnection, core: CoreData, decided: Decided
) -> tuple[list[Tie], tuple[int, ...], dict[int, str]]:
    """What may be joined, in order; the records of all clusters that it touches; and in which of the old clusters they were."""
    joinable = f"(kind <> {BY_WEIGHT} OR probability >= {core.thresholds.same})"
    connection.execute(
        "CREATE OR REPLACE TABLE touched AS WITH of AS (SELECT DISTINCT core_id FROM was JOIN (SELECT unnest([l, r]) AS rid FROM scored "
        f"WHERE {joinable}) USING (rid)) SELECT rid, NULL::VARCHAR AS was FROM record WHERE fresh UNION ALL SELECT rid, core_id FROM was SEMI JOIN of USING (core_id)"
    )
    touched = connection.execute("SELECT rid, was FROM touched ORDER BY rid").fetchall()
    ties = [Tie(BY_DECISION, 0, 0.0, left, right) for left, right in decided.same]
    ties += _read(
        connection,
        f"SELECT kind, rule, coalesce(-weight, 0.0), l, r, probability FROM scored WHERE {joinable} ORDER BY ALL",
    )
    ties += _before(connection, core.rules)
    apart = decided.different
    # By far the most of them come in order: to sort what is sorted costs little.
    chosen = [tie for tie, _ in groupby(sorted(ties)) if (tie.left, tie.right) not in apart]
    return chosen, tuple(rid for rid, _ in touched), {rid: was for rid, was in touched if was is not None}


def _read(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterable[Tie]:
    found = connection.execute(sql)
    return [Tie._make(row) for rows in iter(lambda: found.fetchmany(AT_ONCE), []) for row in rows]


def _before(connection: duckdb.DuckDBPyConnection, rules: tuple[CoreRule, ...]) -> Iterable[Tie]:
    """What tied the clusters that are touched, without their fresh records."""
    rule_at = {rule.name: at for at, rule in enumerate(rules)}
    rows = connection.execute(
        "SELECT w.decided_by, w.weight, least(w.rid, o.rid), greatest(w.rid, o.rid), w.probability FROM was AS w JOIN touched AS t USING (rid) "
        "JOIN record AS o ON w.matched_with = o.source || ':' || o.source_id WHERE t.was IS NOT NULL AND NOT o.fresh AND w.decided_by <> 'decision'"
    ).fetchall()
    return [
        Tie(BY_RULE, rule_at[by], 0.0, left, right, probability)
        if by in rule_at
        else Tie(BY_WEIGHT, 0, -weight, left, right, probability)
        for by, weight, left, right, probability in rows
    ]


def _apart(connection: duckdb.DuckDBPyConnection, core: CoreData, decided: Decided, touched: tuple[int, ...]) -> Apart:
    """What holds records apart, over those that are touched."""
    ends = connection.execute("SELECT src, max(rid) FROM record GROUP BY src ORDER BY src").fetchall()
    source_at = _Source([(last, at if core.sources[at].is_unique else -1) for at, last in ends])
    differ, said = _differing(connection, core.rules)
    return Apart(source_at, lambda at: core.sources[at].name, decided.apart, said, differ)


class _Source:
    """The unique source of a record; records are numbered source by source."""

    def __init__(self, ends: list[tuple[int, int]]) -> None:
        self.ends = ends

    def __call__(self, record: int) -> int:
        return next(at for last, at in self.ends if record <= last)


class _Differing:
    """Why a rule holds two records apart; rules are asked in their order, as of every pair."""

    def __init__(
        self, rules: tuple[CoreRule, ...], fields: list[str], values: dict[int, tuple[str | None, ...]]
    ) -> None:
        self.rules = [(rule, [fields.index(field) for field in rule.fields]) for rule in rules]
        self.values = values

    def __call__(self, left: int, right: int) -> str:
        ours, theirs = self.values[left], self.values[right]
        for rule, places in self.rules:
            if any(ours[at] is None or theirs[at] is None for at in places):
                continue
            is_equal = all(ours[at] == theirs[at] for at in places)
            if rule.verdict == "same" and is_equal:
                return ""
            if rule.verdict == "different" and not is_equal:
                return f"rule '{rule.name}' holds them apart"
        return ""


def _differing(
    connection: duckdb.DuckDBPyConnection, rules: tuple[CoreRule, ...]
) -> tuple[_Differing, Mapping[int, Hashable]]:
    if not any(rule.verdict == "different" for rule in rules):
        return _Differing((), [], {}), {}
    fields = sorted({field for rule in rules for field in rule.fields})
    columns = ", ".join(f"CAST({identifier(value_of(field))} AS VARCHAR)" for field in fields)
    spoken = " OR ".join(
        "(" + " AND ".join(f"{identifier(value_of(field))} IS NOT NULL" for field in rule.fields) + ")"
        for rule in rules
        if rule.verdict == "different"
    )
    rows = connection.execute(f"SELECT rid, {columns} FROM record JOIN touched USING (rid) WHERE {spoken}").fetchall()
    values = {row[0]: row[1:] for row in rows}
    return _Differing(rules, fields, values), values

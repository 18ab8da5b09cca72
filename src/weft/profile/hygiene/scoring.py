"""Scores: the share of data points that nothing untidy touches, weighed by how sure that is; by dimension, table, product and domain."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import get_args

from weft.profile.values import Dimension, Finding, Likelihood, Rollup, Score, TableProfile

WEIGHTS: dict[Likelihood, float] = {"definite": 1.0, "likely": 0.5, "possible": 0.1, "personal data": 0.0}
"""How much of a data point is lost where a finding touches it. Personal data is told, and is no fault of quality."""
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


def scores(table: TableProfile) -> tuple[Score, ...]:
    """Of all first, then by dimension. A data point is one row of one column; what several findings touch is lost once."""
    points = table.rows * len(table.columns)
    lost = {
        dimension: _lost(table, [one for one in table.findings if one.dimension == dimension])
        for dimension in DIMENSIONS
    }
    found = [Score("", _percent(points, whole := _lost(table, table.findings)), points, round(whole, 2))]
    return (
        *found,
        *(Score(name, _percent(points, affected), points, round(affected, 2)) for name, affected in lost.items()),
    )


def _lost(table: TableProfile, findings: Iterable[Finding]) -> float:
    """As if what different findings touch were spread by chance: shares that are left are multiplied."""
    left: dict[str, float] = defaultdict(lambda: 1.0)
    for one in findings:
        share = min(one.rows / table.rows, 1.0) * WEIGHTS[one.likelihood] if table.rows else 0.0
        for column in [one.column] if one.column else [column.name for column in table.columns]:
            left[column] *= 1.0 - share
    return sum((1.0 - share) * table.rows for share in left.values())


def _percent(points: int, lost: float) -> float:
    return round(100.0 * (1.0 - lost / points), 2) if points else 100.0


def rolled_up(name: str, tables: Iterable[TableProfile]) -> Rollup:
    """Of several tables, by data points: a large table counts for more."""
    points: Counter[str] = Counter()
    lost: dict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    number = 0
    for table in tables:
        number += 1
        counts.update(one.likelihood for one in table.findings)
        for score in table.scores:
            points[score.dimension] += score.points
            lost[score.dimension] += score.affected
    wanted: tuple[Dimension | str, ...] = ("", *DIMENSIONS)
    found = tuple(Score(one, _percent(points[one], lost[one]), points[one], round(lost[one], 2)) for one in wanted)  # type: ignore[arg-type]
    return Rollup(name, number, found, dict(counts))

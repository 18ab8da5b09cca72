"""Whom changes reach, as plain values for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weft.plan.impact.reached import Reach, Reached
from weft.plan.impact.words import summary


def as_objects(reaches: Iterable[Reach]) -> list[dict[str, Any]]:
    """One object for each change of each line that may concern somebody, and for each line that goes."""
    return [
        {
            "line": reach.line,
            "kind": reach.change.kind if reach.change else "line gone",
            "column": reach.change.column if reach.change else "",
            "path": reach.change.path if reach.change else "",
            "summary": summary(reach.consumers),
            "consumers": [_consumer(one) for one in reach.consumers],
        }
        for reach in reaches
    ]


def _consumer(one: Reached) -> dict[str, Any]:
    return {
        "consumer": one.consumer,
        "of": one.kind,
        "verdict": one.verdict,
        "because": one.because,
        "columns": [str(cell) for cell in one.columns],
        "path": [str(cell) for cell in one.path],
        "query": {"file": one.query.file, "line": one.query.line} if one.query.file else None,
        "distance": one.distance,
        "waits": one.waits,
        "loses_promise": one.loses_promise,
        "may_lose_sight": one.may_lose_sight,
        "misses": one.misses,
    }

"""How confidential a column is: who loses sight of it."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change, Known, judged
from weft.plan.changes.pairs import ColumnPair, Pair
from weft.plan.changes.spots import of_column


def classifications(pair: Pair) -> Iterator[Change]:
    for columns in pair.columns:
        if columns.old.classification.lower() != columns.new.classification.lower():
            yield _change(columns, pair.known)


def _change(columns: ColumnPair, known: Known) -> Change:
    table, name = columns.table, columns.old.name
    old, new = columns.old.classification, columns.new.classification
    at = of_column(table, name, "classification")
    was, now = _rank(old, known), _rank(new, known)
    moved = f"'{name}' was {old or 'not classified'} and is {new or 'not classified'}"
    if was is not None and now is not None and now <= was:
        return Change("classification lowered", at, "minor", f"{moved}: nobody loses sight of it", old, new)
    reason = f"{moved}: readers who are not cleared for that see it no longer"
    change = Change("classification raised", at, "conditional", reason, old, new, settles="sight")
    if not known.clearance or now is None:
        return change
    return judged(change, (who for who in known.readers_of(table, name) if not _sees(who, now, known)))


def _rank(level: str, known: Known) -> float | None:
    """None where the mesh's order of classifications does not have it; numbers are in the order of numbers."""
    if not level:
        return 0.0
    lower = [one.lower() for one in known.levels]
    if level.lower() in lower:
        return float(lower.index(level.lower()))
    return float(level) if level.isdigit() else None


def _sees(consumer: str, level: float, known: Known) -> bool:
    cleared = known.clearance.get(consumer)
    rank = None if cleared is None else _rank(cleared, known)
    return rank is not None and rank >= level

"""Whether a column may be empty; the columns of a primary key never are."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_column
from weft.product.contract import Column


def nullability(pair: Pair) -> Iterator[Change]:
    for table, old, new in pair.columns:
        at = of_column(table, old.name, "required")
        was, now = _never_null(old), _never_null(new)
        if was and not now:
            reason = f"'{old.name}' always had a value; a reader may now meet NULL, and joins and comparisons lose those rows"
            yield Change("made optional", at, "breaking", reason, was, now)
        elif now and not was:
            yield Change("made required", at, "minor", f"'{old.name}' now always has a value", was, now)


def _never_null(column: Column) -> bool:
    return column.required or column.key_position > 0

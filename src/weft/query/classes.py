"""`mesh.classifications`: what holds of each column, said by its contract or inherited of what it is computed from, and what masks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weft.access.classifications import Classifications
from weft.access.inheriting import Inherited, inherited
from weft.access.obscuring import Classified
from weft.names import LineName, label_of, leaf_of, product_of
from weft.product.candidate import NOTHING, Candidate
from weft.query.classified import classified, rules_in_force, web
from weft.query.library import Ground
from weft.query.origins import OUTSIDE
from weft.registry.facts import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa


MOST_KEPT = 4
_kept: dict[tuple[str, str], tuple[Classified, pa.Table]] = {}
"""What was made of which classifications: a server asks the same of the same."""


def classifications_table(ground: Ground, candidate: Candidate = NOTHING) -> pa.Table:
    """Of a mesh that classifies nothing, nothing is computed. Raises: Faults, RegistryFault."""
    rules = rules_in_force(ground)
    if not candidate and not rules.is_empty:
        return _standing(ground)
    rows = [] if rules.is_empty else _rows(inherited(web(ground, datetime.now(UTC).date(), candidate), rules), rules)
    return RELATIONS["classifications"].of(rows)


def _standing(ground: Ground) -> pa.Table:
    """As it is recorded."""
    classes = classified(ground)
    key = ground.settings.registry, ground.environment
    kept = _kept.get(key)
    if kept is None or kept[0] is not classes:
        made = RELATIONS["classifications"].of(list(_rows(classes.inherited, classes.rules)))
        kept = _kept[key] = (classes, made)
        while len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
    return kept[1]


def _rows(found: Inherited, rules: Classifications) -> Iterator[tuple[Any, ...]]:
    """The strictest of a column first."""
    for table in sorted(found.marks):
        if table.startswith(OUTSIDE):
            continue
        line = LineName(table)
        of = (product_of(line), leaf_of(line), label_of(line), table)
        for column, marks in sorted(found.marks[table].items()):
            for name in rules.in_order(marks):
                mask, above = rules.level(name).mask, marks[name]
                yield (
                    *of,
                    column,
                    name,
                    str(mask) if mask else "",
                    above is not None,
                    ".".join(above) if above else None,
                )

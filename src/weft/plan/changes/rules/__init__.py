"""What is compared, one rule a file, in the order in which differences are told: data first, papers last."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.rules.classification import classifications
from weft.plan.changes.rules.columns import columns
from weft.plan.changes.rules.enums import enums
from weft.plan.changes.rules.identity import identity
from weft.plan.changes.rules.keys import keys
from weft.plan.changes.rules.limits import limits
from weft.plan.changes.rules.notes import notes
from weft.plan.changes.rules.nullability import nullability
from weft.plan.changes.rules.quality import quality
from weft.plan.changes.rules.references import references
from weft.plan.changes.rules.roles import roles
from weft.plan.changes.rules.row_meaning import row_meaning
from weft.plan.changes.rules.service_levels import service_levels
from weft.plan.changes.rules.status import status
from weft.plan.changes.rules.tables import tables
from weft.plan.changes.rules.terms import terms
from weft.plan.changes.rules.types import types

Rule = Callable[[Pair], Iterator[Change]]

RULES: tuple[Rule, ...] = (
    identity,
    tables,
    columns,
    types,
    nullability,
    keys,
    enums,
    limits,
    row_meaning,
    references,
    quality,
    service_levels,
    classifications,
    roles,
    terms,
    status,
    notes,
)

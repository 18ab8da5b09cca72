"""Foreign keys between tables that are looked at together: a column whose values are found in another's key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weft.profile.ground import Ground, Held
from weft.profile.meanings import words_of
from weft.profile.values import ForeignKey, Key

NAMED, ALONE = 0.8, 0.98
"""Share of a column's values that must be found, where the two are called alike and where they are not."""
CALLED_A_KEY = re.compile(r"(.*_)?(id|key|code|no|nr|num|number|npi|uuid|guid|ref)")
FEWEST = 5
FEWEST_ALONE = 20
"""Distinct values that say something; those of a column that is called otherwise, and texts only: small numbers are in every key."""


Others = Sequence[tuple[Ground, str, tuple[Key, ...]]]
"""Tables that are looked at together, each with its name and keys."""


def foreign_keys(ground: Ground, others: Others) -> tuple[ForeignKey, ...]:
    found = [one for other, name, keys in others if other is not ground for one in _into(ground, (other, name, keys))]
    return tuple(sorted(found, key=lambda one: (one.column, -one.share, one.table)))


def _into(ground: Ground, into: tuple[Ground, str, tuple[Key, ...]]) -> Iterator[ForeignKey]:
    other, name, keys = into
    for key in _referred_to(keys):
        target = next(column for column in other.columns if column.name == key.columns[0])
        for column in ground.columns:
            wanted = _wanted(column, target, ground)
            if wanted is None:
                continue
            found, distinct = _found(ground, column, other, target)
            if distinct and found / distinct >= wanted:
                yield ForeignKey(column.name, name, target.name, round(found / distinct, 4), distinct - found)


def _referred_to(keys: tuple[Key, ...]) -> Iterator[Key]:
    """The first likely key of one column, and those that are called so: what else is unique may be by chance."""
    likely = [key for key in keys if len(key.columns) == 1 and key.is_likely]
    return (key for at, key in enumerate(likely) if not at or CALLED_A_KEY.fullmatch(words_of(key.columns[0])))


def _wanted(column: Held, target: Held, ground: Ground) -> float | None:
    """The share that must be found; None where it is not worth looking."""
    distinct = ground.facts[column.at]["distinct"]
    if column.family != target.family or distinct < FEWEST or column.family not in ("number", "text", "other"):
        return None
    if words_of(column.name) == words_of(target.name) or words_of(column.name).endswith("_" + words_of(target.name)):
        return NAMED
    return ALONE if column.family == "text" and distinct >= FEWEST_ALONE else None


def _found(ground: Ground, column: Held, other: Ground, target: Held) -> tuple[int, int]:
    keys = f"SELECT v FROM {other.v} WHERE col = {target.at}"
    if other.is_sampled:
        keys = f"SELECT CAST({target.sql} AS VARCHAR) FROM {other.t}"
    query = f"SELECT count(*) FILTER (v IN ({keys})), count(*) FROM {ground.v} WHERE col = {column.at}"
    found, distinct = ground.looking.rows(query)[0]
    return int(found), int(distinct)

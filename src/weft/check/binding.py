"""A transform that DuckDB's binder refuses over empty tables of what it reads: an unknown column, types that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault


def a_transform_does_not_bind(ground: Ground) -> Iterator[Fault]:
    yield from (bound.fault for bound in ground.bound.values() if bound.fault)

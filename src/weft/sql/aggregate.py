"""One number of all rows of one table, as an expression that may stand beside others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`number` is what is computed of all rows; `columns` are what it says, in lower case."""

    number: str
    columns: frozenset[str]

"""One delivery of a table as plain lists, and what its columns are in the world: what a planter needs to know, and the rules never see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

FIRST_DAY = date(2026, 1, 5)
"""A Monday."""
DAYS = 7
Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class Batch:
    """Rows by column, and the moment they came."""

    rows: Rows
    at: datetime

    @property
    def size(self) -> int:
        return len(next(iter(self.rows.values())))

    def but(self, column: str, values: list[Any]) -> Batch:
        return replace(self, rows={**self.rows, column: values})

    def taken(self, places: list[int]) -> Batch:
        return replace(self, rows={name: [values[at] for at in places] for name, values in self.rows.items()})


@dataclass(frozen=True)
class Shape:
    """A table: `columns` are name to DuckDB type, `roles` name to what it is there for, `pairs` the columns that belong together.

    `make(random, number)` is the delivery of one week, of the same process for every seed.
    """

    name: str
    columns: Mapping[str, str]
    roles: Mapping[str, str]
    make: Callable[[Random, int], Batch]
    pairs: tuple[tuple[str, str], ...] = ()
    """Where the second says something of the first, so that mixing one of them up is a fault."""
    foreign: Mapping[str, tuple[str, tuple[Any, ...]]] | None = None
    """Column to the table and the keys that it refers to."""

    def with_role(self, *roles: str) -> list[str]:
        return [name for name, role in self.roles.items() if role in roles]

    def of_family(self, family: str) -> list[str]:
        return [name for name, type_ in self.columns.items() if family_of(type_) == family]


def family_of(type_: str) -> str:
    if type_ in ("BIGINT", "DOUBLE"):
        return "number"
    return "text" if type_ == "VARCHAR" else "date" if type_ == "DATE" else "timestamp"


def days_of(number: int) -> list[date]:
    return [FIRST_DAY + timedelta(days=DAYS * number + day) for day in range(DAYS)]


def delivered(number: int) -> datetime:
    """The morning after the week's last day."""
    return datetime.combine(days_of(number)[-1] + timedelta(days=1), datetime.min.time()).replace(hour=6)

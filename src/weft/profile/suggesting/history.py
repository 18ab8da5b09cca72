"""The past contents of a table, asked side by side: all of them in one query, since parsing costs more than the scan of a small table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from weft.engine.seam import Bench, Columns
from weft.names import identifier
from weft.sql import rule_query

AT_ONCE = 200
"""Numbers of one query."""
BATCH, TODAY = "batch of history", "today of history"
_TODAY = re.compile(r"\bCURRENT_DATE\b")


@dataclass(frozen=True, slots=True)
class Batch:
    """One content of the table: a name that the bench offers it under, and the moment it came, in UTC. It has rows."""

    name: str
    at: datetime

    @property
    def today(self) -> str:
        return f"DATE '{(self.at.astimezone(UTC) if self.at.tzinfo else self.at).date()}'"


@dataclass(frozen=True, slots=True)
class Reference:
    """A table that this one may refer to: `name` as the contract says it, under which the bench offers it too; `key` is of one column."""

    name: str
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class History:
    """Batches of one table on a bench, the oldest first, all of the same columns. `told` says in words what they are."""

    bench: Bench
    table: str
    columns: Columns
    batches: tuple[Batch, ...]
    told: str
    references: tuple[Reference, ...] = ()
    whole: Batch | None = None
    """The content that the batches are parts of, where they are that rather than contents that followed each other."""

    @property
    def is_split(self) -> bool:
        """Whether nothing is known of how one content differs in size and time from the next."""
        return self.whole is not None

    @property
    def newest(self) -> History:
        """The last whole content alone."""
        return replace(self, batches=(self.whole or self.batches[-1],))

    def asked(self, numbers: Sequence[str]) -> tuple[tuple[Any, ...], ...]:
        """For each expression over all rows its value in each batch; one that is a query in parentheses is asked of each alone."""
        found: dict[str, tuple[Any, ...]] = {}
        plain = [number for number in dict.fromkeys(numbers) if not number.startswith("(SELECT")]
        for start in range(0, len(plain), AT_ONCE):
            part = plain[start : start + AT_ONCE]
            found |= zip(part, self._together(part), strict=True)
        for number in dict.fromkeys(numbers):
            if number not in found:
                found[number] = self._each(number)
        return tuple(found[number] for number in numbers)

    def _together(self, numbers: Sequence[str]) -> list[tuple[Any, ...]]:
        chosen = ", ".join(_TODAY.sub(identifier(TODAY), text) + f" AS n{at}" for at, text in enumerate(numbers))
        known = ", ".join(identifier(name) for name, _ in self.columns)
        parts = " UNION ALL ".join(
            f"SELECT {at} AS {identifier(BATCH)}, {batch.today} AS {identifier(TODAY)}, {known} FROM {identifier(batch.name)}"
            for at, batch in enumerate(self.batches)
        )
        by = f"GROUP BY {identifier(BATCH)} ORDER BY {identifier(BATCH)}"
        table = self.bench.arrow(
            f"SELECT {identifier(BATCH)} AS batch, {chosen} FROM ({parts}) AS history {by}"
        ).read_all()
        return [tuple(column.to_pylist()) for column in table.columns[1:]]

    def _each(self, query: str) -> tuple[Any, ...]:
        found = []
        for batch in self.batches:
            text = _TODAY.sub(batch.today, rule_query(query, batch.name, None))
            found.append(self.bench.arrow(f"SELECT {text} AS n").read_all().column(0)[0].as_py())
        return tuple(found)

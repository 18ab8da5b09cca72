"""Long lists in parts: `limit` items at a time, and a cursor for what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Query

from weft.errors import Misuse

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
Cursor = Annotated[
    str,
    Query(max_length=20, pattern=r"^[0-9]{0,20}$", description="The `next` of the answer before; none for the first."),
]
Env = Annotated[str, Query(max_length=100, pattern=r"^[a-z][a-z0-9_]*$", description="The environment.")]
MOST = 10**9


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which environment's list is asked for."""

    limit: Limit = 50
    cursor: Cursor = ""
    env: Env = "prod"

    @property
    def start(self) -> int:
        """Raises: Misuse."""
        return start_of(self.cursor)

    def next(self, total: int) -> str:
        """The cursor of what follows; '' where nothing does."""
        return str(self.start + self.limit) if self.start + self.limit < total else ""

    def of(self, items: Sequence[T]) -> tuple[tuple[T, ...], str]:
        """The items of this part, and the cursor of the next."""
        return tuple(items[self.start : self.start + self.limit]), self.next(len(items))

    def rows(self, table: pa.Table) -> tuple[list[dict[str, Any]], str]:
        """The same of a relation's rows."""
        return table.slice(self.start, self.limit).to_pylist(), self.next(table.num_rows)


Page = Annotated[Part, Depends()]
"""A route's parameter: `limit`, `cursor` and `env` of its query."""


def start_of(cursor: str) -> int:
    """Where a page begins. Raises: Misuse."""
    start = int(cursor or "0")
    if start > MOST:
        raise Misuse(f"cursor {cursor} is none that was given out")
    return start

"""Forms of an answer's rows that need no pyarrow: texts for a terminal, Python's values for JSON; and flat SQL for files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from weft.engine.flat import flattened
from weft.engine.interruptible import interruptibly
from weft.engine.seam import Columns
from weft.engine.text import embeddable
from weft.errors import EngineFault
from weft.names import identifier

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

ZONED = "TIMESTAMP WITH TIME ZONE"
T = TypeVar("T")


def texts(
    relation: DuckDBPyRelation, most: int, interrupt: Callable[[], None]
) -> tuple[list[tuple[str | None, ...]], int]:
    """The first rows (0: all) as DuckDB writes values, and how many there are."""
    kept = _computed(relation.materialize, interrupt)
    shown = kept.limit(most) if most else kept
    projection = ", ".join(f"CAST({identifier(name)} AS VARCHAR) AS {identifier(name)}" for name in kept.columns)
    return _computed(lambda: shown.project(projection).fetchall(), interrupt), len(kept)


def objects(relation: DuckDBPyRelation, interrupt: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """DuckDB gives zoned moments to Python by way of a package that we do not need: they are in UTC already."""
    names, kinds = relation.columns, [str(kind) for kind in relation.types]
    kept = _computed(relation.materialize, interrupt)
    zoned = {place for place, kind in enumerate(kinds) if kind == ZONED}
    projection = ", ".join(_unzoned(name, kind) for name, kind in zip(names, kinds, strict=True))
    for row in kept.project(projection).iter_rows(10_000):
        values = [_in_utc(value) if place in zoned else value for place, value in enumerate(row)]
        yield dict(zip(names, values, strict=True))


def flat(sql: str, columns: Columns, *, nested: bool = False) -> str:
    """The same rows with what a text file cannot hold as text; `nested` leaves nested values and bytes, for Parquet holds them."""
    chosen = flattened(columns, nested=nested)
    return f"SELECT {chosen} FROM (\n{embeddable(sql)})" if chosen else sql


def _unzoned(name: str, kind: str) -> str:
    quoted = identifier(name)
    return f"CAST({quoted} AS {kind.replace(ZONED, 'TIMESTAMP')}) AS {quoted}" if ZONED in kind else quoted


def _in_utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _computed(work: Callable[[], T], interrupt: Callable[[], None]) -> T:
    from weft.engine.faults import plain, run_fault

    try:
        return interruptibly(work, interrupt)
    except duckdb.Error as error:
        fault = run_fault(error, "query")
        raise fault if isinstance(fault, EngineFault) else EngineFault(plain(error), mend=fault.mend) from error

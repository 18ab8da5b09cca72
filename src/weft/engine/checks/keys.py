"""Checks of a table against itself and against others: uniqueness and foreign keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from weft.engine.checks.measures import WRITTEN, Asked, Known, Measure, Subject, Totalled
from weft.engine.text import listed, parquet, rows_of
from weft.errors import EngineFault
from weft.names import identifier
from weft.product.contract import Relationship

SMALL = 100_000
"""Rows below which another query costs more than a second hash table in the scan that all checks share."""
LARGE = 200_000


def there(columns: Sequence[str]) -> str:
    """All of a key's columns have a value: a key with a NULL equals none."""
    return " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)


def duplicates(subject: Subject, columns: Sequence[str]) -> Measure:
    """Rows beyond the first of each key, where no part of the key is NULL.

    Measured on six million rows: that a column rises strictly is seen in 0.06 to 0.09 s and no memory, and proves it unique
    in whatever order rows come; all other ways cost the 0.3 to 0.5 s of a hash table of its own.
    """
    for column in columns:
        subject.column(column)
    if subject.built.beside and subject.built.rows:
        return Asked((_beside(subject, columns),))
    if subject.built.rows <= 1:
        return Known(0)
    if subject.built.rows < SMALL:
        return Totalled(_fused(subject, columns))
    distinct = _distinct(subject, columns)
    if subject.built.rows < LARGE:
        return Asked((distinct,))
    return Asked((_rising(columns), distinct))


def _beside(subject: Subject, columns: Sequence[str]) -> str:
    """Rows beyond the first of each key among those that came, and their keys that what stays has: each once, since there it is once."""
    key, whole = listed(columns), f"FROM {WRITTEN} WHERE {there(columns)}"
    types = tuple((column, subject.column(column).type) for column in columns)
    keys = f"(SELECT DISTINCT {key} {whole})"
    stays = (
        f"(SELECT count(*) FROM ({rows_of(subject.built.beside, types)}) AS stays JOIN {keys} AS came USING ({key}))"
    )
    return f"SELECT (SELECT count(*) {whole}) - (SELECT count(*) FROM {keys}) + {stays}"


def _distinct(subject: Subject, columns: Sequence[str]) -> str:
    """Rows with a whole key less the keys that there are, by a hash table of all keys."""
    nulls = [subject.nulls(column) for column in columns]
    if len(columns) == 1:
        return f"SELECT {_fused(subject, columns)} FROM {WRITTEN}"
    whole = f"FROM {WRITTEN} WHERE {there(columns)}"
    rows = str(subject.built.rows) if all(count == 0 for count in nulls) else f"(SELECT count(*) {whole})"
    return f"SELECT {rows} - count(*) FROM (SELECT DISTINCT {listed(columns)} {whole})"


def _fused(subject: Subject, columns: Sequence[str]) -> str:
    """The same number as an aggregate beside others."""
    known = [subject.nulls(column) for column in columns]
    if len(columns) == 1:
        key = identifier(columns[0])
        rows = f"count({key})" if known[0] is None else str(subject.built.rows - known[0])
        return f"{rows} - count(DISTINCT {key})"
    key, whole = f"({listed(columns)})", f"FILTER (WHERE {there(columns)})"
    if all(count == 0 for count in known):
        return f"{subject.built.rows} - count(DISTINCT {key})"
    return f"count(*) {whole} - count(DISTINCT {key}) {whole}"


def _rising(columns: Sequence[str]) -> str:
    """0 where the key rises strictly from row to row, else NULL; it stops reading at the first row where it does not."""
    key = identifier(columns[0]) if len(columns) == 1 else f"({listed(columns)})"
    pairs = f"SELECT {key} AS k, lag({key}) OVER () AS before FROM {WRITTEN} WHERE {there(columns)}"
    return f"SELECT CASE WHEN EXISTS (FROM ({pairs}) WHERE NOT k > before) THEN NULL ELSE 0 END"


def orphans(subject: Subject, relationship: Relationship, files: Sequence[Path] | None) -> Measure:
    """Rows whose key, where all of it has a value, is in no row of the table that it refers to."""
    condition = orphan(relationship, files)
    for column in relationship.columns:
        subject.column(column)
    return Known(0) if subject.built.rows == 0 else Asked((f"SELECT count(*) FROM {condition}",))


def orphan(relationship: Relationship, files: Sequence[Path] | None) -> str:
    """The relation of rows without a counterpart, as `w`. Raises: EngineFault, where the other table is not at hand."""
    if files is None:
        raise EngineFault(
            f"table '{relationship.to_table}' is not at hand",
            mend="A relationship goes to a table of the product or of an input port.",
        )
    here = f"(FROM {WRITTEN} WHERE {there(relationship.columns)}) AS w"
    if not files:
        return here
    pairs = zip(relationship.columns, relationship.to_columns, strict=True)
    same = " AND ".join(f"w.{identifier(one)} = o.{identifier(other)}" for one, other in pairs)
    return f"{here} ANTI JOIN {parquet(files)} AS o ON {same}"

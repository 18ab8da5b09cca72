"""How alike the values of two columns are, where both lines are published: the best evidence that one is the other under a new name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product as pairs
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.names import LineName, spelled
from weft.product.types import quoted
from weft.session.session import Session

if TYPE_CHECKING:
    from weft.product.contract import Column, Table
    from weft.product.product import Product

ROWS = 20_000
"""Rows of the old line that are looked at, and all that have their keys in the new one."""
MOST = 64
"""Pairs of columns of one table; where more were removed and added, names and lineage have to speak."""


def alike(session: Session, product: Product, label: str) -> Mapping[tuple[str, str, str], float]:
    """The share of equal values, 0 to 1, by table, removed column and added column, of rows that have the same key in both lines.

    Nothing of tables that either line lacks, that are not published yet, or that promise no key.
    """
    found: dict[tuple[str, str, str], float] = {}
    standing = session.recorded.pointers
    for old in _tables(product, label):
        newest = product.newest_line(old.name)
        new = next((table for table in _tables(product, newest) if table.name == old.name), None)
        lines = product.line(old.name, label), product.line(old.name, newest)
        if new is not None and newest != label and all(line in standing for line in lines):
            found |= _of_table(session, (old, new), lines)
    return found


def _tables(product: Product, label: str) -> Iterator[Table]:
    return (table for port, _, table in product.promises if port.line == label)


def _of_table(
    session: Session, tables: tuple[Table, Table], lines: tuple[LineName, LineName]
) -> dict[tuple[str, str, str], float]:
    old, new = tables
    removed = [column for column in old.columns if new.column(column.name) is None]
    added = [column for column in new.columns if old.column(column.name) is None]
    wanted = list(pairs(removed, added))
    if not wanted or len(wanted) > MOST or not old.key or any(new.column(name) is None for name in old.key):
        return {}
    try:
        with session.query(_question(old.key, wanted, lines), "") as answer:
            shares = answer.arrow().to_pylist()[0]
    except WeftError:
        # What cannot be compared is no evidence: the other kinds speak.
        return {}
    told = zip(wanted, shares.values(), strict=True)
    return {(old.name, before.name, after.name): share for (before, after), share in told if share is not None}


def _question(key: tuple[str, ...], wanted: list[tuple[Column, Column]], lines: tuple[LineName, LineName]) -> str:
    """Values as texts: a type may have grown wider."""
    shares = ", ".join(
        f"avg(CAST(CAST(a.{quoted(old.name)} AS VARCHAR) IS NOT DISTINCT FROM CAST(b.{quoted(new.name)} AS VARCHAR) AS INTEGER)) AS s{at}"
        for at, (old, new) in enumerate(wanted)
    )
    using = ", ".join(quoted(name) for name in key)
    first = f"(SELECT * FROM {spelled(lines[0])} LIMIT {ROWS})"
    return f"SELECT {shares} FROM {first} AS a JOIN {spelled(lines[1])} AS b USING ({using})"

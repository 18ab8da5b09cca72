"""How a table moved from one snapshot to the next: its distributions by the population stability index, and its counts by their shares.

Source: B. Yurdakul, Statistical Properties of Population Stability Index (2018): what chance alone gives grows with the bins and
shrinks with the rows, so that small tables are judged by a higher threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from weft.profile.values import Bin, ColumnProfile, Drift, Moved, TableProfile, Value

PSI = 0.2
"""Above it a distribution counts as moved: 0.1 is little, 0.25 is much."""
BY_CHANCE = 3.0
"""Times what chance alone is expected to give."""
NULLS, DISTINCT, MEAN, ROWS, FREQUENT = 0.02, 0.5, 0.5, 0.5, 0.2
"""A change in the share of nulls; in distinct values and rows, of what there were; of the mean, in deviations; of one value's share."""
LEAST = 1e-4
"""A share that is none counts as this."""


def moved(before: TableProfile, after: TableProfile) -> Moved:
    """The notable ones first, the largest of each measure first."""
    found = [*_of_table(before, after)]
    for column in after.columns:
        if (then := before.column(column.name)) is not None:
            found += _of_column(then, column, (before, after))
    found.sort(key=lambda one: (not one.is_notable, -abs(one.value) / max(one.threshold, LEAST)))
    return Moved(after.line, before.snapshot, after.snapshot, tuple(found))


def drifts(profiles: Sequence[TableProfile]) -> tuple[Moved, ...]:
    """Of each profile against the one before; the oldest first."""
    return tuple(moved(before, after) for before, after in pairwise(profiles))


def _of_table(before: TableProfile, after: TableProfile) -> Iterator[Drift]:
    change = (after.rows - before.rows) / before.rows if before.rows else float(after.rows > 0)
    said = f"{before.rows:,} rows were {after.rows:,}" if not change else f"{before.rows:,} rows became {after.rows:,}"
    yield Drift("", "rows", float(before.rows), float(after.rows), round(change, 4), ROWS, said)
    then, now = ({column.name for column in one.columns} for one in (before, after))
    for name in sorted(then ^ now):
        yield Drift(
            name,
            "columns",
            float(name in then),
            float(name in now),
            1.0,
            0.0,
            f"'{name}' is {'new' if name in now else 'gone'}",
        )


def _of_column(
    before: ColumnProfile, after: ColumnProfile, tables: tuple[TableProfile, TableProfile]
) -> Iterator[Drift]:
    if not before.rows or not after.rows:
        return
    name = after.name
    then, now = before.nulls / before.rows, after.nulls / after.rows
    yield Drift(name, "nulls", then, now, round(now - then, 4), NULLS, f"nulls of '{name}': {then:.1%}, then {now:.1%}")
    if before.distinct:
        change = after.distinct / before.distinct - 1
        allowed = DISTINCT + 3 * (before.distinct_error + after.distinct_error)
        grows = max(1.0, after.rows / before.rows, before.rows / after.rows) - 1
        said = f"values of '{name}': {before.distinct:,}, then {after.distinct:,}"
        yield Drift(name, "distinct", before.distinct, after.distinct, round(change, 4), allowed + grows, said)
    if before.mean is not None and after.mean is not None and before.deviation:
        shift = (after.mean - before.mean) / before.deviation
        by_chance = BY_CHANCE * math.sqrt(1 / max(before.values, 1) + 1 / max(after.values, 1))
        said = f"mean of '{name}': {before.mean:,.6g}, then {after.mean:,.6g}"
        yield Drift(name, "mean", before.mean, after.mean, round(shift, 4), max(MEAN, by_chance), said)
    yield from _of_frequent(before, after, tables)
    yield from _of_distribution(before, after, tables)


def _of_frequent(
    before: ColumnProfile, after: ColumnProfile, tables: tuple[TableProfile, TableProfile]
) -> Iterator[Drift]:
    """The value whose share changed most."""
    shares = [_shares(one, table) for one, table in zip((before, after), tables, strict=True)]
    changes = {value: shares[1].get(value, 0.0) - shares[0].get(value, 0.0) for value in shares[0] | shares[1]}
    if changes and before.distinct < before.values:
        value = max(changes, key=lambda one: abs(changes[one]))
        then, now = shares[0].get(value, 0.0), shares[1].get(value, 0.0)
        said = f"'{value}' in '{after.name}': {then:.1%}, then {now:.1%}"
        yield Drift(after.name, "frequent", then, now, round(now - then, 4), FREQUENT, said)


def _of_distribution(
    before: ColumnProfile, after: ColumnProfile, tables: tuple[TableProfile, TableProfile]
) -> Iterator[Drift]:
    if before.histogram and after.histogram and before.family == after.family and before.order != "rising":
        then, now = _by_bins(before.histogram, before.histogram), _by_bins(after.histogram, before.histogram)
        rows = before.values, after.values
    elif before.family in ("text", "boolean") and 1 < before.distinct <= len(before.frequent):
        shares = [_shares(one, table) for one, table in zip((before, after), tables, strict=True)]
        values = list(shares[0])
        then = [shares[0][value] for value in values]
        now = [shares[1].get(value, 0.0) for value in values]
        then, now = [*then, max(1 - sum(then), 0.0)], [*now, max(1 - sum(now), 0.0)]
        rows = round(before.values * _looked(tables[0])), round(after.values * _looked(tables[1]))
    else:
        return
    value = psi(then, now)
    noise = BY_CHANCE * (len(then) - 1) * (1 / max(rows[0], 1) + 1 / max(rows[1], 1))
    said = f"distribution of '{after.name}': stability index {value:.2f}"
    yield Drift(after.name, "psi", None, None, round(value, 4), round(max(PSI, noise), 4), said)


def psi(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of two sets of shares: 0 where they are equal."""
    pairs = ((max(then, LEAST), max(now, LEAST)) for then, now in zip(before, after, strict=True))
    return sum((now - then) * math.log(now / then) for then, now in pairs)


def _shares(column: ColumnProfile, table: TableProfile) -> dict[Value, float]:
    looked = column.values * _looked(table)
    return {one.value: one.rows / looked for one in column.frequent} if looked else {}


def _looked(table: TableProfile) -> float:
    return table.sampled_rows / table.rows if table.rows else 0.0


def _by_bins(found: Sequence[Bin], wanted: Sequence[Bin]) -> list[float]:
    """Shares of rows in the wanted bins, as if rows were spread evenly within each bin found. What lies outside is in the first or the last."""
    edges = [-math.inf, *(_number(one.low) for one in wanted[1:]), math.inf]
    total = sum(one.rows for one in found)
    shares = [0.0] * len(wanted)
    for one in found:
        low, high = _number(one.low), _number(one.high)
        for at in range(len(wanted)):
            shares[at] += one.rows * _overlap((low, high), (edges[at], edges[at + 1]))
    return [share / total for share in shares] if total else shares


def _overlap(found: tuple[float, float], wanted: tuple[float, float]) -> float:
    """The share of the first that lies within the second."""
    low, high = found
    if high <= low:
        return float(wanted[0] <= low < wanted[1])
    return max(0.0, min(high, wanted[1]) - max(low, wanted[0])) / (high - low)


def _number(value: Value) -> float:
    """A day as its number."""
    return float(date.fromisoformat(value[:10]).toordinal()) if isinstance(value, str) else float(value or 0)

"""What a column's values keep to: bounds, lengths, patterns and forms. A text's length may come from its physical type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from weft.plan.changes.bounds import Bound, Edge, Incomparable, bound, tighter
from weft.plan.changes.change import Change, Impact, Value
from weft.plan.changes.pairs import ColumnPair, Pair
from weft.plan.changes.spots import of_column

_SIZES: tuple[tuple[str, str, Edge], ...] = (
    ("minLength", "min_length", "lower"),
    ("maxLength", "max_length", "upper"),
    ("minItems", "min_items", "lower"),
    ("maxItems", "max_items", "upper"),
)
_FORMS = (("pattern", "pattern"), ("format", "format"))
_EDGES: tuple[Edge, ...] = ("lower", "upper")
Verdict = Literal["loosened", "tightened", "changed", "rewritten"]
_IMPACTS: dict[Verdict, Impact] = {
    "loosened": "breaking",
    "changed": "breaking",
    "tightened": "minor",
    "rewritten": "patch",
}


def limits(pair: Pair) -> Iterator[Change]:
    for columns in pair.columns:
        if columns.old.limits != columns.new.limits:
            for edge in _EDGES:
                yield from _bounds(columns, edge)
            yield from _sizes(columns)
            yield from _forms(columns)
            yield from _steps(columns)


def _change(columns: ColumnPair, field: str, verdict: Verdict, values: tuple[Value, Value]) -> Change:
    before, after = values
    moved = f"{field} of '{columns.old.name}' was {_said(before)} and is {_said(after)}"
    reason = {
        "loosened": f"{moved}: readers may meet values that were ruled out",
        "tightened": f"{moved}: every value that is allowed now was allowed before",
        "changed": f"{moved}: nothing shows that it still rules out what it did",
        "rewritten": f"{moved}, which says the same",
    }[verdict]
    at = of_column(columns.table, columns.old.name, field, within="logicalTypeOptions")
    return Change(f"limit {verdict}", at, _IMPACTS[verdict], reason, before, after)


def _said(value: Value) -> str:
    return "not limited" if value is None or value is False else str(value)


def _bounds(columns: ColumnPair, edge: Edge) -> Iterator[Change]:
    names = ("minimum", "exclusive_minimum") if edge == "lower" else ("maximum", "exclusive_maximum")
    said = [tuple(getattr(column.limits, name) for name in names) for column in (columns.old, columns.new)]
    if said[0] == said[1]:
        return
    try:
        old = bound(columns.old.limits, edge, whole="INT" in columns.old.type)
        new = bound(columns.new.limits, edge, whole="INT" in columns.new.type)
        verdict = _verdict(old, new, edge)
    except Incomparable:
        yield _change(columns, names[0], "changed", (said[0][0] or said[0][1], said[1][0] or said[1][1]))
        return
    told = new or old
    field = told.field if told else names[0]
    yield _change(columns, field, verdict, (old.said if old else None, new.said if new else None))


def _verdict(old: Bound | None, new: Bound | None, edge: Edge) -> Verdict:
    if old is None or new is None:
        return "loosened" if new is None else "tightened"
    found: dict[int, Verdict] = {1: "tightened", 0: "rewritten", -1: "loosened"}
    return found[tighter(new, old, edge)]


def _sizes(columns: ColumnPair) -> Iterator[Change]:
    for field, name, edge in _SIZES:
        old, new = getattr(columns.old.limits, name), getattr(columns.new.limits, name)
        if old == new:
            continue
        is_tighter = new is not None and (old is None or (new > old) == (edge == "lower"))
        yield _change(columns, field, "tightened" if is_tighter else "loosened", (old, new))


def _forms(columns: ColumnPair) -> Iterator[Change]:
    for field, name in _FORMS:
        old, new = getattr(columns.old.limits, name), getattr(columns.new.limits, name)
        if old != new:
            yield _change(columns, field, "tightened" if not old else "changed" if new else "loosened", (old, new))
    was, now = columns.old.limits.unique_items, columns.new.limits.unique_items
    if was != now:
        yield _change(columns, "uniqueItems", "tightened" if now else "loosened", (was, now))


def _steps(columns: ColumnPair) -> Iterator[Change]:
    old, new = columns.old.limits.multiple_of, columns.new.limits.multiple_of
    if old == new:
        return
    if old is None or new is None:
        yield _change(columns, "multipleOf", "tightened" if old is None else "loosened", (old, new))
        return
    is_tighter = Decimal(str(new)) % Decimal(str(old)) == 0
    yield _change(columns, "multipleOf", "tightened" if is_tighter else "loosened", (old, new))

"""Bounds of values, so that two of them can be compared however they are written: numbers, dates, moments, times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import Literal, NamedTuple

from weft.product.contract import Limits, Scalar

Edge = Literal["lower", "upper"]


class Incomparable(ValueError):
    """Two values of which nobody can say which is greater."""


@total_ordering
class Point:
    """A value on a scale: a number, a moment in UTC (a date is its midnight), or a time of day."""

    def __init__(self, value: Scalar) -> None:
        """Raises: Incomparable, where the value is none of these."""
        self.kind, self.value = _point(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and (self.kind, self.value) == (other.kind, other.value)

    def __lt__(self, other: Point) -> bool:
        if self.kind != other.kind:
            raise Incomparable(f"{self.kind} and {other.kind}")
        return self.value < other.value

    def __hash__(self) -> int:
        return hash((self.kind, self.value))


def _point(value: Scalar) -> tuple[str, Decimal]:
    text = str(value).strip()
    if isinstance(value, bool) or value is None:
        raise Incomparable(text)
    for kind, read in _SCALES:
        try:
            return kind, read(text)
        except (ValueError, InvalidOperation):
            continue
    raise Incomparable(text)


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if number.is_nan():
        raise Incomparable(text)
    return number


def _moment(text: str) -> Decimal:
    moment = datetime.fromisoformat(text)
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _BEGINNING
    return Decimal(since // timedelta(microseconds=1))


def _clock(text: str) -> Decimal:
    return _moment(f"1970-01-01T{text}")


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SCALES: tuple[tuple[str, Callable[[str], Decimal]], ...] = (
    ("number", _number),
    ("moment", _moment),
    ("clock", _clock),
)


class Bound(NamedTuple):
    """How far values go to one side; `open` leaves out the value itself."""

    field: str
    said: Scalar
    point: Point
    open: bool


def bound(limits: Limits, edge: Edge, *, whole: bool) -> Bound | None:
    """The stricter of the closed and the open bound of an edge; of whole numbers an open one is the closed one next to it.

    Raises: Incomparable.
    """
    if edge == "lower":
        said = ("minimum", limits.minimum), ("exclusiveMinimum", limits.exclusive_minimum)
    else:
        said = ("maximum", limits.maximum), ("exclusiveMaximum", limits.exclusive_maximum)
    found = [_bound(field, value, edge, whole) for field, value in said if value is not None]
    return (max if edge == "lower" else min)(found, key=lambda one: _rank(one, edge), default=None)


def _bound(field: str, value: Scalar, edge: Edge, whole: bool) -> Bound:
    point, is_open = Point(value), field.startswith("exclusive")
    if is_open and whole and point.kind == "number" and point.value == point.value.to_integral_value():
        return Bound(field, value, Point(str(point.value + (1 if edge == "lower" else -1))), False)
    return Bound(field, value, point, is_open)


def _rank(one: Bound, edge: Edge) -> tuple[Point, bool]:
    return one.point, one.open if edge == "lower" else not one.open


def tighter(new: Bound, old: Bound, edge: Edge) -> int:
    """1 where the new bound lets through less, -1 where more, 0 where the same. Raises: Incomparable."""
    was, now = _rank(old, edge), _rank(new, edge)
    if was == now:
        return 0
    return 1 if (now > was) == (edge == "lower") else -1

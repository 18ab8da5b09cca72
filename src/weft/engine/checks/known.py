"""What the writer's statistics already prove, so that no row is read for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from weft.engine.checks.measures import Known, Subject, family
from weft.product.checks import Check
from weft.product.contract import Column, Scalar
from weft.product.snapshot import ColumnStatistics

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
Order = Decimal | datetime


def known(check: Check, column: Column, subject: Subject) -> Known | None:
    """The number of rows that break a row check, where statistics tell it: NULLs always, other values where all are in bounds."""
    statistics = subject.built.statistics.get(column.name)
    if subject.built.rows == 0:
        return Known(0)
    if statistics is None or statistics.nulls is None:
        return None
    if check.kind == "required":
        return Known(statistics.nulls)
    if statistics.nulls == subject.built.rows or (check.kind in BOUNDS and _within(check, column, statistics)):
        return Known(0)
    return None


def _within(check: Check, column: Column, statistics: ColumnStatistics) -> bool:
    bound = _order(check.values[0], column.type)
    low, high = _order(statistics.minimum, column.type), _order(statistics.maximum, column.type)
    if bound is None or low is None or high is None:
        return False
    try:
        match check.kind:
            case "minimum":
                return low >= bound  # type: ignore[operator]
            case "maximum":
                return high <= bound  # type: ignore[operator]
            case "exclusiveMinimum":
                return low > bound  # type: ignore[operator]
            case _:
                return high < bound  # type: ignore[operator]
    except TypeError:
        return False


def _order(value: Scalar, type_: str) -> Order | None:
    """A value that compares as DuckDB would compare it; None where we do not know to."""
    if value is None or isinstance(value, bool):
        return None
    kind = family(type_)
    try:
        if kind in ("number", "float"):
            number = Decimal(repr(value) if isinstance(value, float) else value)
            return number if number.is_finite() else None
        if kind == "moment" and not type_.upper().startswith("TIME("):
            return _moment(str(value))
    except (ValueError, InvalidOperation):
        return None
    return None


def _moment(text: str) -> datetime | None:
    """In UTC, without its zone: sessions run in UTC, and a bound that names an offset is left to DuckDB."""
    moment = datetime.fromisoformat(text.removesuffix("+00"))
    return moment if moment.tzinfo is None else None

"""Whether a measured value is what a threshold asks for. Source: ODCS 3.2, data quality, operators; `between` has both its ends."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from weft.errors import EngineFault
from weft.product.contract import Operator, Scalar, Threshold

Value = Decimal | str
OPERATORS: dict[Operator, Callable[[Value, list[Value]], bool]] = {
    "mustBe": lambda value, limits: value == limits[0],
    "mustNotBe": lambda value, limits: value != limits[0],
    "mustBeGreaterThan": lambda value, limits: _ordered(value, limits[0]) > 0,
    "mustBeGreaterOrEqualTo": lambda value, limits: _ordered(value, limits[0]) >= 0,
    "mustBeLessThan": lambda value, limits: _ordered(value, limits[0]) < 0,
    "mustBeLessOrEqualTo": lambda value, limits: _ordered(value, limits[0]) <= 0,
    "mustBeBetween": lambda value, limits: _ordered(value, limits[0]) >= 0 and _ordered(value, limits[1]) <= 0,
    "mustNotBeBetween": lambda value, limits: _ordered(value, limits[0]) < 0 or _ordered(value, limits[1]) > 0,
}


def holds(threshold: Threshold, measured: Scalar | Decimal) -> bool:
    """NULL holds nothing; NaN only that it must not be something. Numbers compare exactly, true is 1.

    Raises: EngineFault, where a text is measured and a number asked for.
    """
    return measured is not None and OPERATORS[threshold.operator](
        _value(measured), [_value(limit) for limit in threshold.values]
    )


def _value(value: Scalar | Decimal) -> Value:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(int(value or 0))


def _ordered(value: Value, limit: Value) -> int:
    if isinstance(value, str) or isinstance(limit, str):
        raise EngineFault(f"'{value}' cannot be compared with {limit}", mend="The query has to return a number.")
    if value.is_nan():
        raise EngineFault("the value is not a number (NaN)", mend="Leave NaN out of the query.")
    return int(value.compare(limit))

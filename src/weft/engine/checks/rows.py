"""Row checks: for each kind, the condition under which a row breaks it. NULL breaks nothing but `required`."""

from __future__ import annotations

from collections.abc import Callable

from weft.engine.checks.measures import Counted, Known, Measure, Undone, column_text, constant, family, number
from weft.engine.checks.patterns import ANYTHING, FORMATS, UNCHECKABLE, has_format, is_moment, matches
from weft.names import identifier
from weft.product.checks import Check, CheckKind
from weft.product.contract import Column, Scalar

Breaks = Callable[[Column, Check], Measure]
TOLERANCE = "1e-9"
"""How far a floating number may be from a multiple, relative to the step: 0.3 is a multiple of 0.1."""


def breaking(column: Column, check: Check) -> Measure:
    """What counts the rows that break a row check."""
    return BREAKS[check.kind](column, check)


def is_among(column: Column, values: tuple[Scalar, ...]) -> str:
    """Whether a value is one of a list; a text never equals a number's spelling but for what it spells."""
    fitting = [value for value in values if value is not None and _may_equal(value, column.type)]
    if not fitting:
        return "false"
    return f"{_comparable(column)} IN ({', '.join(constant(value, column.type) for value in fitting)})"


def _may_equal(value: Scalar, type_: str) -> bool:
    kind = family(type_)
    if kind in ("number", "float"):
        return not isinstance(value, (str, bool)) or (isinstance(value, str) and number(value))
    return True


def _comparable(column: Column) -> str:
    return column_text(column) if family(column.type) == "text" else identifier(column.name)


def _required(column: Column, _: Check) -> Measure:
    return Counted(f"{identifier(column.name)} IS NULL")


def _enum(column: Column, check: Check) -> Measure:
    return Counted(f"{identifier(column.name)} IS NOT NULL AND NOT ({is_among(column, check.values)})")


def _compared(operator: str) -> Breaks:
    def breaks(column: Column, check: Check) -> Measure:
        name = _comparable(column)
        condition = f"{name} {operator} {constant(check.values[0], column.type)}"
        # NaN is above all numbers in DuckDB, and within no bound in a contract.
        return Counted(f"{condition} OR isnan({name})" if family(column.type) == "float" else condition)

    return breaks


def _multiple_of(column: Column, check: Check) -> Measure:
    name, step = identifier(column.name), constant(check.values[0], column.type)
    if family(column.type) == "float":
        steps = f"({name} / {step})"
        return Counted(f"NOT isfinite({name}) OR abs({steps} - round({steps})) > {TOLERANCE}")
    return Counted(f"{name} % {step} <> 0")


def _length(operator: str) -> Breaks:
    def breaks(column: Column, check: Check) -> Measure:
        size = (
            f"octet_length({identifier(column.name)})"
            if column.type.upper() == "BLOB"
            else f"length({column_text(column)})"
        )
        return Counted(f"{size} {operator} {int(str(check.values[0]))}")

    return breaks


def _items(operator: str) -> Breaks:
    def breaks(column: Column, check: Check) -> Measure:
        size = "cardinality" if family(column.type) == "map" else "len"
        return Counted(f"{size}({identifier(column.name)}) {operator} {int(str(check.values[0]))}")

    return breaks


def _unique_items(column: Column, _: Check) -> Measure:
    name = identifier(column.name)
    # Of the functions of lists, distinct ones see no NULL: two of them are one value twice.
    return Counted(f"len({name}) > list_unique({name}) + least(1, len({name}) - list_count({name}))")


def _pattern(column: Column, check: Check) -> Measure:
    return Counted(f"NOT {matches(column_text(column), str(check.values[0]))}")


def _format(column: Column, check: Check) -> Measure:
    name = str(check.values[0])
    if name in INTEGER_FORMATS and family(column.type) in ("number", "float"):
        low, high = INTEGER_FORMATS[name]
        return Counted(f"{identifier(column.name)} NOT BETWEEN {low} AND {high}")
    if name in FLOAT_FORMATS and family(column.type) in ("number", "float"):
        return Counted(
            f"isfinite(CAST({identifier(column.name)} AS DOUBLE)) AND abs({identifier(column.name)}) > {FLOAT_FORMATS[name]}"
        )
    if name in UNCHECKABLE:
        return Undone("not executable", UNCHECKABLE[name])
    if name in ANYTHING or family(column.type) == "moment":
        return Known(0)
    text = column_text(column)
    if name in FORMATS:
        return Counted(f"NOT {has_format(text, name)}")
    fits = is_moment(text, name)
    return (
        Counted(f"{text} IS NOT NULL AND NOT {fits}")
        if fits
        else Undone("not executable", f"no way is known to check the format '{name}'")
    )


INTEGER_FORMATS = {
    f"{sign}{bits}": (0, 2**bits - 1) if sign == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for sign in "iu"
    for bits in (8, 16, 32, 64, 128)
}
FLOAT_FORMATS = {"f32": "3.4028235677973366e38", "f64": "1.7976931348623157e308"}
BREAKS: dict[CheckKind, Breaks] = {
    "required": _required,
    "enum": _enum,
    "minimum": _compared("<"),
    "maximum": _compared(">"),
    "exclusiveMinimum": _compared("<="),
    "exclusiveMaximum": _compared(">="),
    "multipleOf": _multiple_of,
    "minLength": _length("<"),
    "maxLength": _length(">"),
    "pattern": _pattern,
    "format": _format,
    "minItems": _items("<"),
    "maxItems": _items(">"),
    "uniqueItems": _unique_items,
}

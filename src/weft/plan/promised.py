"""Whether what a consumer expects is promised: the same metric and column, and a threshold that is no stricter than the promise's.

Whether the promise is a rule or a part of the schema makes no difference: `required` promises that nullValues is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from weft.errors import Place, WeftError
from weft.plan.changes.bounds import Edge, Incomparable, bound, tighter
from weft.plan.changes.measures import improvement, property_of
from weft.plan.changes.thresholds import compared, passing
from weft.product.checks import NONE, Check, checks_of
from weft.product.contract import Column, Contract, Limits, QualityRule, Scalar, ServiceLevel, Table
from weft.product.expectations import Expectation, level_of


class Promise(NamedTuple):
    """What a producer promises that answers an expectation, in words, and where it says so."""

    said: str
    place: Place


def promise_of(expected: Check, contract: Contract, table: Table) -> Promise | None:
    """The producer's own promise of what is expected of a table; None where it goes beyond all that is promised."""
    match expected.kind:
        case "column":
            return _of_column(expected, table)
        case "serviceLevel":
            return _of_level(expected, contract)
        case kind if kind in LIMITS:
            return _of_limits(expected, table)
    asked = _rule(expected)
    checks = (check for check in checks_of(table) if asked is not None)
    found = ((check, rule) for check in checks if (rule := _rule(check)) is not None)
    return next((_said(check, table) for check, rule in found if asked and _answers(rule, asked)), None)


def asks(check: Check) -> str:
    """What a check asks for, in words: a threshold, a type, a bound."""
    match check.kind:
        case "column":
            return f"mustBe {check.values[0]}"
        case "serviceLevel":
            level = level_of(check)
            return f"{level.value} {level.unit}".strip()
    if check.rule:
        percent = " percent" if check.rule.unit == "percent" and check.kind == "library" else ""
        return f"{check.rule.threshold}{percent}" if check.rule.threshold else ""
    return ", ".join(str(value) for value in check.values) if check.values else str(NONE)


def no_longer_promised(
    old: Contract, new: Contract, expectations: Iterable[Expectation]
) -> Iterator[tuple[Expectation, Check, Promise]]:
    """Expectations that the old contract of a line promises and the new one does not, each with the promise that goes."""
    for expectation in expectations:
        was, now = old.table(expectation.table.name), new.table(expectation.table.name)
        for check in expectation.checks:
            before = promise_of(check, old, was) if was else None
            if before and not (now and promise_of(check, new, now)):
                yield expectation, check, before


def _said(check: Check, table: Table) -> Promise:
    column = table.column(check.columns[0]) if check.columns else None
    place = check.rule.place if check.rule else column.place if column else table.place
    if check.rule is None or check.rule.threshold is None:
        return Promise(check.id, place)
    percent = " percent" if check.rule.unit == "percent" else ""
    severity = f", severity {check.severity}" if check.severity != "error" else ""
    return Promise(f"{check.id} {check.rule.threshold}{percent}{severity}", place)


def _of_column(expected: Check, table: Table) -> Promise | None:
    column = table.column(expected.columns[0])
    return (
        Promise(f"{column.name} {column.type}", column.place) if column and column.type == expected.values[0] else None
    )


def _rule(check: Check) -> QualityRule | None:
    """A check as a rule of the standard's metrics, its columns in one place; None where it is none."""
    column = check.columns[0] if check.columns else None
    match check.kind:
        case "required":
            return QualityRule("library", check.id, column, "nullValues", threshold=NONE)
        case "unique" | "primaryKey":
            return _duplicates(QualityRule("library", check.id, threshold=NONE), check.columns)
        case "enum":
            return QualityRule("library", check.id, column, "invalidValues", {"validValues": [*check.values]}, NONE)
        case "pattern":
            return QualityRule("library", check.id, column, "invalidValues", {"pattern": check.values[0]}, NONE)
        case "library" if check.rule and check.rule.metric == "duplicateValues":
            named = _listed(check.rule.arguments.get("properties")) or (check.rule.column,)
            return _duplicates(check.rule, tuple(str(name) for name in named))
        case "library" | "sql":
            return check.rule
    return None


def _duplicates(rule: QualityRule, columns: tuple[str, ...]) -> QualityRule:
    named: list[Scalar] = [*sorted(columns)]
    return replace(rule, column=None, metric="duplicateValues", arguments={"properties": named})


def _answers(promise: QualityRule, expected: QualityRule) -> bool:
    if (promise.kind, promise.metric, promise.column) != (expected.kind, expected.metric, expected.column):
        return False
    if promise.kind == "sql" and _meaning(promise) != _meaning(expected):
        return False
    if promise.kind == "library" and promise.arguments != expected.arguments and not _covers(promise, expected):
        return False
    return compared(expected, promise) in ("equal", "stronger")


def _meaning(rule: QualityRule) -> str:
    """What a query says, however it is laid out and whatever its table is called."""
    from weft.sql import reading, rule_query

    try:
        return reading(rule_query(rule.query, "t", rule.column)).meaning
    except WeftError:
        return rule.query


def _covers(promise: QualityRule, expected: QualityRule) -> bool:
    """Whether every row that the expectation counts is one that the promise counts, and few are asked for."""
    spans = passing(expected)
    if not spans or spans[0].low > 0:
        return False
    wanted, said = expected.arguments, promise.arguments
    match expected.metric:
        case "invalidValues":
            valid = "validValues" not in wanted or (
                "validValues" in said and _set(said["validValues"]) <= _set(wanted["validValues"])
            )
            return valid and ("pattern" not in wanted or said.get("pattern") == wanted["pattern"])
        case "missingValues":
            return _set(wanted.get("missingValues", [None, ""])) <= _set(said.get("missingValues", [None, ""]))
    return False


def _listed(value: Scalar | list[Scalar]) -> list[Scalar]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _set(value: Scalar | list[Scalar]) -> frozenset[tuple[str, Scalar]]:
    """A text is never a number, nor a number a boolean."""
    return frozenset((type(one).__name__, one) for one in (value if isinstance(value, list) else [value]))


LIMITS = frozenset(
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "format",
        "minItems",
        "maxItems",
        "uniqueItems",
    ]
)
_EDGES: dict[str, Edge] = {
    "minimum": "lower",
    "exclusiveMinimum": "lower",
    "maximum": "upper",
    "exclusiveMaximum": "upper",
}
_SIZES: dict[str, tuple[str, Edge]] = {
    "minLength": ("min_length", "lower"),
    "maxLength": ("max_length", "upper"),
    "minItems": ("min_items", "lower"),
    "maxItems": ("max_items", "upper"),
}


def _of_limits(expected: Check, table: Table) -> Promise | None:
    column = table.column(expected.columns[0])
    if column is None or not _keeps(column, expected):
        return None
    same = (check for check in checks_of(table) if check.columns == expected.columns)
    said = ", ".join(f"{check.id} {check.values[0]}" for check in same if check.kind in LIMITS and check.values)
    return Promise(said or expected.id, column.place)


def _keeps(column: Column, expected: Check) -> bool:
    limits, kind = column.limits, expected.kind
    if kind == "uniqueItems":
        return limits.unique_items
    value = expected.values[0]
    if kind in _EDGES:
        return _within(column, _EDGES[kind], _only(kind, value))
    if kind in _SIZES:
        name, edge = _SIZES[kind]
        said = getattr(limits, name)
        return said is not None and (said >= value if edge == "lower" else said <= value)
    if kind == "format":
        return limits.format == value
    step = limits.multiple_of
    return step is not None and bool(value) and _is_multiple(step, value)


def _only(kind: str, value: Scalar) -> Limits:
    names = {"exclusiveMinimum": "exclusive_minimum", "exclusiveMaximum": "exclusive_maximum"}
    return Limits(**{names.get(kind, kind): value})  # type: ignore[arg-type]


def _within(column: Column, edge: Edge, wanted: Limits) -> bool:
    whole = "INT" in column.type
    try:
        promised, expected = bound(column.limits, edge, whole=whole), bound(wanted, edge, whole=whole)
        return promised is not None and expected is not None and tighter(promised, expected, edge) >= 0
    except Incomparable:
        return False


def _is_multiple(step: float, of: Scalar) -> bool:
    from decimal import Decimal

    return Decimal(str(step)) % Decimal(str(of)) == 0


def _of_level(expected: Check, contract: Contract) -> Promise | None:
    wanted = level_of(expected)
    same = (level for level in contract.service_levels if property_of(level) == property_of(wanted))
    good = (level for level in same if level.element in ("", wanted.element) and _is_as_good(level, wanted))
    said = (f"{level.property} {level.value} {level.unit}".strip() for level in good)
    return next((Promise(text, Place(contract.file)) for text in said), None)


def _is_as_good(level: ServiceLevel, wanted: ServiceLevel) -> bool:
    try:
        return improvement(wanted, level) >= 0
    except Incomparable:
        return False

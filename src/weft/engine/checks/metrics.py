"""The five library metrics. Source: ODCS 3.2, data quality, library.

The standard leaves open what a duplicate is and what percent is of: we count the rows beyond the first of each value, so that
the number is how many rows have to go, and take percent of all rows. NULL is never invalid and never a duplicate.
"""

from __future__ import annotations

from weft.engine.checks.keys import duplicates
from weft.engine.checks.measures import Counted, Known, Measure, Subject, column_text
from weft.engine.checks.patterns import matches
from weft.engine.checks.rows import is_among
from weft.engine.text import literal
from weft.errors import EngineFault, did_you_mean
from weft.names import identifier
from weft.product.contract import Column, QualityRule, Scalar

ARGUMENTS = {
    "nullValues": frozenset[str](),
    "missingValues": frozenset({"missingValues"}),
    "invalidValues": frozenset({"validValues", "pattern"}),
    "duplicateValues": frozenset({"properties"}),
    "rowCount": frozenset[str](),
}


def measured(rule: QualityRule, subject: Subject) -> Measure:
    """How a metric's number of rows comes about. Raises: EngineFault, where its arguments are not as the standard has them."""
    _check_arguments(rule)
    match rule.metric:
        case "rowCount":
            return Known(subject.built.rows)
        case "duplicateValues":
            return duplicates(subject, duplicated_columns(rule))
        case "nullValues":
            nulls = subject.nulls(_column(rule, subject).name)
            return Known(nulls) if nulls is not None else Counted(condition(rule, subject) or "")
        case _:
            return Counted(condition(rule, subject) or "")


def condition(rule: QualityRule, subject: Subject) -> str | None:
    """Which rows a metric counts, where it counts rows one by one."""
    match rule.metric:
        case "nullValues":
            return f"{identifier(_column(rule, subject).name)} IS NULL"
        case "missingValues":
            return _missing(_column(rule, subject), rule)
        case "invalidValues":
            return _invalid(_column(rule, subject), rule)
        case _:
            return None


def duplicated_columns(rule: QualityRule) -> tuple[str, ...]:
    named = _list(rule, "properties")
    columns = tuple(str(name) for name in named) if named else ((rule.column,) if rule.column else ())
    if not columns:
        raise EngineFault("duplicateValues of a table needs `arguments: {properties: [...]}`")
    return columns


def _missing(column: Column, rule: QualityRule) -> str:
    """The listed values, of which null is one; without a list, null and the empty text."""
    values = _list(rule, "missingValues") if "missingValues" in rule.arguments else [None, ""]
    conditions = [f"{identifier(column.name)} IS NULL"] if None in values else []
    texts = [value for value in values if isinstance(value, str)]
    others = tuple(value for value in values if value is not None and not isinstance(value, str))
    if texts:
        conditions.append(f"{column_text(column)} IN ({', '.join(literal(text) for text in texts)})")
    if others:
        conditions.append(is_among(column, others))
    return " OR ".join(conditions) or "false"


def _invalid(column: Column, rule: QualityRule) -> str:
    valid = []
    if "validValues" in rule.arguments:
        valid.append(is_among(column, tuple(_list(rule, "validValues"))))
    if "pattern" in rule.arguments:
        valid.append(matches(column_text(column), str(rule.arguments["pattern"])))
    if not valid:
        raise EngineFault(
            "invalidValues needs `arguments` that say what is valid",
            mend="Write `validValues: [...]` or `pattern: ...`.",
        )
    return f"{identifier(column.name)} IS NOT NULL AND NOT ({' AND '.join(valid)})"


def _column(rule: QualityRule, subject: Subject) -> Column:
    if rule.column is None:
        raise EngineFault(f"{rule.metric} is measured of a column", mend="Move the rule to a property.")
    return subject.column(rule.column)


def _list(rule: QualityRule, argument: str) -> list[Scalar]:
    value = rule.arguments.get(argument)
    return value if isinstance(value, list) else [] if argument not in rule.arguments else [value]


def _check_arguments(rule: QualityRule) -> None:
    if rule.metric is None:
        raise EngineFault("a library rule needs a metric", mend=did_you_mean("", ARGUMENTS))
    for name in rule.arguments:
        if name not in ARGUMENTS[rule.metric]:
            raise EngineFault(
                f"{rule.metric} has no argument '{name}'", mend=did_you_mean(name, ARGUMENTS[rule.metric])
            )
    if rule.metric == "rowCount" and rule.unit == "percent":
        raise EngineFault("rowCount is a number of rows, never percent", mend="Leave out `unit`.")

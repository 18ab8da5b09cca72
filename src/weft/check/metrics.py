"""A library metric that cannot be measured as it is written: arguments that it has not, columns that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weft.check.ground import Ground, tables_read
from weft.errors import Fault, did_you_mean
from weft.product.contract import QualityRule, Scalar, Table

_BETWEEN = ("mustBeBetween", "mustNotBeBetween")


def a_metric_cannot_be_measured(ground: Ground) -> Iterator[Fault]:
    """Source: ODCS 3.2, data quality, library."""
    for _, table in tables_read(ground):
        for rule in table.rules:
            yield from metric_faults(rule, table)


def metric_faults(rule: QualityRule, table: Table) -> Iterator[Fault]:
    """What is wrong with the arguments and the threshold of one rule over a table."""
    said = (*_arguments(rule, table), *_threshold(rule)) if rule.kind == "library" else _threshold(rule)
    yield from (Fault(rule.place, f"quality rule '{rule.name}': {what}", mend) for what, mend in said)


Said = Iterator[tuple[str, str]]


def _arguments(rule: QualityRule, table: Table) -> Said:
    from weft.engine.checks.metrics import ARGUMENTS

    known = ARGUMENTS[rule.metric] if rule.metric else frozenset[str]()
    for name in rule.arguments:
        if name not in known:
            mend = did_you_mean(name, known) or "Leave it out."
            yield f"{rule.metric} has no argument '{name}'", mend
    if rule.metric == "rowCount" and rule.unit == "percent":
        yield "rowCount is a number of rows, never percent", "Leave out `unit`."
    if rule.metric == "invalidValues" and not known & rule.arguments.keys():
        yield "invalidValues does not say what is valid", "Add `arguments: {validValues: [...]}`, or `{pattern: ...}`."
    if rule.metric == "duplicateValues":
        yield from _properties(rule, table)
    yield from _pattern(rule)


def _properties(rule: QualityRule, table: Table) -> Said:
    names = [column.name for column in table.columns]
    for name in _listed(rule.arguments.get("properties")):
        if name not in names:
            yield f"'{table.name}' has no column '{name}'", did_you_mean(str(name), names)


def _listed(value: Scalar | list[Scalar]) -> list[Scalar]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _pattern(rule: QualityRule) -> Said:
    pattern = rule.arguments.get("pattern")
    if pattern is None:
        return
    try:
        re.compile(str(pattern))
    except re.error as error:
        yield f"'{pattern}' is no regular expression: {error}", "Write one that RE2 reads."


def _threshold(rule: QualityRule) -> Said:
    threshold = rule.threshold
    if threshold is None:
        return
    wanted = 2 if threshold.operator in _BETWEEN else 1
    if len(threshold.values) != wanted:
        yield f"{threshold.operator} needs {wanted} value{'s' * (wanted > 1)}, and has {len(threshold.values)}", ""
    elif wanted == 2 and not all(isinstance(value, (int, float)) for value in threshold.values):
        yield f"{threshold.operator} needs two numbers", ""
    elif wanted == 2 and float(str(threshold.values[0])) > float(str(threshold.values[1])):
        yield f"{threshold} lies between nothing: the first is the greater", "Swap them."
    elif rule.kind == "library" and isinstance(threshold.values[0], (str, bool, type(None))):
        yield f"{threshold.operator} needs a number, and says {threshold.values[0]!r}", ""
    elif rule.unit == "percent" and any(not 0 <= float(str(value)) <= 100 for value in threshold.values):
        yield f"{threshold} is in percent, which lie between 0 and 100", "Write a share of the rows, or `unit: rows`."

"""What of an expected service level can be measured in a table: its element has to name the column that tells the time of a row.

Latency and freshness are the age of the newest row, retention is the age of the oldest; both at the run's own moment.
Source: ODCS 3.2, service-level agreement, element.
"""

from __future__ import annotations

from weft.plan.changes.bounds import Incomparable
from weft.plan.changes.measures import measure, property_of
from weft.product.checks import Check
from weft.product.contract import Operator, QualityRule, Table, Threshold
from weft.product.expectations import column_named, level_of

_MEASURED: dict[str, tuple[str, Operator]] = {
    "latency": ("max", "mustBeLessOrEqualTo"),
    "freshness": ("max", "mustBeLessOrEqualTo"),
    "retention": ("min", "mustBeGreaterOrEqualTo"),
}
_MOMENTS = ("DATE", "TIMESTAMP")


def rule_of(check: Check, table: Table) -> QualityRule | None:
    """A service level as a rule in seconds over the table; None where nothing in the table tells it."""
    level = level_of(check)
    found = _MEASURED.get(property_of(level))
    column = column_of(check, table)
    if found is None or column is None:
        return None
    try:
        wanted = measure(level)
    except Incomparable:
        return None
    if wanted.scale != "seconds":
        return None
    extreme, operator = found
    query = f"SELECT epoch(now()) - epoch({extreme}({{property}})) FROM {{object}}"
    seconds = wanted.point.value
    value = int(seconds) if seconds == seconds.to_integral_value() else float(seconds)
    return QualityRule("sql", check.id, column, threshold=Threshold(operator, (value,)), query=query)


def column_of(check: Check, table: Table) -> str | None:
    """The column of the level's element that holds moments."""
    elements = level_of(check).element.split(",")
    names = (name for element in elements if element.strip() and (name := column_named(element, table)))
    moments = (name for name in names if (column := table.column(name)) and column.type.startswith(_MOMENTS))
    return next(moments, None)

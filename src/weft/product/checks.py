"""What is to be proved of a table, as data: derived from its contract, computed by an engine, recorded as results."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from weft.names import LineName, RunId, SnapshotId
from weft.product.contract import QualityRule, Relationship, Scalar, Severity, Table, Threshold

CheckKind = Literal[
    "required",
    "unique",
    "primaryKey",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "relationship",
    "library",
    "sql",
    "text",
    "custom",
    "arrival",
    "column",
    "serviceLevel",
]
Outcome = Literal["passed", "failed", "error", "skipped", "not executable"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to prove. `id` is stable: `operations.flights.departures`-relative, such as `required(dep_time)`.

    Row checks (all but `unique`, `primaryKey`, `relationship`, `library`, `sql`, and what only consumers expect: `column`,
    `serviceLevel`) count the rows that break them, and none may.
    """

    id: str
    kind: CheckKind
    columns: tuple[str, ...] = ()
    severity: Severity = "error"
    dimension: str = ""
    values: tuple[Scalar, ...] = ()
    """The bound, the pattern, the format, the allowed values: what the kind needs."""
    rule: QualityRule | None = None
    relationship: Relationship | None = None

    @property
    def measures_the_table(self) -> bool:
        """Whether it looks at one value of the whole table, so that no row of it is what breaks the check."""
        return self.kind == "sql" or (self.rule is not None and self.rule.metric == "rowCount")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`measured` is what was counted or computed, in `unit`; `message` says why it was skipped or what went wrong."""

    line: LineName
    check: str
    kind: CheckKind
    outcome: Outcome
    severity: Severity
    columns: tuple[str, ...] = ()
    dimension: str = ""
    measured: Scalar = None
    threshold: str = ""
    unit: str = "rows"
    rows: int = 0
    """Rows that were looked at."""
    message: str = ""
    description: str = ""
    seconds: float = 0.0
    snapshot: SnapshotId | None = None
    run: RunId | None = None
    at: datetime | None = None
    consumer: str = ""
    """The product that expects it; empty where the table's own contract promises it."""

    @property
    def blocks(self) -> bool:
        """Whether it stops a publish: it failed, or could not be computed, and its severity is error."""
        return self.outcome in ("failed", "error") and self.severity == "error"


NONE = Threshold("mustBe", (0,))
"""What every row check asks for: no row breaks it."""


@dataclass(frozen=True, slots=True)
class Suite:
    """All checks of one table of one line."""

    line: LineName
    table: Table
    checks: tuple[Check, ...] = field(default=())


def checks_of(table: Table) -> tuple[Check, ...]:
    """What a contract's table promises, each as one check, columns in order, rules after them.

    Source: ODCS 3.2, schema properties, logicalTypeOptions, relationships and data quality.
    """
    checks: list[Check] = []
    key = table.key
    for column in table.columns:
        name, limits = column.name, column.limits
        if column.required or name in key:
            checks.append(Check(f"required({name})", "required", (name,), dimension="completeness"))
        if column.unique and key != (name,):
            checks.append(Check(f"unique({name})", "unique", (name,), dimension="uniqueness"))
        bounds: tuple[tuple[CheckKind, Scalar], ...] = (
            ("minimum", limits.minimum),
            ("maximum", limits.maximum),
            ("exclusiveMinimum", limits.exclusive_minimum),
            ("exclusiveMaximum", limits.exclusive_maximum),
            ("multipleOf", limits.multiple_of),
            ("minLength", limits.min_length),
            ("maxLength", limits.max_length),
            ("pattern", limits.pattern),
            ("format", limits.format),
            ("minItems", limits.min_items),
            ("maxItems", limits.max_items),
        )
        checks += [
            Check(f"{kind}({name})", kind, (name,), dimension="conformity", values=(value,))
            for kind, value in bounds
            if value is not None
        ]
        if limits.unique_items:
            checks.append(Check(f"uniqueItems({name})", "uniqueItems", (name,), dimension="uniqueness"))
        if limits.enum:
            checks.append(Check(f"enum({name})", "enum", (name,), dimension="conformity", values=limits.enum))
    if key:
        checks.append(Check(f"primaryKey({', '.join(key)})", "primaryKey", key, dimension="uniqueness"))
    for relationship in table.relationships:
        target = f"{relationship.to_table}.{'+'.join(relationship.to_columns)}"
        identity = f"relationship({', '.join(relationship.columns)} -> {target})"
        checks.append(
            Check(identity, "relationship", relationship.columns, dimension="consistency", relationship=relationship)
        )
    checks += [_of_rule(rule) for rule in table.rules]
    return _numbered(checks)


def _of_rule(rule: QualityRule) -> Check:
    columns = (rule.column,) if rule.column else ()
    return Check(rule.name, rule.kind, columns, rule.severity, rule.dimension, rule=rule)


def _numbered(checks: list[Check]) -> tuple[Check, ...]:
    seen: dict[str, int] = {}
    result: list[Check] = []
    for check in checks:
        seen[check.id] = count = seen.get(check.id, 0) + 1
        identity = check.id if count == 1 else f"{check.id}#{count}"
        result.append(
            Check(
                identity,
                check.kind,
                check.columns,
                check.severity,
                check.dimension,
                check.values,
                check.rule,
                check.relationship,
            )
        )
    return tuple(result)


_OPERATOR = re.compile(r"\bmust(?:Not)?Be\w*")
_SPOKEN = {
    "mustBe": "must be",
    "mustNotBe": "must not be",
    "mustBeGreaterThan": "must be more than",
    "mustBeGreaterOrEqualTo": "must be at least",
    "mustBeLessThan": "must be less than",
    "mustBeLessOrEqualTo": "must be at most",
    "mustBeBetween": "must be between",
    "mustNotBeBetween": "must not be between",
}


def spoken(threshold: str) -> str:
    """`must be at most 0.5`, for `mustBeLessOrEqualTo 0.5`; within a sentence too."""
    return _OPERATOR.sub(lambda found: _SPOKEN.get(found[0], found[0]), threshold)

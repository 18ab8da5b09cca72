"""What came of a check, as its result."""

from __future__ import annotations

from decimal import Decimal

from weft.engine.checks.measures import Measure, Undone
from weft.engine.checks.proof import Answer, Proof, Value
from weft.engine.checks.thresholds import holds
from weft.errors import WeftError
from weft.product.checks import NONE, Check, CheckResult, Outcome
from weft.product.contract import Scalar, Threshold


def result(check: Check, measure: Measure, answer: Answer, proof: Proof) -> CheckResult:
    value = (
        percent(answer.value, proof.built.rows)
        if check.rule and check.rule.unit == "percent" and check.kind == "library"
        else answer.value
    )
    threshold = threshold_of(check)
    outcome, message = _outcome(measure, answer, threshold, value)
    done = outcome in ("passed", "failed")
    return CheckResult(
        line=proof.suite.line,
        check=check.id,
        kind=check.kind,
        outcome=outcome,
        severity=check.severity,
        columns=check.columns,
        dimension=check.dimension,
        measured=spoken(value) if done else None,
        threshold=str(threshold) if threshold else "",
        unit=check.rule.unit if check.rule else "rows",
        rows=proof.built.rows if done else 0,
        message=_named(check, message) if outcome == "error" else message,
        description=check.rule.description if check.rule else "",
        seconds=answer.seconds,
    )


def _named(check: Check, message: str) -> str:
    """RE2's complaints do not say of which pattern."""
    pattern = (
        check.values[0] if check.kind == "pattern" else check.rule.arguments.get("pattern") if check.rule else None
    )
    return f"pattern '{pattern}': {message}" if pattern else message


def threshold_of(check: Check) -> Threshold | None:
    return check.rule.threshold if check.rule else NONE


def _outcome(measure: Measure, answer: Answer, threshold: Threshold | None, value: Value) -> tuple[Outcome, str]:
    if isinstance(measure, Undone):
        return measure.outcome, measure.message
    if answer.failed:
        return "error", answer.message
    if threshold is None:
        return "error", "the rule does not say what must be (mustBe, mustBeLessThan, ...)"
    try:
        return ("passed" if holds(threshold, value) else "failed"), answer.message
    except WeftError as error:
        return "error", str(error)


def percent(value: Value, rows: int) -> Value:
    """Of all rows; of no rows it is 0."""
    return 100 * int(value) / rows if rows and isinstance(value, int) else 0.0


def spoken(value: Value) -> Scalar:
    """A decimal as the number that JSON has: whole ones whole, others floating."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)

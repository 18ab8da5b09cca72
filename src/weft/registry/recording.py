"""Steps, check results and events as rows of the journal."""

from __future__ import annotations

from collections.abc import Sequence

from weft.product.checks import CheckResult
from weft.product.snapshot import Event, StepRecord
from weft.registry.database import Transaction, Value
from weft.registry.values import encoded, microseconds, now

ADD_STEP = """
    INSERT INTO run_steps (run, product, line, action, reason, state, started_at, seconds, rows, bytes, snapshot, message)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run, product, line) DO UPDATE SET
        action = excluded.action, reason = excluded.reason, state = excluded.state, started_at = excluded.started_at,
        seconds = excluded.seconds, rows = excluded.rows, bytes = excluded.bytes, snapshot = excluded.snapshot,
        message = excluded.message
"""
ADD_RESULT = """
    INSERT INTO check_results (run, environment, line, check_name, kind, outcome, severity, columns_json, dimension,
                               measured_json, threshold, unit, rows, message, description, seconds, snapshot, checked_at, consumer)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_EVENT = """
    INSERT INTO events (happened_at, environment, product, line, kind, message, run, who)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
ENVIRONMENTS = "SELECT environment FROM runs WHERE id = ?"
STATE = """
    SELECT m.value, r.value, j.value FROM meta m, counters r, counters j
    WHERE m.name = 'identity' AND r.name = 'revision' AND j.name = 'journal'
"""
"""Moves on with every publish, and with all that is said in the journal."""
NEXT_JOURNAL = "UPDATE counters SET value = value + 1 WHERE name = 'journal'"


def turn(transaction: Transaction) -> None:
    """Says that the journal has changed, so that facts kept from before are read anew."""
    transaction.run(NEXT_JOURNAL)


def record(
    transaction: Transaction,
    steps: Sequence[StepRecord],
    results: Sequence[CheckResult],
    events: Sequence[Event] = (),
    *,
    environment: str,
) -> None:
    if steps:
        transaction.run_many(ADD_STEP, map(_step_row, steps))
    if results:
        at = now()
        transaction.run_many(ADD_RESULT, [_result_row(result, environment, at) for result in results])
    if events:
        transaction.run_many(ADD_EVENT, map(_event_row, events))


def environment_of(transaction: Transaction, steps: Sequence[StepRecord], results: Sequence[CheckResult]) -> str:
    """Where the run that found these was at work; prod for results of no run."""
    named = [step.run for step in steps] + [result.run for result in results]
    run = next((run for run in named if run), None)
    rows = transaction.rows(ENVIRONMENTS, (run,)) if run else []
    return str(rows[0][0]) if rows else "prod"


def _step_row(step: StepRecord) -> tuple[Value, ...]:
    return (
        step.run,
        step.product,
        step.line,
        step.action,
        step.reason,
        step.state,
        microseconds(step.started_at),
        step.seconds,
        step.rows,
        step.bytes,
        step.snapshot,
        step.message,
    )


def _result_row(result: CheckResult, environment: str, at: int) -> tuple[Value, ...]:
    return (
        result.run or "",
        environment,
        result.line,
        result.check,
        result.kind,
        result.outcome,
        result.severity,
        encoded(result.columns),
        result.dimension,
        encoded(result.measured),
        result.threshold,
        result.unit,
        result.rows,
        result.message,
        result.description,
        result.seconds,
        result.snapshot,
        microseconds(result.at) if result.at else at,
        result.consumer,
    )


def _event_row(event: Event) -> tuple[Value, ...]:
    return (
        microseconds(event.at),
        event.environment,
        event.product,
        event.line,
        event.kind,
        event.message,
        event.run,
        event.who,
    )

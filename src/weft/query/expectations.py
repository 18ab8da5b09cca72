"""Who needs what: the expectations of a product, and those of its consumers, each with what came of it last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weft.names import LineName, ProductName
from weft.plan.promised import Promise, asks, promise_of
from weft.product.checks import Check
from weft.product.expectations import Expectation, expectations_by_line, place_of
from weft.query.facts import Facts, only, rows_of
from weft.query.pages import ExpectationShown

FOUND = ("line_name", "check_name", "outcome", "severity", "measured_text", "message", "checked_at")


def expectations_shown(
    facts: Facts, lines: Iterable[LineName], consumer: ProductName | None = None
) -> tuple[ExpectationShown, ...]:
    """What is expected of lines, and what a consumer expects of whatever it reads; by line, in the order of the documents."""
    wanted = set(lines)
    found = [
        expectation
        for expectations in facts.kept("expectations", _by_line).values()
        for expectation in expectations
        if expectation.line in wanted or expectation.consumer == consumer
    ]
    if not found:
        return ()
    latest = _latest(facts, {expectation.line for expectation in found})
    return tuple(shown for expectation in found for shown in _shown(expectation, facts, latest))


def _by_line(facts: Facts) -> dict[LineName, tuple[Expectation, ...]]:
    return dict(expectations_by_line(facts.mesh))


def _latest(facts: Facts, lines: set[LineName]) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = rows_of(facts.relation("checks", only("line_name", lines)), *FOUND)
    return {(line, name): rest for line, name, *rest in rows}  # type: ignore[misc]


def _shown(
    expectation: Expectation, facts: Facts, latest: dict[tuple[str, str], tuple[Any, ...]]
) -> Iterator[ExpectationShown]:
    promised = facts.mesh.promise(expectation.line)
    for check in expectation.checks:
        outcome, severity, measured, message, at = latest.get(
            (expectation.line, expectation.name(check)), ("", _severity(check, None), None, "", None)
        )
        promise = promise_of(check, *promised) if promised else None
        yield ExpectationShown(
            str(expectation.consumer),
            expectation.line,
            check.id,
            asks(check),
            promise.said if promise else "",
            str(place_of(expectation, check)),
            outcome,
            severity if outcome else _severity(check, promise),
            measured,
            message,
            at,
        )


def _severity(check: Check, promise: Promise | None) -> str:
    return check.severity if check.severity != "error" or promise else "warning"

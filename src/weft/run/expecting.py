"""What consumers expect of a table, held against a candidate before it reaches them: what is safe shares the producer's own
scans, SQL that others wrote runs apart, reads its one table, and may run out of time without harm to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.seam import Bench, Built, Engine
from weft.errors import EngineFault, WeftError
from weft.names import LineName, ProductName, leaf_of, product_of
from weft.plan.measurable import rule_of
from weft.plan.promised import Promise, promise_of
from weft.product.checks import Check, CheckResult, Suite
from weft.product.contract import Contract, QualityRule, Severity, Table
from weft.product.expectations import Expectation, expectations_on, place_of
from weft.product.snapshot import Snapshot
from weft.run.workshop import Workshop
from weft.sql.remembered import Remembered

if TYPE_CHECKING:
    from weft.engine.apart import Apart


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table that is to be published, or is: its files, what the writer said of them, and what its producer promises of it."""

    line: LineName
    contract: Contract
    table: Table
    files: Sequence[Path]
    built: Built


@dataclass(frozen=True, slots=True)
class Means:
    """What expectations are computed with: a bench for what is safe, and a process apart for SQL that others wrote."""

    engine: Engine
    bench: Bench
    apart: Apart
    as_of: datetime
    remembered: Remembered = field(default_factory=Remembered)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One check of one expectation, under a name that tells whose it is."""

    expectation: Expectation
    check: Check

    @property
    def name(self) -> str:
        return self.expectation.name(self.check)


def expectations_held(
    shop: Workshop, line: LineName, snapshot: Snapshot, consumers: Iterable[ProductName]
) -> tuple[CheckResult, ...]:
    """What consumers expect of a line, whichever line of its table they read, held against a snapshot of it.

    Nothing is recorded. Of severity `error` is only what the line's own contract promises. Raises: StoreFault.
    """
    from weft.engine.apart import Apart

    found = shop.mesh.promise(line)
    expectations = expectations_on(line, consumers, shop.mesh)
    if found is None or not expectations:
        return ()
    candidate = published(shop, line, found, snapshot)
    as_of, apart = datetime.now(UTC), Apart()
    bench = shop.engine.bench(as_of)
    try:
        results = held(Means(shop.engine, bench, apart, as_of), candidate, expectations)
        return tuple(replace(result, snapshot=snapshot.id, at=as_of) for result in results)
    finally:
        bench.close()
        apart.end()


def published(shop: Workshop, line: LineName, promise: tuple[Contract, Table], snapshot: Snapshot) -> Candidate:
    """A snapshot as what it would be if it were published now. Raises: StoreFault, where a file is gone."""
    return Candidate(line, *promise, shop.store.paths(snapshot), Built(snapshot.rows, snapshot.statistics))


def held(means: Means, candidate: Candidate, expectations: Iterable[Expectation]) -> tuple[CheckResult, ...]:
    """One result for each check of each expectation, in order, named after the consumer and judged by what is promised."""
    asked = [_Asked(expectation, check) for expectation in expectations for check in expectation.checks]
    shared = [(one, safe) for one in asked if (safe := _safe(one, candidate))]
    suite = Suite(candidate.line, candidate.table, tuple(replace(check, id=one.name) for one, check in shared))
    proved = means.bench.check(suite, candidate.files, candidate.built, {}) if shared else ()
    found = {id(one): result for (one, _), result in zip(shared, proved, strict=True)}
    results = (found.get(id(one)) or _alone(one, candidate, means) for one in asked)
    return tuple(_judged(one, result, candidate) for one, result in zip(asked, results, strict=True))


def _safe(one: _Asked, candidate: Candidate) -> Check | None:
    """The check as it may be computed in our own process: all but what others wrote as SQL, and what needs no computing."""
    if one.check.kind in ("column", "sql"):
        return None
    if one.check.kind == "serviceLevel":
        rule = rule_of(one.check, candidate.table)
        return replace(one.check, kind="sql", rule=rule) if rule else None
    return one.check


def _alone(one: _Asked, candidate: Candidate, means: Means) -> CheckResult:
    match one.check.kind:
        case "column":
            return _column(one, candidate, means.engine)
        case "sql" if one.check.rule:
            return _sql(one, one.check.rule, candidate, means)
    message = "no column that it names tells the time of a row" if one.check.kind == "serviceLevel" else ""
    return _result(one, candidate, "not executable", message)


def _column(one: _Asked, candidate: Candidate, engine: Engine) -> CheckResult:
    (name,), (wanted,) = one.check.columns, one.check.values
    column = candidate.table.column(name)
    threshold = f"mustBe {wanted}"
    if column is None:
        return replace(_result(one, candidate, "failed", "there is no such column"), threshold=threshold)
    outcome = "passed" if is_assignable(engine, column.type, str(wanted)) else "failed"
    return replace(_result(one, candidate, outcome), threshold=threshold, measured=column.type)


def is_assignable(engine: Engine, given: str, wanted: str) -> bool:
    """Whether what is there may be read as what is wanted; a type that the engine does not know only as itself."""
    try:
        return given == wanted or engine.assignable(given, wanted)
    except WeftError:
        return False


def _sql(one: _Asked, rule: QualityRule, candidate: Candidate, means: Means) -> CheckResult:
    suite = Suite(candidate.line, candidate.table, (replace(one.check, id=one.name),))
    try:
        must_read_its_table(rule, leaf_of(candidate.line), means.remembered)
        return means.apart.check(suite, candidate.files, candidate.built, means.as_of)[0]
    except WeftError as error:
        return _result(one, candidate, "error", str(error))


def must_read_its_table(rule: QualityRule, table: str, remembered: Remembered) -> None:
    """Raises: Refused, EngineFault, for SQL of a consumer that says anything but the table that it is about."""
    if others := remembered.rule(rule.query, table, rule.column).others:
        raise EngineFault(f"it reads '{others[0]}', and an expectation reads {{object}} alone")


def _result(one: _Asked, candidate: Candidate, outcome: str, message: str = "") -> CheckResult:
    check, threshold = one.check, one.check.rule.threshold if one.check.rule else None
    return CheckResult(
        candidate.line,
        one.name,
        check.kind,
        outcome,  # type: ignore[arg-type]
        check.severity,
        check.columns,
        check.dimension,
        threshold=str(threshold or ""),
        unit=check.rule.unit if check.rule else "",
        message=message,
        description=check.rule.description if check.rule else "",
    )


def _judged(one: _Asked, result: CheckResult, candidate: Candidate) -> CheckResult:
    """Only what the producer promises stops it: what goes beyond, and what could not be computed, is a warning."""
    promise = promise_of(one.check, candidate.contract, candidate.table)
    severity: Severity = one.check.severity
    if severity == "error" and (promise is None or result.outcome == "error"):
        severity = "warning"
    message = "; ".join(_why(one, result, promise, candidate)) if _missed(result) else result.message
    kind, unit = one.check.kind, "seconds" if one.check.kind == "serviceLevel" else result.unit
    return replace(
        result, kind=kind, unit=unit, severity=severity, message=message, consumer=str(one.expectation.consumer)
    )


def _why(one: _Asked, result: CheckResult, promise: Promise | None, candidate: Candidate) -> Iterator[str]:
    """What went wrong, where the consumer wrote it down, and what of it is promised where."""
    if result.message:
        yield result.message.rstrip(".")
    yield str(place_of(one.expectation, one.check))
    yield (
        f"promised in {promise.place}: {promise.said}"
        if promise
        else f"beyond what {product_of(candidate.line)} promises"
    )


def _missed(result: CheckResult) -> bool:
    return result.outcome in ("failed", "error")


def implicit_held(
    reads: Iterator[tuple[ProductName, str, str]], candidate: Candidate, engine: Engine
) -> Iterator[CheckResult]:
    """What a consumer expects that wrote nothing down: the columns that its SQL reads, in the types that it read them.

    `reads` are (consumer, column, type). Only what is missed is told, as a warning: it was never promised in this version.
    """
    for consumer, name, wanted in reads:
        column = candidate.table.column(name)
        if column is not None and is_assignable(engine, column.type, wanted):
            continue
        how = f"is {column.type} now" if column else "is there no more"
        yield CheckResult(
            candidate.line,
            f"{consumer} expects column({name})",
            "column",
            "failed",
            "warning",
            (name,),
            "conformity",
            column.type if column else None,
            f"mustBe {wanted}",
            "",
            message=f"{consumer} reads it as {wanted} in its SQL, and it {how}",
            consumer=str(consumer),
        )

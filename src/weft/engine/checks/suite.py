"""Proves a suite: what statistics say costs nothing, row checks share one scan, every other check asks for itself."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import assert_never

from weft.engine.checks.keys import duplicates, orphans
from weft.engine.checks.known import known
from weft.engine.checks.measures import WRITTEN, Asked, Counted, Known, Measure, Ruled, Shared, Totalled, Undone
from weft.engine.checks.metrics import measured
from weft.engine.checks.proof import Answer, Proof, fetched
from weft.engine.checks.results import result
from weft.engine.checks.rows import breaking
from weft.engine.checks.rules import asked_of_author, ruled, shared
from weft.engine.clock import TELLS_TIME
from weft.engine.stage import Stage
from weft.errors import EngineFault, WeftError
from weft.product.checks import Check, CheckResult


def prove(stage: Stage, proof: Proof) -> tuple[CheckResult, ...]:
    """One result for each check, in order. A check that cannot be computed says why, and keeps no other from being so."""
    checks = proof.suite.checks
    measures = [measure(check, proof) for check in checks]
    numbers = list(dict.fromkeys(one.number for one in measures if isinstance(one, (Counted, Totalled, Shared))))
    counts = dict(zip(numbers, _counted(stage, proof, numbers), strict=True))
    answers = [_answer(stage, proof, one, counts) for one in measures]
    return tuple(result(*each, proof) for each in zip(checks, measures, answers, strict=True))


def measure(check: Check, proof: Proof) -> Measure:
    """How a check's number comes about."""
    try:
        return _measure(check, proof)
    except WeftError as error:
        return Undone("error", str(error))


def _measure(check: Check, proof: Proof) -> Measure:
    subject, rule = proof.subject, check.rule
    match check.kind:
        case "unique" | "primaryKey":
            return duplicates(subject, check.columns)
        case "relationship" if check.relationship:
            return orphans(subject, check.relationship, proof.references.get(check.relationship.to_table))
        case "text":
            return Undone("not executable", "it is written for people")
        case "custom":
            return Undone("skipped", f"no engine '{rule.engine if rule else ''}' is known here")
        case "sql" if rule:
            return ruled(rule, proof)
        case "library" if rule:
            return measured(rule, subject)
        case "relationship" | "sql" | "library":
            raise EngineFault(f"check '{check.id}' does not say what to prove")
        case _:
            column = subject.column(check.columns[0])
            told = breaking(column, check)
            return (known(check, column, subject) or told) if isinstance(told, Counted) else told


def _counted(stage: Stage, proof: Proof, numbers: Sequence[str]) -> list[Answer]:
    """Numbers of one scan; where it fails, each of one of its own, so that the culprit shows."""
    if not numbers:
        return []
    if not stage.macros and TELLS_TIME.search(" ".join(numbers)):
        stage.define(proof.clock)
    started = time.perf_counter()
    answer = fetched(stage, proof.over_written(f"SELECT {', '.join(numbers)} FROM {WRITTEN}"))
    if not isinstance(answer, Answer):
        seconds = (time.perf_counter() - started) / len(numbers)
        return [Answer(value, seconds=seconds) for value in answer]
    return [answer] if len(numbers) == 1 else [_counted(stage, proof, [one])[0] for one in numbers]


def _answer(stage: Stage, proof: Proof, one: Measure, counts: Mapping[str, Answer]) -> Answer:
    match one:
        case Known(value):
            return Answer(value)
        case Counted() | Totalled():
            return counts[one.number]
        case Asked(queries):
            return _asked(stage, proof, queries)
        case Shared(number, _):
            return shared(stage, proof, one, counts[number])
        case Ruled(query):
            return asked_of_author(stage, proof, query)
        case Undone(_, message):
            return Answer(message=message)
        case _:
            assert_never(one)


def _asked(stage: Stage, proof: Proof, queries: Sequence[str]) -> Answer:
    """The first number that is not NULL: a quick proof comes before the one that always answers."""
    started = time.perf_counter()
    for query in queries:
        answer = fetched(stage, proof.over_written(query))
        if isinstance(answer, Answer):
            return answer
        if answer and answer[0] is not None:
            return Answer(answer[0], seconds=time.perf_counter() - started)
    return Answer(message="no query gave a number", failed=True)

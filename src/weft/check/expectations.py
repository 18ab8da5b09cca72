"""What a consumer expects of a port that it reads, and that cannot be asked of it: columns that are not there, SQL that reads more.

What goes beyond the promise is no fault: it is a wish, and the producer is told. Only of a service level is that said here,
since nothing may ever measure it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from weft.check.ground import Ground, columns_of, said_of
from weft.check.metrics import metric_faults
from weft.check.quality import faults_of_rule
from weft.errors import Fault, Place, WeftError, did_you_mean
from weft.plan.promised import promise_of
from weft.product.contract import Contract, QualityRule, ServiceLevel, Table
from weft.product.expectations import Expectation, level_of, own_expectations
from weft.product.product import Product
from weft.sql import reading, rule_query


class Answered(NamedTuple):
    """A document of the consumer's, and the promise that its port reads."""

    expected: Contract
    producer: Product
    promise: Contract


def an_input_is_not_as_expected(ground: Ground) -> Iterator[Fault]:
    for expected in own_expectations(ground.product):
        answers = [
            Answered(expected, *answer)
            for port in ground.product.input_ports
            if port.contract_id == expected.id and (answer := ground.mesh.answers(ground.product, port))
        ]
        fitting = [answer for answer in answers if answer.promise.line == expected.line]
        if answers and not fitting:
            yield _of_another_line(answers[0])
        for fits in fitting[:1]:
            yield from _faults(fits, ground)


def _of_another_line(answer: Answered) -> Fault:
    expected, promise = answer.expected, answer.promise
    message = f"this is expected of version {expected.version} of '{expected.id}', and {promise.version} is read"
    return Fault(expected.place, message, f"Write `version: {promise.version}`, and what you expect of that.")


def _faults(answer: Answered, ground: Ground) -> Iterator[Fault]:
    producer = answer.producer.name
    for table in answer.expected.tables:
        there = answer.promise.table(table.name)
        if there is None:
            message = f"table '{table.name}' is expected of {producer}, which does not promise it"
            mend = did_you_mean(table.name, [one.name for one in answer.promise.tables])
            yield Fault(table.place, message, mend)
        else:
            yield from _columns(table, there, producer, ground)
            yield from _rules(table, there, ground)
    yield from _levels(answer, ground)


def _columns(expected: Table, promised: Table, producer: str, ground: Ground) -> Iterator[Fault]:
    for column in expected.columns:
        there = promised.column(column.name)
        if there is None:
            message = f"column '{column.name}' is expected of {producer}.{promised.name}, which does not promise it"
            yield Fault(column.place, message, did_you_mean(column.name, [one.name for one in promised.columns]))
        elif not _assignable(there.type, column.type, ground):
            message = f"column '{column.name}' is expected as {column.type}, and {producer}.{promised.name} promises {there.type}"
            yield Fault(column.place, message, f"Expect {there.type}.")


def _assignable(given: str, wanted: str, ground: Ground) -> bool:
    try:
        return ground.engine.assignable(given, wanted)
    except WeftError:
        return given == wanted


def _rules(expected: Table, promised: Table, ground: Ground) -> Iterator[Fault]:
    there = {column.name for column in promised.columns}
    asked = replace(expected, columns=promised.columns)
    for relationship in expected.relationships:
        message = "a relationship reads another table, and what is expected of a table reads that table alone"
        yield Fault(relationship.place, message, "Leave it out, or check it in a contract of your own.")
    for rule in expected.rules:
        if rule.column and rule.column not in there:
            continue
        yield from metric_faults(rule, asked)
        if rule.kind == "sql":
            yield from _sql(rule, asked, ground)


def _sql(rule: QualityRule, table: Table, ground: Ground) -> Iterator[Fault]:
    said = f"quality rule '{rule.name}'"
    try:
        names = reading(rule_query(rule.query, table.name, rule.column)).names if rule.query.strip() else ()
    except WeftError as error:
        yield Fault(rule.place, f"{said}: {said_of(error)}", error.mend)
        return
    if others := [name for name in names if name != table.name]:
        message = f"{said} reads '{others[0]}', and what is expected of a table reads that table alone"
        yield Fault(rule.place, message, "Say {object}, and nothing else.")
    else:
        yield from faults_of_rule(rule, table, {table.name: columns_of(table)}, ground)


def _levels(answer: Answered, ground: Ground) -> Iterator[Fault]:
    """Service levels that are not promised: said once each, with whom to ask."""
    said: set[str] = set()
    expected, promise = answer.expected, answer.promise
    for table in expected.tables:
        there = promise.table(table.name)
        line = answer.producer.line(table.name, promise.line)
        for check in Expectation(ground.product.name, line, expected, table).checks:
            if check.kind != "serviceLevel" or there is None or promise_of(check, promise, there) or check.id in said:
                continue
            said.add(check.id)
            level = level_of(check)
            what = f"{check.id} {level.value} {level.unit}".strip()
            message = f"{what} is expected of {answer.producer.name}, which {_promised(level, promise)}"
            yield Fault(Place(expected.file), message, _whom_to_ask(answer.producer, ground), "warning")


def _promised(level: ServiceLevel, promise: Contract) -> str:
    found = (one for one in promise.service_levels if one.property == level.property)
    said = ", ".join(f"{one.value} {one.unit}".strip() for one in found)
    return f"promises {said}" if said else "promises none"


def _whom_to_ask(producer: Product, ground: Ground) -> str:
    domain = ground.mesh.domains.get(producer.domain)
    channels = producer.support or (domain.support if domain else ())
    how = f" ({channels[0].channel}{f', {channels[0].url}' if channels[0].url else ''})" if channels else ""
    return f"Ask the team of {producer.name} for it{how}, or expect what it promises"

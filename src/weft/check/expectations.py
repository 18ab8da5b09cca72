"""What a consumer wrote down of a port that it reads, and the port does not promise: columns missing, or of other types."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, WeftError, did_you_mean
from weft.product.contract import Contract, Table


def an_input_is_not_as_expected(ground: Ground) -> Iterator[Fault]:
    promised = {(port.contract_id, port.version) for port in ground.product.output_ports}
    for port in ground.product.input_ports:
        answer = None if ground.product.source(port) else ground.mesh.answers(ground.product, port)
        for expected in ground.product.contracts:
            if answer and expected.id == port.contract_id and (expected.id, expected.version) not in promised:
                yield from _faults(expected, answer[1], answer[0].name, ground)


def _faults(expected: Contract, promised: Contract, producer: str, ground: Ground) -> Iterator[Fault]:
    for table in expected.tables:
        there = promised.table(table.name)
        if there is None:
            message = f"table '{table.name}' is expected of {producer}, which does not promise it"
            yield Fault(table.place, message, did_you_mean(table.name, [one.name for one in promised.tables]))
        else:
            yield from _columns(table, there, producer, ground)


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

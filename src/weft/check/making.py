"""A promised table that no transform makes, and a transform of a line that nobody promises."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, Place, did_you_mean


def a_promise_is_not_made(ground: Ground) -> Iterator[Fault]:
    product = ground.product
    if ground.is_core_unread:
        return
    promised = {(table.name, contract.line) for _, contract, table in product.promises}
    for _, contract, table in product.promises:
        if product.transform_of(table.name, contract.line) is None:
            newest = contract.line == product.newest_line(table.name)
            file = f"{table.name}.sql" if newest else f"{table.name}@{contract.line}.sql"
            message = f"table '{table.name}' of line {contract.line} is promised, and no transform makes it"
            yield Fault(table.place, message, f"Write transforms/{file}.")
    promised_yet = promised | _retired(ground)
    for transform in product.transforms:
        if transform.line and (transform.table, transform.line) not in promised_yet and not ground.unread:
            lines = [f"{table}@{line}" for table, line in promised]
            message = f"this makes line {transform.line} of '{transform.table}', which no output port promises"
            yield Fault(Place(transform.file), message, did_you_mean(f"{transform.table}@{transform.line}", lines))


def _retired(ground: Ground) -> set[tuple[str, str]]:
    """What made a line that is retired may lie there until its contract goes too."""
    contracts = (ground.product.promise(port) for port in ground.product.output_ports)
    return {(table.name, c.line) for c in contracts if c and c.is_retired for table in c.tables}

"""A line that comes to its end without saying when, and an input that reads one."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault
from weft.product.contract import DEPRECATED
from weft.product.ending import end_levels, ending, endings_read, is_date


def a_deprecated_port_says_no_end(ground: Ground) -> Iterator[Fault]:
    for port in ground.product.output_ports:
        contract = ground.product.promise(port)
        if contract is None or ending(port, contract) != DEPRECATED:
            continue
        place, levels = contract.place, end_levels(contract)
        if not levels:
            message = f"{contract.id} {contract.version} is deprecated, and nothing says until when it can be read"
            mend = "Say it under `slaProperties:`, as `- {property: endOfSupport, value: '2027-06-30'}` or `endOfLife`"
            yield Fault(place, message, mend)
        for level in levels:
            if not is_date(level.value):
                yield Fault(place, f"{level.property} '{level.value}' is no day", "Write one, such as '2027-06-30'")


def an_input_is_deprecated(ground: Ground) -> Iterator[Fault]:
    yield from endings_read(ground.product, ground.mesh)

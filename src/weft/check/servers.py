"""A source contract whose servers say no place that can be read; what the environment has yet to say is left alone."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, Place, WeftError
from weft.product.contract import Contract, Scalar


def a_source_says_no_place(ground: Ground) -> Iterator[Fault]:
    if ground.root is None:
        return
    from weft.sources.location import location

    seen: set[tuple[str, str]] = set()
    for read in ground.reads.values():
        contract = read.contract
        if not read.is_source or (contract.id, contract.version) in seen or _waits_for_environment(contract):
            continue
        seen.add((contract.id, contract.version))
        try:
            location(read, ground.root)
        except WeftError as error:
            yield Fault(error.place or Place(contract.file), error.message, error.mend)


def _waits_for_environment(contract: Contract) -> bool:
    values: list[Scalar] = [v for s in contract.servers for v in (*s.fields.values(), *s.options.values())]
    return any(isinstance(value, str) and "${" in value for value in values)

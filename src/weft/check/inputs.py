"""An input port that no contract answers: not in the mesh, not as a source, or not in the version that it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from weft.check.ground import Ground
from weft.errors import Fault, did_you_mean
from weft.product.product import InputPort


def an_input_is_not_answered(ground: Ground) -> Iterator[Fault]:
    for port in ground.product.input_ports:
        if port.name in ground.unanswered and not ground.unread:
            yield Fault(port.place, *_said(port, ground))


def _said(port: InputPort, ground: Ground) -> tuple[str, str]:
    own = [contract for contract in ground.product.contracts if contract.id == port.contract_id]
    if retired := ground.mesh.retired(port):
        message = f"input port '{port.name}' reads '{retired.id}' {retired.version}, which is retired"
        others = sorted(set(_versions(port, ground)))
        return (
            message,
            f"Write `version: {others[-1]}`" if others else "Remove the port, or ask its domain what takes its place",
        )
    versions = sorted({c.version for c in own if c.is_source} | set(_versions(port, ground)))
    if versions:
        message = f"input port '{port.name}' asks for version {port.version} of '{port.contract_id}', and there is {', '.join(versions)}"
        return message, f"Write `version: {versions[-1]}`, or another of the same major version."
    if own and not own[0].tables:
        return f"input port '{port.name}' reads '{port.contract_id}', which has no table", "Add one to its `schema`."
    if own:
        message = (
            f"input port '{port.name}' reads '{port.contract_id}', which no product promises and which has no servers"
        )
        return message, f"Say in {own[0].file} where the data is, under `servers:`."
    message = f"input port '{port.name}': no contract has the id '{port.contract_id}'"
    return message, did_you_mean(
        port.contract_id, _known(ground)
    ) or "Write a source contract of that id, with `servers:`."


def _versions(port: InputPort, ground: Ground) -> list[str]:
    promised = (contract for product in ground.mesh.products.values() for _, contract, _ in product.promises)
    return [contract.version for contract in promised if contract.id == port.contract_id]


def _known(ground: Ground) -> set[str]:
    promised = {c.id for product in ground.mesh.products.values() for _, c, _ in product.promises}
    return promised | {contract.id for contract in ground.product.contracts if contract.is_source}

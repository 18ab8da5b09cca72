"""Whether a product's manifest, contracts and transforms fit each other: each port its contract, each contract its port, each name one thing."""

from __future__ import annotations

from collections.abc import Iterator

from weft.errors import Fault, closest, did_you_mean
from weft.product.product import OutputPort, Product


def faults_of_binding(product: Product, unread: frozenset[str]) -> tuple[Fault, ...]:
    """All that does not fit. `unread` are ids of contracts that could not be read, or whose port could not; `*` is one without a known id."""
    rules = (_ports_without_contract, _contracts_without_port, _names_of_two_things, _tables_promised_twice)
    return tuple(fault for rule in rules for fault in rule(product, unread))


def _ports_without_contract(product: Product, unread: frozenset[str]) -> Iterator[Fault]:
    for port in product.output_ports:
        if product.promise(port) or port.contract_id in unread or "*" in unread:
            continue
        versions = [contract.version for contract in product.contracts if contract.id == port.contract_id]
        if versions:
            message = f"output port '{port.name}' is version {port.version}, and its contract is {', '.join(versions)}"
            yield Fault(port.place, message, "Write the same version in both.")
        else:
            message = f"output port '{port.name}' promises contract '{port.contract_id}', and no file in contracts/ has that id"
            known = [contract.id for contract in product.contracts if not contract.is_source]
            yield Fault(port.place, message, did_you_mean(port.contract_id, known))


def _contracts_without_port(product: Product, unread: frozenset[str]) -> Iterator[Fault]:
    promised = {(port.contract_id, port.version) for port in product.output_ports}
    read = {port.contract_id for port in product.input_ports}
    meant = _meant(product) | unread
    for contract in product.contracts:
        if (contract.id, contract.version) in promised or contract.id in read or contract.id in meant:
            continue
        kind, mend = ("input", "read it") if contract.is_source else ("output", "promise it")
        message = f"contract '{contract.id}' {contract.version} has no {kind} port"
        yield Fault(
            contract.place, message, f"Add one to {kind}Ports that says `contractId: {contract.id}`, to {mend}."
        )


def _meant(product: Product) -> set[str | None]:
    """Ids of contracts that a port names in another version, or nearly: that was said at the port already."""
    known = [contract.id for contract in product.contracts if not contract.is_source]
    return {closest(port.contract_id, known) for port in product.output_ports if product.promise(port) is None}


def _names_of_two_things(product: Product, unread: frozenset[str]) -> Iterator[Fault]:
    made = {transform.table: transform.file for transform in product.transforms}
    promised = {table.name: contract.file for _, contract, table in product.promises}
    for port in product.input_ports:
        if other := made.get(port.name) or promised.get(port.name):
            message = f"'{port.name}' is an input port, and {other.removeprefix(f'{product.folder}/')} makes a table of that name"
            yield Fault(port.place, message, "Rename one of them: in SQL a name is one thing.")


def _tables_promised_twice(product: Product, unread: frozenset[str]) -> Iterator[Fault]:
    promised: dict[tuple[str, str], OutputPort] = {}
    for port, contract, table in product.promises:
        first = promised.setdefault((table.name, contract.line), port)
        if first is not port:
            message = f"table '{table.name}' of line {contract.line} is promised by port '{first.name}' and by port '{port.name}'"
            yield Fault(table.place, message, "Rename one of them.")

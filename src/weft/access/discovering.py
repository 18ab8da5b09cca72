"""Who may know that a table is there at all: everybody, unless its contract says that it is not discoverable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from weft.access.reader import Reader
from weft.access.reading import belongs
from weft.names import LineName, ProductName
from weft.product.agreement import Agreement
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.product import OutputPort, Product

DISCOVERABLE = "discoverable"
"""A customProperty of a contract: `false` hides its tables from whoever has nothing to do with them."""
KNOWING = frozenset({"governance", "auditor"})
"""Roles of the mesh that know of everything that there is, and read none of it."""


def is_discoverable(contract: Contract) -> bool:
    return str(contract.custom.get(DISCOVERABLE, "true")).lower() != "false"


def hidden_ports(
    reader: Reader, mesh: Mesh, agreements: Iterable[Agreement], today: date
) -> dict[ProductName, frozenset[str]]:
    """The ports that a reader may not know of, by product; `agreements` are the reader's own."""
    found: dict[ProductName, frozenset[str]] = {}
    if reader.is_owner or reader.roles() & KNOWING:
        return found
    mine = tuple(agreements)
    for product in mesh.products.values():
        said = _undiscoverable(product)
        if said and not belongs(reader, product, mesh):
            hidden = frozenset(port.name for port in said if not _is_party(reader, product, port, (mesh, mine, today)))
            if hidden:
                found[product.name] = hidden
    return found


def _undiscoverable(product: Product) -> tuple[OutputPort, ...]:
    found = ((port, product.promise(port)) for port in product.output_ports)
    return tuple(port for port, contract in found if contract is not None and not is_discoverable(contract))


def _is_party(
    reader: Reader, product: Product, port: OutputPort, known: tuple[Mesh, tuple[Agreement, ...], date]
) -> bool:
    """Whether a reader has to do with a port: by an agreement that is in force or asked for, an invitation, or an input port of a
    product that is theirs."""
    mesh, agreements, today = known
    name = f"{product.name}.{port.name}"
    if any(
        one.port == name and (one.is_open or one.is_in_force(today)) for one in agreements if one.is_of(reader.name)
    ):
        return True
    invited = (one for one in product.build.previews if one.port == port.name and not one.is_over(today))
    if any(reader.name in one.invites for one in invited):
        return True
    return any(_reads_for(reader, one, mesh) for one in mesh.products.values() if _asks(one, port))


def _asks(product: Product, port: OutputPort) -> bool:
    return any(own.contract_id == port.contract_id for own in product.input_ports)


def _reads_for(reader: Reader, product: Product, mesh: Mesh) -> bool:
    """Whether it is this product, or somebody of its domain."""
    return product.name == reader.product if reader.product else belongs(reader, product, mesh)


def without(product: Product, hidden: frozenset[str]) -> Product | None:
    """A product as somebody sees it who may not know of some of its ports; None where nothing is left of it."""
    ports = tuple(port for port in product.output_ports if port.name not in hidden)
    if not ports:
        return None
    gone = {table.name for port, _, table in product.promises if port.name in hidden}
    gone -= {table.name for port, _, table in product.promises if port.name not in hidden}
    contracts = {(port.contract_id, port.version) for port in product.output_ports if port.name in hidden}
    contracts -= {(port.contract_id, port.version) for port in ports}
    return replace(
        product,
        output_ports=ports,
        contracts=tuple(one for one in product.contracts if (one.id, one.version) not in contracts),
        transforms=tuple(one for one in product.transforms if one.table not in gone),
        test_files=tuple(file for file in product.test_files if _stem(file) not in gone),
        build=replace(product.build, previews=tuple(p for p in product.build.previews if p.port not in hidden)),
    )


def seen_mesh(mesh: Mesh, hidden: dict[ProductName, frozenset[str]]) -> Mesh:
    """The mesh without what is hidden, and without the input ports that would name it."""
    if not hidden:
        return mesh
    ids = {c.id for c in hidden_contracts(mesh, hidden)}
    products: dict[ProductName, Product] = {}
    for name, product in mesh.products.items():
        left = without(product, hidden[name]) if name in hidden else product
        if left is not None:
            inputs = tuple(port for port in left.input_ports if port.contract_id not in ids)
            products[name] = left if inputs == left.input_ports else replace(left, input_ports=inputs)
    return replace(mesh, products=products)


def hidden_contracts(mesh: Mesh, hidden: dict[ProductName, frozenset[str]]) -> tuple[Contract, ...]:
    found = (
        (mesh.products[name].promise(port), port)
        for name, ports in hidden.items()
        for port in mesh.products[name].output_ports
        if port.name in ports
    )
    return tuple(contract for contract, _ in found if contract is not None)


def hidden_lines(mesh: Mesh, hidden: dict[ProductName, frozenset[str]]) -> frozenset[LineName]:
    return frozenset(
        mesh.products[name].line(table.name, contract.line)
        for name, ports in hidden.items()
        for port, contract, table in mesh.products[name].promises
        if port.name in ports
    )


def _stem(file: str) -> str:
    return file.rpartition("/")[2].partition(".")[0].partition("@")[0]

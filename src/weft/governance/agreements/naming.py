"""What a name stands for when it is asked for: a port at one line, or something that a product keeps to itself."""

from __future__ import annotations

from dataclasses import dataclass

from weft.access.discovering import hidden_ports, without
from weft.errors import Refused, Unknown, did_you_mean
from weft.governance.agreements.office import Office
from weft.names import PROD, LineName, ProductName, label_of
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.product import OutputPort, Product
from weft.versions import Version

DEPTH = 2
"""Dots in the name of a port or a table: `domain.product.port`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A port at one line."""

    product: Product
    port: OutputPort
    contract: Contract
    mesh: Mesh

    @property
    def name(self) -> str:
        return f"{self.product.name}.{self.port.name}"


@dataclass(frozen=True, slots=True)
class Internal:
    """What no port promises: a step's name, or `table.column`; `port` is the one whose table it is of."""

    product: Product
    wanted: str
    port: str = ""


def asked_for(office: Office, name: str) -> Asked | Internal:
    """Raises: Unknown, with the closest that the caller may know of; Refused, where it is a preview."""
    bare, label = name.partition("@")[0], label_of(LineName(name))
    if bare.count(".") < DEPTH:
        raise Unknown("port", name, mend="Name a port: domain.product.port, with @line where a line is meant.")
    product_name = ProductName(".".join(bare.split(".")[:DEPTH]))
    product, mesh = known_product(office, product_name)
    leaf, _, column = bare.removeprefix(f"{product_name}.").partition(".")
    ports = _ports(product, leaf)
    if column:
        return _column(product, ports, leaf, column)
    if not ports:
        if leaf in {transform.table for transform in product.transforms}:
            return Internal(product, leaf)
        raise _unknown_port(product, leaf)
    return _at_line(product, ports, label, mesh)


def known_product(office: Office, name: ProductName) -> tuple[Product, Mesh]:
    """A product as the caller may know of it. Raises: Unknown."""
    mesh = office.mesh([name])
    product = mesh.products.get(name)
    if product is not None:
        own = office.registry.agreements.of(office.reader.name) if not office.reader.is_owner else ()
        hidden = hidden_ports(office.reader, mesh, own, office.today).get(name, frozenset())
        product = without(product, hidden) if hidden else product
    if product is None:
        raise Unknown("product", name, _known_names(office))
    return product, mesh


def _known_names(office: Office) -> list[str]:
    mesh = Mesh("", office.domains, office.registry.products(environment=PROD))
    own = office.registry.agreements.of(office.reader.name) if not office.reader.is_owner else ()
    hidden = hidden_ports(office.reader, mesh, own, office.today)
    return [name for name, one in mesh.products.items() if name not in hidden or without(one, hidden[name])]


def _ports(product: Product, leaf: str) -> tuple[tuple[OutputPort, Contract], ...]:
    """By the port's own name, else by that of a table of it."""
    found = ((port, product.promise(port)) for port in product.output_ports)
    promised = tuple((port, contract) for port, contract in found if contract and not contract.is_retired)
    named = tuple(one for one in promised if one[0].name == leaf)
    return named or tuple(one for one in promised if one[1].table(leaf))


def _column(product: Product, ports: tuple[tuple[OutputPort, Contract], ...], leaf: str, column: str) -> Internal:
    if not ports:
        raise _unknown_port(product, leaf)
    port, contract = ports[-1]
    promised = {one.name for table in contract.tables for one in table.columns}
    if column in promised:
        mend = f"Ask for the port: weft access request {product.name}.{port.name}"
        raise Refused(f"'{column}' is promised already, and an agreement is on a whole port", mend=mend)
    return Internal(product, f"{leaf}.{column}", f"{product.name}.{port.name}")


def _at_line(product: Product, ports: tuple[tuple[OutputPort, Contract], ...], label: str, mesh: Mesh) -> Asked:
    stable = {c.line: (port, c) for port, c in ports if not c.semantic_version.is_preview}
    wanted = _line(label) or max(stable, key=int, default="")
    if wanted in stable:
        port, contract = stable[wanted]
        return Asked(product, port, contract, mesh)
    name = f"{product.name}.{ports[0][0].name}"
    if any(c.line == label for _, c in ports) or not stable:
        mend = f"Ask to be invited: its build.yaml says under `previews` who is. {_team(product, mesh)}".strip()
        raise Refused(f"{name}@{label or ports[0][1].line} is a preview, and read by invitation", mend=mend)
    raise Unknown("line", f"{name}@{label}", [f"{name}@{line}" for line in stable])


def _line(label: str) -> str:
    """A version means the line that it is of."""
    try:
        return Version.parse(label).line
    except ValueError:
        return label


def _team(product: Product, mesh: Mesh) -> str:
    from weft.access.approving import owners

    people = owners(product, mesh)
    return f"Ask {people[0]}." if people else ""


def _unknown_port(product: Product, leaf: str) -> Unknown:
    known = dict.fromkeys(port.name for port in product.output_ports)
    near = did_you_mean(leaf, known)
    propose = f"To ask for what it does not promise: weft access propose {product.name}.{leaf} --reason 'WHY'"
    return Unknown("port", f"{product.name}.{leaf}", mend=f"{near} {propose}".strip())

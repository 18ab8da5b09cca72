"""All domains that share one registry, as one immutable value: what is desired, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from weft.errors import Place, Unknown
from weft.names import DomainName, LineName, ProductName, leaf_of, product_of, table_of
from weft.product.contract import DEPRECATED, Channel, Contract, Table, Team
from weft.product.product import InputPort, Product, fits
from weft.versions import Version


@dataclass(frozen=True, slots=True)
class Domain:
    """A folder with `domain.yaml`. `digest` covers that file."""

    name: DomainName
    folder: str
    digest: str = ""
    description: str = ""
    parent: DomainName | None = None
    team: Team = field(default_factory=Team)
    support: tuple[Channel, ...] = ()
    terms: dict[str, str] = field(default_factory=dict)
    """The domain's glossary."""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Read:
    """One name that a product's SQL may say, and what it stands for.

    Exactly one of `line` (another product's table) and `source` (a table of a source contract) is set.
    """

    name: str
    port: InputPort
    table: Table
    contract: Contract
    line: LineName | None = None

    @property
    def is_source(self) -> bool:
        return self.line is None


@dataclass(frozen=True)
class Mesh:
    """Domains and products by name; `products` also holds, marked in `absent`, what only the registry knows of."""

    name: str
    domains: dict[DomainName, Domain] = field(default_factory=dict)
    products: dict[ProductName, Product] = field(default_factory=dict)
    absent: frozenset[ProductName] = frozenset()
    """Products of other checkouts, as last applied: they can be read, and are never planned."""
    recorded_lines: dict[tuple[ProductName, str], str] = field(default_factory=dict)
    """(product, input port) to the line's label it recorded at its first apply; it stays there until its manifest says otherwise."""

    @property
    def present(self) -> Iterator[Product]:
        return (product for name, product in self.products.items() if name not in self.absent)

    def product(self, name: ProductName) -> Product:
        """Raises: Unknown, with the closest name."""
        found = self.products.get(name)
        if found is None:
            raise Unknown("product", name, self.products)
        return found

    @cached_property
    def _promised(self) -> dict[str, list[tuple[Product, Contract]]]:
        found: dict[str, list[tuple[Product, Contract]]] = {}
        for product in self.products.values():
            for port in product.output_ports:
                contract = product.promise(port)
                if contract and not contract.is_retired:
                    found.setdefault(contract.id, []).append((product, contract))
        return found

    def unanswered(self, product: Product) -> frozenset[str]:
        """The names of input ports behind which nothing was found."""
        ports = {port.name for port in product.input_ports}
        return (
            frozenset(ports.difference(read.port.name for read in self.reads(product).values()))
            if ports
            else frozenset()
        )

    @cached_property
    def deprecated(self) -> dict[LineName, Contract]:
        """Every line that comes to its end and is still made, by its contract's status or its port's own word."""
        return {
            product.line(table.name, contract.line): contract
            for product in self.products.values()
            for port, contract, table in product.promises
            if port.deprecated or contract.status == DEPRECATED
        }

    def retired(self, port: InputPort) -> Contract | None:
        """The retired contract that an input port asks for, where there is one; the newest."""
        promised = (p.promise(out) for p in self.products.values() for out in p.output_ports)
        found = [c for c in promised if c and c.is_retired and c.id == port.contract_id and fits(c, port.version)]
        return max(found, key=lambda contract: contract.semantic_version, default=None)

    def answers(self, product: Product, port: InputPort) -> tuple[Product, Contract] | None:
        """The product and contract that an input port reads inside the mesh: the newest version that fits what it asks for.

        A port that asks for no version stays on the line that it recorded, else takes the newest stable one: a preview is
        read only by who asks for it. Who asked for one that is gone reads the stable version that came of it.
        """
        promised = self._promised.get(port.contract_id, ())
        fitting = [(p, c) for p, c in promised if fits(c, port.version)]
        if not port.version:
            label = self.recorded_lines.get((product.name, port.name))
            stable = [(p, c) for p, c in fitting if not c.semantic_version.is_preview]
            fitting = [(p, c) for p, c in stable if c.line == label] or stable
        elif not fitting:
            fitting = [(p, c) for p, c in promised if c.semantic_version.came_of(Version.parse(port.version))]
        return max(fitting, key=lambda found: found[1].semantic_version, default=None)

    def reads(self, product: Product) -> dict[str, Read]:
        """Every name that the product's SQL may say of its inputs.

        A port of one table is its port's name; of several, `port.table` for each; ports that nothing answers are left out
        (that is a fault, and `check` says so).
        """
        found = self._reads.get(product.name)
        if found is None or found[0] is not product:
            reads = {read.name: read for port in product.input_ports for read in self._read(product, port)}
            self._reads[product.name] = found = (product, reads)
        return found[1]

    @cached_property
    def _reads(self) -> dict[ProductName, tuple[Product, dict[str, Read]]]:
        """Remembered by product: a plan asks for the same names again and again."""
        return {}

    def _read(self, product: Product, port: InputPort) -> Iterable[Read]:
        if contract := product.source(port):
            return [Read(spelled(port, contract, table), port, table, contract) for table in contract.tables]
        if answer := self.answers(product, port):
            producer, contract = answer
            return [
                Read(spelled(port, contract, table), port, table, contract, producer.line(table.name, contract.line))
                for table in contract.tables
            ]
        return []

    def upstream(self, product: Product) -> tuple[ProductName, ...]:
        """The products that this one reads, each once, in the order of its ports."""
        return tuple(dict.fromkeys(product_of(read.line) for read in self.reads(product).values() if read.line))

    def promise(self, line: LineName) -> tuple[Contract, Table] | None:
        """The contract and the table that a line's name stands for."""
        product = self.products.get(product_of(line))
        if product is None:
            return None
        leaf = leaf_of(line)
        for _, contract, table in product.promises:
            if table.name == leaf and product.line(leaf, contract.line) == line:
                return contract, table
        return None

    @property
    def lines(self) -> tuple[LineName, ...]:
        return tuple(
            product.line(table.name, contract.line)
            for product in self.products.values()
            for _, contract, table in product.promises
        )

    def newest_stable(self) -> dict[str, LineName]:
        """`domain.product.table` to its newest stable line (a preview only where there is no stable one)."""
        found: dict[str, LineName] = {}
        for line in self.lines:
            table = table_of(line)
            if table not in found:
                product = self.products[product_of(line)]
                found[table] = product.line(leaf_of(line), product.newest_line(leaf_of(line)))
        return found


def spelled(port: InputPort, contract: Contract, table: Table) -> str:
    """How the product's SQL says a table of an input port."""
    return port.name if len(contract.tables) == 1 else f"{port.name}.{table.name}"

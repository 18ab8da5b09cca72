"""What consumers wrote down of the tables that they read: from a document of their own to checks, each with whose it is.

An input port names its producer's contract; a document of the consumer's own with that id, which says no servers and is
promised by no port, is what the consumer expects of it. Its version is that of the promise it was written against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weft.errors import Place
from weft.names import LineName, ProductName, table_of
from weft.product.checks import Check, checks_of
from weft.product.contract import Contract, ServiceLevel, Table
from weft.product.mesh import Mesh
from weft.product.product import InputPort, Product


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one consumer expects of one table of the line that it reads. `table` is its own account of it, and no promise."""

    consumer: ProductName
    line: LineName
    contract: Contract
    table: Table

    @property
    def checks(self) -> tuple[Check, ...]:
        """Each column and its type, then what is asked of values; a relationship would read other tables, and is left out."""
        columns = (
            Check(f"column({column.name})", "column", (column.name,), dimension="conformity", values=(column.type,))
            for column in self.table.columns
        )
        asked = (check for check in checks_of(self.table) if check.kind != "relationship")
        levels = (_of_level(level) for level in self.contract.service_levels if concerns(level, self.table))
        return (*columns, *asked, *levels)

    def name(self, check: Check) -> str:
        """What a result of one of the checks is called, among those of the table itself and of other consumers."""
        return f"{self.consumer} expects {check.id}"


def place_of(expectation: Expectation, check: Check) -> Place:
    """Where the consumer wrote down what it asks."""
    if check.kind == "serviceLevel":
        return Place(expectation.contract.file)
    column = expectation.table.column(check.columns[0]) if check.columns else None
    return check.rule.place if check.rule else column.place if column else expectation.table.place


def own_expectations(product: Product) -> tuple[Contract, ...]:
    """The documents of a product that say what it expects of what others promise; one that is retired says nothing any more."""
    if all(contract.is_source for contract in product.contracts):
        return ()
    promised = {(port.contract_id, port.version) for port in product.output_ports}
    read = {port.contract_id for port in product.input_ports}
    return tuple(
        contract
        for contract in product.contracts
        if contract.id in read
        and not contract.is_source
        and contract.status != "retired"
        and (contract.id, contract.version) not in promised
    )


def expected_of(product: Product, port: InputPort, line: str) -> Contract | None:
    """What a product expects of an input port that reads a line: the newest of its documents that is of that line."""
    fitting = [c for c in own_expectations(product) if c.id == port.contract_id and c.line == line]
    return max(fitting, key=lambda contract: contract.semantic_version, default=None)


def expectations_of(product: Product, mesh: Mesh) -> Iterator[Expectation]:
    """What a product expects of each table that it reads, where it wrote that down."""
    if not own_expectations(product):
        return
    for port in product.input_ports:
        answer = None if product.source(port) else mesh.answers(product, port)
        if answer is None or (expected := expected_of(product, port, answer[1].line)) is None:
            continue
        producer, promise = answer
        for table in expected.tables:
            if promise.table(table.name):
                yield Expectation(product.name, producer.line(table.name, promise.line), expected, table)


def expectations_by_line(mesh: Mesh) -> dict[LineName, tuple[Expectation, ...]]:
    """What is expected of each line, by all who read it; lines of which nothing is expected are left out."""
    found: dict[LineName, list[Expectation]] = {}
    for product in mesh.products.values():
        for expectation in expectations_of(product, mesh):
            found.setdefault(expectation.line, []).append(expectation)
    return {line: tuple(expectations) for line, expectations in found.items()}


def expectations_on(line: LineName, consumers: Iterable[ProductName], mesh: Mesh) -> tuple[Expectation, ...]:
    """What consumers that read any line of a table expect of it: a preview is held against what they expect of its stable line."""
    found: dict[ProductName, Expectation] = {}
    for name in consumers:
        for expectation in expectations_of(mesh.product(name), mesh):
            if table_of(expectation.line) == table_of(line):
                found[name] = expectation
    return tuple(found.values())


def concerns(level: ServiceLevel, table: Table) -> bool:
    """Whether a service level is about a table, or about all of them: its element names nothing, the table, or a column of it."""
    return any(_names(element.strip(), table) for element in level.element.split(","))


def _names(element: str, table: Table) -> bool:
    return not element or element == table.name or column_named(element, table) is not None


def column_named(element: str, table: Table) -> str | None:
    """The column of a table that an element of a service level names: `departures.dep_time`, or `dep_time`."""
    name = element.strip().removeprefix(f"{table.name}.")
    return name if table.column(name) else None


def _of_level(level: ServiceLevel) -> Check:
    element = f" of {level.element}" if level.element else ""
    values = (level.property, level.value, level.unit, level.element)
    return Check(f"{level.property}{element}", "serviceLevel", dimension="timeliness", values=values)


def level_of(check: Check) -> ServiceLevel:
    """The service level that a check of kind `serviceLevel` is of."""
    name, value, unit, element = check.values
    return ServiceLevel(str(name), value, str(unit), str(element))

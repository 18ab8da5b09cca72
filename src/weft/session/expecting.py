"""`weft new expectation`: what a product expects of an input port, drafted from what its transforms read of it."""

from __future__ import annotations

from pathlib import Path

from weft.errors import Misuse, Unknown
from weft.names import LineName, ProductName
from weft.plan.lineage import lineage_of
from weft.product.contract import Contract, Table
from weft.product.expectations import expected_of
from weft.product.mesh import Mesh
from weft.product.product import InputPort, Product
from weft.session.session import Session
from weft.workspace.drafting import DraftColumn, ExpectationDraft, draft_expectation


def new_expectation(session: Session, name: str) -> tuple[Path, ...]:
    """Drafts what `domain.product.port` needs. Returns what was written. Raises: Misuse, Unknown; Faults where SQL cannot be read."""
    owner, dot, port_name = name.rpartition(".")
    if not dot or owner.count(".") != 1:
        raise Misuse(f"'{name}' is no name of an input port", mend="Write `domain.product.port`.")
    mesh = session.mesh
    product = mesh.product(ProductName(owner))
    port = next((port for port in product.input_ports if port.name == port_name), None)
    if port is None:
        raise Unknown(f"input port of {owner}", port_name, [port.name for port in product.input_ports])
    producer, promise = _answer(product, port, mesh)
    tables = {
        table.name: _columns(product, producer.line(table.name, promise.line), table, mesh) for table in promise.tables
    }
    read = {table: columns for table, columns in tables.items() if columns}
    if not read:
        raise Misuse(
            f"no transform of {owner} reads '{port_name}'", mend="Write one that does, then say what it needs."
        )
    return draft_expectation(
        session.settings, product.name, ExpectationDraft(port.name, promise.id, promise.version, read)
    )


def _answer(product: Product, port: InputPort, mesh: Mesh) -> tuple[Product, Contract]:
    if product.source(port):
        mend = "Its own contract says what is expected of it."
        raise Misuse(f"'{port.name}' reads data from outside the mesh", mend=mend)
    answer = mesh.answers(product, port)
    if answer is None:
        raise Misuse(f"nothing answers '{port.name}'", mend="See: weft check")
    if there := expected_of(product, port, answer[1].line):
        raise Misuse(f"what {product.name} expects of '{port.name}' is in {there.file} already", mend="Write it there.")
    return answer


def _columns(product: Product, line: LineName, table: Table, mesh: Mesh) -> list[DraftColumn]:
    """Those that are read, for their values or to decide which rows there are."""
    read = {edge.source_column.lower() for edge in lineage_of(product, mesh) if edge.source == line}
    return [
        DraftColumn(column.name, column.type, column.required or bool(column.key_position))
        for column in table.columns
        if column.name.lower() in read
    ]

"""What products read, and what they promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.product.product import InputPort, OutputPort, Product
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, boolean, text, texts


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    for product in ledger.products:
        for read in product.input_ports:
            yield _input(ledger, product, read)
        for promised in product.output_ports:
            yield _output(product, promised)


def _input(ledger: Ledger, product: Product, port: InputPort) -> tuple[Any, ...]:
    source = product.source(port)
    answer = None if source else ledger.mesh.answers(product, port)
    producer, contract = (answer[0].name, answer[1]) if answer else (None, source)
    line = contract.line if contract else ledger.input_lines.get((product.name, port.name))
    status = contract.status if contract else None
    of = (product.name, product.domain, "input", port.name, port.contract_id, port.version)
    return (*of, line, status, producer, source is not None, "", "", False, [])


def _output(product: Product, port: OutputPort) -> tuple[Any, ...]:
    contract = product.promise(port)
    of = (product.name, product.domain, "output", port.name, port.contract_id, port.version)
    status = contract.status if contract else None
    return (*of, port.line, status, None, False, port.type, port.description, port.deprecated, list(port.tags))


PORTS = Relation(
    "ports",
    "One row for each input port, and for each line of each output port.",
    ("product", "direction", "port", "version"),
    (
        text("product", "domain.product"),
        text("domain", "The domain that owns the product"),
        text("direction", "input or output"),
        text("port", "The port's name"),
        text("contract_id", "The contract that it is bound to"),
        text("version", "Of an output, the contract's version; of an input, what it asks for ('' asks for any)"),
        text(
            "line", "The line that it is or reads: 1, or a preview's whole version; NULL where nothing answers an input"
        ),
        text("status", "The contract's status; NULL where nothing answers an input"),
        text(
            "producer",
            "Of an input, the product that answers it; NULL for an output and for data from outside the mesh",
        ),
        boolean("is_source", "Whether it reads data from outside the mesh"),
        text("type", "Of an output, its type as the manifest says it"),
        text("description", "Of an output, what the manifest says of it"),
        boolean("deprecated", "Whether the output is deprecated"),
        texts("tags", "The output's tags"),
    ),
    _rows,
    is_of_publishes=True,
)

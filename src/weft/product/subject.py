"""What the subject of a violation stands for, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from weft.errors import Place
from weft.names import DomainName, LineName, ProductName, product_name
from weft.product.contract import Table
from weft.product.mesh import Mesh
from weft.product.product import Product


@dataclass(frozen=True, slots=True)
class Subject:
    """A domain, a product, or a table, column or port of one; without a domain it names nothing in the mesh."""

    domain: DomainName | None = None
    product: ProductName | None = None
    line: LineName | None = None
    place: Place = field(default=Place(""), compare=False)


NOBODY = Subject()


def subject_of(name: str, mesh: Mesh) -> Subject:
    """By the longest part of the name that is known: `operations.flights.departures@1.dep_time`."""
    table_part, _, after = name.partition("@")
    words = table_part.split(".")
    domain = mesh.domains.get(DomainName(words[0]))
    product = mesh.products.get(product_name(*words[:2])) if len(words) > 1 else None
    if product is None:
        if domain is None or len(words) > 1:
            return Subject(DomainName(words[0])) if domain else NOBODY
        return Subject(domain.name, place=domain.place)
    return _within(product, words[2:], after)


def _within(product: Product, words: list[str], after: str) -> Subject:
    whole = Subject(product.domain, product.name, place=product.place)
    if not words:
        return whole
    label, column = _label_and_column(product, words, after)
    for _, contract, table in product.promises:
        if table.name == words[0] and label in ("", contract.line, contract.version):
            place = _of_column(table, column) or table.place
            return Subject(product.domain, product.name, product.line(table.name, contract.line), place)
    places = {port.name: port.place for port in product.input_ports} | {p.name: p.place for p in product.output_ports}
    return Subject(product.domain, product.name, place=places[words[0]]) if words[0] in places else whole


def _label_and_column(product: Product, words: list[str], after: str) -> tuple[str, str]:
    """`@1.dep_time` and `@2.0.0-beta.1.dep_time`: a preview's version has dots of its own."""
    if not after:
        return "", words[1] if len(words) > 1 else ""
    labels = {contract.line for _, contract, _ in product.promises}
    label = next((one for one in sorted(labels, key=len, reverse=True) if f"{after}.".startswith(f"{one}.")), after)
    return label, after[len(label) + 1 :]


def _of_column(table: Table, name: str) -> Place | None:
    found = table.column(name) if name else None
    return found.place if found else None

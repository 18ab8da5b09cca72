"""What an agreement covers: the coming minors of its line, and a new major or a bridge as its contract says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from weft.access.reader import Reader
from weft.names import LineName, label_of, product_of
from weft.product.agreement import Agreement
from weft.product.bridges import bridges_of
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.product import OutputPort, Product

CARRY_OVER = "agreementsCarryOver"
"""A customProperty of a contract: `true` says that agreements on the major before it hold for this one too; `ask` that they do not."""


def port_of(line: LineName, mesh: Mesh) -> tuple[Product, OutputPort, Contract] | None:
    """The port that promises a line, and its contract; None where none does."""
    product = mesh.products.get(product_of(line))
    found = product.ports_by_line.get(line) if product else None
    return (product, *found) if product and found else None


def carries_over(contract: Contract) -> bool:
    """Whether agreements on the major before this one hold for it too."""
    return str(contract.custom.get(CARRY_OVER, "ask")).lower() == "true"


def covering(reader: Reader, line: LineName, agreements: Iterable[Agreement], mesh: Mesh) -> Iterator[Agreement]:
    """The reader's agreements, in force or not, that are about a line."""
    found = port_of(line, mesh)
    if found is None:
        return
    product, port, _ = found
    name = f"{product.name}.{port.name}"
    for one in agreements:
        if one.is_of(reader.name) and one.port == name and covers(one, line, product):
            yield one


def in_force(agreements: Iterable[Agreement], today: date) -> tuple[Agreement, ...]:
    return tuple(one for one in agreements if one.is_in_force(today))


def covers(agreement: Agreement, line: LineName, product: Product) -> bool:
    """Whether an agreement on a port of a product is about one of the port's lines."""
    label = label_of(line)
    if not label.isdigit():
        return False
    if label == agreement.line:
        return True
    if int(label) > int(agreement.line):
        return _carried(agreement, int(label), product)
    newer = bridges_of(product).get(line)
    return newer is not None and _reaches(agreement, newer, product)


def _reaches(agreement: Agreement, newer: LineName, product: Product) -> bool:
    """A bridge shows an old shape of the newer line: who agreed on that one needs no other agreement, where its contract says so."""
    contract = _majors(agreement.port_name, product).get(int(label_of(newer)))
    return contract is not None and carries_over(contract) and covers(agreement, newer, product)


def _carried(agreement: Agreement, label: int, product: Product) -> bool:
    """Every major that came since says that agreements are carried over."""
    majors = _majors(agreement.port_name, product)
    since = [contract for major, contract in majors.items() if int(agreement.line) < major <= label]
    return label in majors and all(map(carries_over, since))


def _majors(port: str, product: Product) -> dict[int, Contract]:
    """By major, retired ones too."""
    found = ((one, product.promise(one)) for one in product.output_ports if one.name == port)
    return {int(c.line): c for _, c in found if c is not None and c.line.isdigit()}

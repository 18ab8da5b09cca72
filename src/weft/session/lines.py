"""Lines of a port side by side: the files of a new version, and of a bridge from an old line to the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from weft.errors import Faults, Misuse
from weft.names import ProductName, label_of, leaf_of
from weft.product.bridges import bridges_of
from weft.session.session import Session
from weft.workspace.changing import Written, write_changes

if TYPE_CHECKING:
    from weft.plan.changes import Known
    from weft.product.product import Product
    from weft.product.snapshot import ColumnEdge
    from weft.versions import Version


def new_version(session: Session, name: str, version: Version, *, bridge: bool = False) -> Written:
    """Writes the contract, the manifest's entry and the transforms of a version of `domain.product.port` beside the present ones.

    With `bridge` the line before is made of the new one. All of it is written, or nothing is.
    Raises: Misuse where the version is not above, or a file is there; Unknown; Faults where the product is wrong as it is.
    """
    from weft.workspace.new_line import new_line

    product, port = _port(session, name)
    edited = tuple(_edited(session, product, port))
    changes = new_line(session.settings.root, product, (port, version), bridge=bridge)
    written = write_changes(changes, session.settings.root)
    session.refresh()
    return replace(written, notes=(*written.notes, *edited))


def _edited(session: Session, product: Product, port: str) -> Iterator[str]:
    """Lines of the port that were changed already, where the new version is the place for it: their readers would break."""
    from weft.plan.changes import contract_changes

    published = session.registry.products([product.name]).get(product.name)
    before = (
        {one.line: published.promise(one) for one in published.output_ports if one.name == port} if published else {}
    )
    for contract in (product.promise(one) for one in product.output_ports if one.name == port):
        old = before.get(contract.line) if contract else None
        breaking = [one for one in contract_changes(old, contract) if one.breaks] if old and contract else []
        if contract and breaking:
            told = ", ".join(f"{one.column or one.table or one.field}: {one.kind}" for one in breaking[:3])
            yield (
                f"{contract.file} is still line {contract.line}'s, and breaks those who read it ({told}): put it back "
                "as it was, with what makes it, and change the new version's"
            )


def new_bridge(session: Session, name: str, *, replaces: bool = False) -> Written:
    """Writes the transforms of an old line, `domain.product.port@1`, as bridges to the port's highest stable line.

    Columns that seem to be renamed are read under their new name, others cast back; what the new line does not have is
    marked for a person to say. Raises: Misuse where something else makes the line and `replaces` is not said; Unknown; Faults.
    """
    from weft.workspace.bridging import Wanted
    from weft.workspace.bridging import new_bridge as bridged

    port_name, at, label = name.partition("@")
    if not at:
        raise Misuse(f"'{name}' names no line", mend=f"Say which line is to be a bridge: {name}@1")
    product, port = _port(session, port_name)
    root = session.settings.root
    wanted = Wanted(port, label, replaces, _known(session, product, label))
    written = write_changes(bridged(root, product, wanted), root)
    session.refresh()
    return written


def _known(session: Session, product: Product, label: str) -> Known:
    """What each column of both lines is computed from, and how alike their values are: evidence that one is the other under a new name."""
    from weft.plan.changes import Known
    from weft.plan.lineage import lineage_of
    from weft.session.alike import alike

    values = alike(session, product, label)
    if any(label_of(line) == label for line in bridges_of(product)):
        return Known(alike=values)
    edges = [edge for edge in lineage_of(product, session.mesh) if edge.kind == "value"]
    old = [edge for edge in edges if label_of(edge.line) == label]
    new = [edge for edge in edges if label_of(edge.line) == product.newest_line(leaf_of(edge.line))]
    return Known(lineage=(_origins(old), _origins(new)), alike=values)


def _origins(edges: list[ColumnEdge]) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """By table and column."""
    found: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}
    for edge in edges:
        place = leaf_of(edge.line), edge.column
        found[place] = found.get(place, frozenset()) | {(edge.source, edge.source_column)}
    return found


def _port(session: Session, name: str) -> tuple[Product, str]:
    product_name, _, port = name.rpartition(".")
    if product_name.count(".") != 1:
        raise Misuse(f"'{name}' is no name of a port", mend="Write `domain.product.port`.")
    product = session.mesh.product(ProductName(product_name))
    if product.name in session.mesh.absent:
        raise Misuse(f"{product.name} is of another checkout", mend="Make its versions where its folder is.")
    faults = [fault for fault in session.loaded.faults if fault.place.file.startswith(f"{product.folder}/")]
    if product.name in session.loaded.broken:
        raise Faults(fault for fault in faults if fault.severity == "error")
    return product, port

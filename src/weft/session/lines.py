"""Lines of a port side by side: the files of a new version, and of a bridge from an old line to the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.errors import Faults, Misuse
from weft.names import ProductName
from weft.session.session import Session
from weft.workspace.changing import Written, write_changes

if TYPE_CHECKING:
    from weft.product.product import Product
    from weft.versions import Version


def new_version(session: Session, name: str, version: Version, *, bridge: bool = False) -> Written:
    """Writes the contract, the manifest's entry and the transforms of a version of `domain.product.port` beside the present ones.

    With `bridge` the line before is made of the new one. All of it is written, or nothing is.
    Raises: Misuse where the version is not above, or a file is there; Unknown; Faults where the product is wrong as it is.
    """
    from weft.workspace.new_line import new_line

    product, port = _port(session, name)
    changes = new_line(session.settings.root, product, (port, version), bridge=bridge)
    written = write_changes(changes, session.settings.root)
    session.refresh()
    return written


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

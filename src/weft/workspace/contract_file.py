"""One contract's file, wherever it lies: for comparing documents that are in no mesh."""

from __future__ import annotations

from pathlib import Path

from weft.errors import Faults
from weft.product.contract import Contract
from weft.product.from_odcs import contract_from
from weft.standards.document import read
from weft.standards.schemas import faults_of
from weft.workspace.text import bytes_of, text_of


def read_contract(path: Path) -> Contract:
    """What the file promises. Raises: Faults, where it cannot be read, or is wrong as written."""
    file = str(path)
    document = read(text_of(bytes_of(Path(), file), file), file)
    document.mapping()
    if faults := faults_of(document, "odcs"):
        raise Faults(faults)
    contract, faults = contract_from(document)
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors or contract is None:
        raise Faults(errors or faults)
    return contract

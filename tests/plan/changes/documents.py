"""Contracts made of a fragment: of a column, of a table, or of the whole document."""

from __future__ import annotations

from typing import Any

from weft.product.contract import Contract
from weft.product.from_odcs import contract_from
from weft.standards.document import read
from weft.standards.schemas import faults_of
from weft.standards.writing import written

HEAD = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}


def contract(of: str, said: dict[str, Any]) -> Contract:
    """The contract that says this, and little else: a table `orders` with a column `x`."""
    column = {"name": "x", "logicalType": "integer"} | (said if of == "column" else {})
    if "logicalType" not in said and "physicalType" in said and of == "column":
        column["physicalType"] = said["physicalType"]
    table = {"name": "orders", "properties": [column]} | (said if of == "table" else {})
    document = read(written(HEAD | {"schema": [table]} | (said if of == "contract" else {})), "c.odcs.yaml")
    assert faults_of(document, "odcs") == ()
    found, faults = contract_from(document)
    assert found is not None
    assert [str(fault) for fault in faults if fault.severity == "error"] == []
    return found

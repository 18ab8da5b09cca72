"""The table of changes, and contracts made of its fragments: of a column, of a table, or of the whole document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from weft.product.contract import Contract
from weft.product.from_odcs import contract_from
from weft.standards.document import read
from weft.standards.schemas import faults_of
from weft.standards.writing import written

HEAD = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}


def text(of: str, said: dict[str, Any]) -> str:
    """The document that says this, and little else: a table `orders` with a column `x`."""
    column = {"name": "x", "logicalType": "integer"} | (said if of == "column" else {})
    table = {"name": "orders", "properties": [column]} | (said if of == "table" else {})
    return written(HEAD | {"schema": [table]} | (said if of == "contract" else {}))


def contract(of: str, said: dict[str, Any]) -> Contract:
    document = read(text(of, said), "c.odcs.yaml")
    assert faults_of(document, "odcs") == ()
    found, faults = contract_from(document)
    assert found is not None
    assert [str(fault) for fault in faults if fault.severity == "error"] == []
    return found


CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
Way = tuple[str, dict[str, Any], dict[str, Any], list[str]]
"""What it is of, the two sides, and the verdict."""


def ways() -> list[Way]:
    """Every case from its first side to its second, and back."""
    found: list[Way] = []
    for case in CASES:
        of = next(iter(case))
        old, new = case[of]
        found += [(of, old, new, case.get("there", [])), (of, new, old, case.get("back", []))]
    return found

"""The JSON Schemas of all documents that Weft reads, compiled when first needed, and their faults in plain words.

A document that keeps to its schema costs one call of the compiled validator; only one that does not is looked at in Python.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from weft.errors import Fault, WeftError
from weft.standards.document import Document

Kind = Literal["odcs", "odps", "mesh", "domain", "build", "core", "tests", "classifications"]
KINDS: tuple[Kind, ...] = ("odcs", "odps", "mesh", "domain", "build", "core", "tests", "classifications")


@cache
def schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of document. ODCS's is the published one; the others are ours."""
    text = (
        _published_odcs()
        if kind == "odcs"
        else (files("weft.standards") / "schemas" / f"{kind}.schema.json").read_text("utf-8")
    )
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _published_odcs() -> str:
    """From the standard's own package, without importing it: its models cost a fifth of a second."""
    spec = find_spec("open_data_contract_standard")
    if spec is None or spec.origin is None:
        message = "the package open-data-contract-standard, which carries the schema of ODCS, is not installed"
        raise WeftError(message, mend="Install Weft anew.")
    return Path(spec.origin).with_name("schema.json").read_text("utf-8")


@cache
def _validator(kind: Kind) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(schema(kind))


def faults_of(document: Document, kind: Kind) -> tuple[Fault, ...]:
    """Everything in which a document is off its schema, with its line and the closest name that is known."""
    validator = _validator(kind)
    if validator.is_valid(document.data):
        return ()
    from weft.standards.explaining import explained

    return explained(document, validator.iter_errors(document.data), schema(kind))

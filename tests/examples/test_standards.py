"""Every document of the example keeps to the schema that its standard publishes, so that any other tool reads it too."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from weft.session.demo import example_folder

PUBLISHED = {
    ".odcs.yaml": ("open_data_contract_standard", "schema.json"),
    ".odps.yaml": ("dataproduct", "schemas/odps-1.1.0.schema.json"),
}


def documents() -> list[Path]:
    examples = (example_folder("flights"), example_folder("pharma"))
    return [path for example in examples for path in sorted(example.rglob("*.yaml")) if kind(path)]


def kind(path: Path) -> str:
    return next((ending for ending in PUBLISHED if path.name.endswith(ending)), "")


@cache
def validator(ending: str) -> Any:
    package, file = PUBLISHED[ending]
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return jsonschema_rs.validator_for(json.loads((Path(spec.origin).parent / file).read_text()))


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_document_keeps_to_the_published_schema(path: Path) -> None:
    """Read as YAML 1.1 has it, as other tools do: a bare `no` or date would show."""
    data = yaml.safe_load(path.read_text())
    assert [f"{error.instance_path}: {error.message}" for error in validator(kind(path)).iter_errors(data)] == []

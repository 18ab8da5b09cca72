"""The reference of our files names every field, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from weft.standards.document import read
from weft.standards.schemas import Kind, faults_of, schema

TEXT = (Path(__file__).parents[2] / "docs/reference/files.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml (\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("kind", ["mesh", "domain", "build", "core", "tests"])
def test_every_field_of_our_files_is_in_their_reference(kind: Kind) -> None:
    top = schema(kind).get("items", schema(kind))["properties"]
    fields = [f"{name}.{inner}" for name, said in top.items() for inner in said.get("properties", ())]
    fields += [name for name, said in top.items() if "properties" not in said]
    assert [field for field in fields if f"| `{field}` |" not in TEXT] == []


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_every_example_is_right(kind: Kind, text: str) -> None:
    assert faults_of(read(text, "files.md"), kind) == ()


def test_there_are_examples() -> None:
    assert {kind for kind, _ in EXAMPLES} == {"domain", "tests", "build", "core"}

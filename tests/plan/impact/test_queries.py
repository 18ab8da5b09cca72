"""Where a consumer reads a column: of core data it is core.yaml that says it, whatever its fields are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core_meshes import CORE, FOLDER, write_people

from weft.names import LineName, ProductName
from weft.plan.impact.queries import query_of, text_of
from weft.plan.impact.web import Reader
from weft.workspace import load, read_settings

NAMED = CORE.replace("  npi: identifier\n", "  npi: identifier\n  key: text\n  updated: text\n", 1).replace(
    "    fields: {last_name: family_name}",
    "    fields:\n      last_name: family_name\n      key: code\n      updated: seen",
)


@pytest.mark.parametrize(
    ("column", "line", "text"),
    [
        ("npi", 12, "registry: key is npi"),
        ("changed", 14, "registry: updated is changed"),
        ("Family_Name", 16, "registry: last_name is Family_Name"),
        ("seen", 18, "registry: updated is seen"),
        ("city", 11, "registry: city is city"),
        ("zip", 0, ""),
    ],
)
def test_core_yaml_says_what_is_read_of_a_source(column: str, line: int, text: str, tmp_path: Path) -> None:
    write_people(tmp_path, NAMED)
    product = load(read_settings(tmp_path)).mesh.products[ProductName("people.person")]
    made = tuple(one for one in product.transforms if one.language == "core")
    reader = Reader(product, LineName("people.registry.registry@1"), ("registry",), made, ("*",))
    place = query_of(reader, column)
    assert (place.file, place.line, text_of(reader, column)) == (f"{FOLDER}/core.yaml", line, text)

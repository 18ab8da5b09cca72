"""Another version is written where it is said, and nothing else of a file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.errors import Refused
from weft.names import ProductName
from weft.plan.evolution import Edit
from weft.session import open_session
from weft.standards.writing import rewritten
from weft.versions import Version
from weft.workspace.renumbering import renumbering, write

FLIGHTS = ProductName("operations.flights")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_mesh(tmp_path, *planes_and_departures())


def edits(root: Path, version: str) -> tuple[Edit, ...]:
    with open_session(root) as session:
        (contract,) = {contract.id: contract for _, contract, _ in session.mesh.products[FLIGHTS].promises}.values()
        return renumbering(contract, Version.parse(version), session.mesh.present, root)


def test_a_contract_and_the_ports_bound_to_it_are_edited(root: Path) -> None:
    assert [(edit.place.file.rpartition("/")[2], edit.path) for edit in edits(root, "1.1.0")] == [
        ("flights.odcs.yaml", ("version",)),
        ("product.odps.yaml", ("outputPorts", 0, "version")),
    ]


def test_an_input_port_that_the_version_would_not_fit_is_edited_too(root: Path) -> None:
    found = {edit.place.file: edit.path for edit in edits(root, "2.0.0")}
    assert found["domains/network/routes/product.odps.yaml"] == ("inputPorts", 0, "version")


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(root: Path) -> None:
    found = edits(root, "1.1.0")
    write(found, root)
    with pytest.raises(Refused, match=r"something else than 1\.0\.0 stands there by now"):
        write(found, root)


def test_a_file_keeps_its_line_ends_and_its_mark(root: Path) -> None:
    file = root / "domains/operations/flights/contracts/flights.odcs.yaml"
    before = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    write(edits(root, "1.1.0"), root)
    assert file.read_bytes() == before.replace(b"version: 1.0.0", b"version: 1.1.0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1.0.0 # ours\nid: a\n", "version: 1.1.0 # ours\nid: a\n"),
        ('id: "ü€😀"\nversion: "1.0.0"\n', 'id: "ü€😀"\nversion: "1.1.0"\n'),
        ("{id: a, version: 1.0.0, name:   b}\n", "{id: a, version: 1.1.0, name:   b}\n"),
        ("id: &it 1.0.0\nversion: *it\n", "id: &it 1.0.0\nversion: 1.1.0\n"),
    ],
)
def test_a_text_is_replaced_where_it_stands(text: str, expected: str) -> None:
    assert rewritten(text, ("version",), "1.1.0") == expected

"""What a policy's subject stands for, and where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.product.mesh import Mesh
from weft.product.subject import subject_of
from weft.workspace import load, read_settings

FOLDER = "domains/operations/flights"


@pytest.fixture
def mesh(tmp_path: Path) -> Mesh:
    return load(read_settings(write_mesh(tmp_path, *planes_and_departures()))).mesh


@pytest.mark.parametrize(
    ("name", "product", "line", "file", "said"),
    [
        ("operations", None, None, "domains/operations/domain.yaml", "name: operations"),
        ("operations.flights", "operations.flights", None, f"{FOLDER}/product.odps.yaml", "apiVersion"),
        (
            "operations.flights.departures",
            "operations.flights",
            "operations.flights.departures@1",
            f"{FOLDER}/contracts/flights.odcs.yaml",
            "- name: departures",
        ),
        (
            "operations.flights.departures@1.seats",
            "operations.flights",
            "operations.flights.departures@1",
            f"{FOLDER}/contracts/flights.odcs.yaml",
            "- name: seats",
        ),
        ("operations.flights.plane", "operations.flights", None, f"{FOLDER}/product.odps.yaml", "{name: plane"),
    ],
)
def test_a_subject_is_found_where_it_is_written(  # noqa: PLR0913, PLR0917 one parameter for each column
    tmp_path: Path, mesh: Mesh, name: str, product: str | None, line: str | None, file: str, said: str
) -> None:
    found = subject_of(name, mesh)
    assert (found.domain, found.product, found.line) == ("operations", product, line)
    assert found.place.file == file
    assert said in (tmp_path / file).read_text().splitlines()[found.place.line - 1]


def test_what_is_not_in_the_mesh_is_of_nobody(mesh: Mesh) -> None:
    assert subject_of("all the mesh", mesh).domain is None
    assert subject_of("nowhere.flights", mesh).domain is None


def test_a_table_that_a_product_does_not_have_is_of_the_product(mesh: Mesh) -> None:
    assert subject_of("operations.flights.nothing@7.x", mesh).product == "operations.flights"

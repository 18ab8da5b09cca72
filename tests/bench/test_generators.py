"""What the benchmark measures on: the same every time, and right on every side that runs here."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bench.heavy import heavy_mesh
from bench.mesh import Mesh
from bench.processes import measured
from bench.sides.raw import Raw
from bench.sides.weft import Weft
from bench.small import small_mesh

from weft.workspace import load, read_settings

MESHES = {"small": small_mesh(30), "heavy": heavy_mesh(6000)}


@pytest.fixture(params=MESHES)
def mesh(request: pytest.FixtureRequest) -> Mesh:
    return MESHES[request.param]


def test_equal_seeds_give_equal_meshes() -> None:
    assert small_mesh(50) == small_mesh(50)
    assert small_mesh(50) != small_mesh(50, seed=8)


def test_every_table_reads_only_tables_before_it_and_nobody_reads_the_leaf(mesh: Mesh) -> None:
    names = [table.name for table in mesh.tables]
    for position, table in enumerate(mesh.tables):
        assert set(table.reads) <= set(names[:position])
    assert all(mesh.leaf.name not in table.reads for table in mesh.tables)


def test_the_floor_makes_what_is_promised_and_another_edition_changes_it(mesh: Mesh, tmp_path: Path) -> None:
    mesh.write_sources(tmp_path / "data")
    raw = Raw(tmp_path / "raw", tmp_path / "data")
    raw.write(mesh)
    measured(raw.first_build())
    with duckdb.connect() as connection:
        relations = raw.relations(connection)
        for table in mesh.tables:
            described = connection.execute(f"DESCRIBE FROM {relations[table.name]}").fetchall()
            assert {name: its_type for name, its_type, *_ in described} == table.columns
        leaf = f"SELECT sum(hash(t)) FROM {relations[mesh.leaf.name]} AS t"
        before = connection.execute(leaf).fetchall()
        measured(raw.leaf_changed()[""])
        assert connection.execute(leaf).fetchall() != before


def test_the_workspace_that_weft_is_measured_on_has_no_fault(mesh: Mesh, tmp_path: Path) -> None:
    mesh.write_sources(tmp_path / "data")
    weft = Weft(tmp_path / "weft", tmp_path / "data")
    weft.write(mesh)
    found = load(read_settings(weft.folder))
    assert not found.faults
    assert len(found.mesh.products) == len(mesh.tables)

"""Verbs that make folders and find what is wrong in them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Weft

from weft.cli.watching import each_change
from weft.workspace import read_settings

CSV = "id,name\n1,one\n2,two\n"


def test_what_is_scaffolded_passes_the_check_and_applies(
    weft: Weft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert weft("init", "--name", "mine").out == "wrote mesh.yaml\nwrote .gitignore\n"
    assert weft("new", "domain", "ops").out == "wrote domains/ops/domain.yaml\n"
    assert "domains/ops/parts/transforms/parts.sql" in weft("new", "product", "ops.parts", "--json").object["written"]
    assert weft("check").err.startswith("nothing is wrong in 1 product ")
    assert weft("apply").status == 0
    assert weft("test", "--unit").out.startswith("✓ ops.parts.parts")


def test_a_source_and_a_promise_are_drafted_from_what_is_there(
    weft: Weft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "things.csv").write_text(CSV)
    weft("init")
    weft("new", "domain", "ops")
    drafted = weft("new", "product", "ops.things", "--from", "things.csv")
    assert "wrote domains/ops/things/contracts/things_file.odcs.yaml" in drafted.out
    folder = tmp_path / "domains" / "ops" / "things"
    assert "path: ../../../../things.csv" in (folder / "contracts" / "things_file.odcs.yaml").read_text()
    (folder / "transforms").mkdir()
    (folder / "transforms" / "counted.sql").write_text(
        "SELECT name, count(*) AS n FROM things_file GROUP BY name ORDER BY name"
    )
    assert weft("new", "contract", "ops.things.counted").status == 0
    assert "logicalType: integer" in (folder / "contracts" / "counted.odcs.yaml").read_text()
    assert weft("apply").status == 0
    assert weft("query", "SELECT name, n FROM ops.things.counted", "-f", "csv").out == '"name","n"\n"one",1\n"two",1\n'


def test_a_contract_of_no_transform_is_refused_with_the_closest(weft: Weft, unbuilt: Path) -> None:
    said = weft("new", "contract", "fleet.planes.plan", mesh=unbuilt)
    assert said.status == 1
    assert "Did you mean 'plane'?" in said.err


def test_faults_are_listed_and_counted(weft: Weft, unbuilt: Path) -> None:
    sql = unbuilt / "domains" / "fleet" / "planes" / "transforms" / "plane.sql"
    sql.write_text("SELECT tail, seets AS seats\nFROM plane_file\n")
    said = weft("check", mesh=unbuilt)
    assert said.status == 1
    assert "domains/fleet/planes/transforms/plane.sql:1: " in said.err
    assert "Did you mean 'seats'?" in said.err
    assert said.err.endswith("1 fault\n")
    found = weft("check", "--json", mesh=unbuilt)
    assert found.status == 1
    assert [fault["line"] for fault in found.object["faults"]] == [1]


def test_a_check_may_be_of_some_products_alone(weft: Weft, unbuilt: Path) -> None:
    (unbuilt / "domains" / "fleet" / "planes" / "transforms" / "plane.sql").write_text("SELECT nope FROM plane_file")
    assert weft("check", "--select", "network.routes", mesh=unbuilt).status == 0


def test_schemas_are_written_for_an_editor(weft: Weft, tmp_path: Path) -> None:
    assert weft("schema", "mesh").object["type"] == "object"
    said = weft("schema", "--output", str(tmp_path / "schemas"), "--json")
    assert len(said.object["written"]) == 8
    assert (tmp_path / "schemas" / "odcs.schema.json").exists()


def test_watching_wakes_when_a_file_is_saved_and_not_before(unbuilt: Path) -> None:
    changes = each_change(read_settings(unbuilt))
    next(changes)
    woken: list[float] = []
    waiting = threading.Thread(target=lambda: woken.append(next(changes) or time.monotonic()), daemon=True)
    waiting.start()
    waiting.join(0.5)
    assert not woken
    (unbuilt / "domains" / "fleet" / "planes" / "transforms" / "plane.sql").write_text("SELECT 1 AS a")
    waiting.join(5)
    assert woken


def test_a_new_major_and_a_bridge_are_written_and_the_bridge_says_where_it_differs(weft: Weft, unbuilt: Path) -> None:
    weft("apply", mesh=unbuilt)
    said = weft("new", "version", "operations.flights.departures", "2.0.0", mesh=unbuilt)
    assert "departures@1.sql" in said.out
    sql = unbuilt / "domains" / "operations" / "flights" / "transforms" / "departures.sql"
    sql.write_text(sql.read_text().replace("f.delay FROM", "f.delay + if(f.id = 7, 1, 0) AS delay FROM"))
    refused = weft("new", "bridge", "operations.flights.departures@1", mesh=unbuilt)
    assert refused.status == 2
    assert "weft new bridge operations.flights.departures@1 --replace" in refused.err
    written = weft("new", "bridge", "operations.flights.departures@1", "--replace", "--json", mesh=unbuilt)
    assert [Path(file).name for file in written.object["written"]] == ["departures@1.sql"]
    assert weft("plan", "--fix", mesh=unbuilt).status == 0
    applied = weft("apply", mesh=unbuilt)
    told = "unlike the 60 rows of its last native snapshot: 1 changed by id (delay in 1)\n    ~ id: 7\n"
    assert f"    it is a bridge to line 2 from now on; {told}" in applied.err
    assert weft("plan", mesh=unbuilt).out.startswith("nothing to do")


def test_a_version_that_is_none_is_misuse(weft: Weft, unbuilt: Path) -> None:
    said = weft("new", "version", "operations.flights.departures", "two", mesh=unbuilt)
    assert (said.status, "'two' is no semantic version" in said.err) == (2, True)

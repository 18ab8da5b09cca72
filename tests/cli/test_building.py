"""Plan, apply, try, test, sweep: what they show and say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Weft

PLANES = "domains/fleet/planes"


def test_a_plan_says_each_table_and_why(weft: Weft, unbuilt: Path) -> None:
    said = weft("plan", mesh=unbuilt)
    assert said.out.startswith("fleet.planes  it is new\n  + build  plane@1  it was never built in prod\n")
    assert said.err.startswith("prod: 3 to build\n")
    found = weft("plan", "--json", mesh=unbuilt).object
    assert [product["product"] for product in found["products"]] == [
        "fleet.planes",
        "operations.flights",
        "network.routes",
    ]
    assert found["products"][0]["steps"][0]["action"] == "build"
    assert not found["is_empty"]


def test_a_run_says_each_table_with_its_rows_and_sums_up(weft: Weft, unbuilt: Path) -> None:
    said = weft("apply", mesh=unbuilt)
    assert said.out == ""
    assert re.search(r"✓ operations\.flights\.departures@1 +60 rows +[\d.]+ k?B +\d+ ms\n", said.err)
    assert "3 published in " in said.err
    assert "3 tables built with 100 rows; " in said.err
    again = weft("apply", mesh=unbuilt)
    assert again.out == "nothing to do: prod is as desired (3 tables in 3 products)\n"


def test_a_run_in_json_carries_its_checks_and_their_standard_form(weft: Weft, unbuilt: Path) -> None:
    said = weft("apply", "--json", mesh=unbuilt)
    found = said.object
    assert said.err == ""
    assert found["succeeded"]
    assert [product["state"] for product in found["products"]] == ["published"] * 3
    assert found["products"][1]["tables"][0]["rows"] == 60
    assert {check["outcome"] for product in found["products"] for check in product["checks"]} == {"passed"}
    assert found["oors"]["kind"] == "ObservabilityResults"


def test_a_failed_check_says_count_threshold_and_where_to_look(weft: Weft, unbuilt: Path) -> None:
    source = unbuilt / PLANES / "plane_file.csv"
    source.write_text(source.read_text() + "M1,\nM2,\n")
    said = weft("apply", mesh=unbuilt)
    assert said.status == 1
    assert "✗ fleet.planes  not published" in said.err
    assert "✗  plane@1 required(seats)  found 2 rows, must be 0" in said.err
    assert "see the rows: weft test --failures fleet.planes" in said.err
    assert "… network.routes  it waits for operations.flights" in said.err
    rows = weft("test", "--failures", "fleet.planes", mesh=unbuilt)
    assert "required(seats): 2 rows in what was not published because of it" in rows.out


def test_a_source_that_is_not_as_promised_says_file_and_line(weft: Weft, unbuilt: Path) -> None:
    source = unbuilt / PLANES / "plane_file.csv"
    source.write_text(source.read_text() + "M1,many\n")
    said = weft("apply", "--select", "fleet.planes", mesh=unbuilt)
    assert "✗ fleet.planes  not published" in said.err
    assert "plane_file.csv:22: column 'seats': 1 value is no BIGINT ('many')" in said.err


def test_a_plan_is_kept_and_applied_as_shown_or_refused(weft: Weft, unbuilt: Path, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    assert f"weft apply --plan {kept}" in weft("plan", "-s", "fleet.planes", "-o", str(kept), mesh=unbuilt).err
    assert weft("apply", "--plan", str(kept), "--json", mesh=unbuilt).object["products"][0]["product"] == "fleet.planes"
    said = weft("apply", "--plan", str(kept), mesh=unbuilt)
    assert said.status == 1
    assert "has moved" in said.err


def test_a_transform_is_tried_and_nothing_is_published(weft: Weft, unbuilt: Path) -> None:
    said = weft("try", "fleet.planes.plane", "--rows", "2", mesh=unbuilt)
    assert said.out.startswith("tail  seats\n────  ─────\nN0       50\nN1       51\n")
    assert "seats  BIGINT" in said.out
    assert "✓  primaryKey(tail)" in said.out
    assert "20 rows, 2 shown, computed in " in said.err
    assert weft("try", "fleet.planes.plane", "--json", mesh=unbuilt).object["row_count"] == 20
    assert not weft("plan", "--json", mesh=unbuilt).object["is_empty"]


def test_what_is_published_is_proved(weft: Weft, flights: Path) -> None:
    said = weft("test", "fleet", mesh=flights)
    assert said.status == 0
    assert said.out == "✓ fleet.planes.plane@1  3 of 3 checks hold\n"
    assert "✓  required(seats)" in weft("test", "fleet", "--all", mesh=flights).out
    assert weft("test", "--json", mesh=flights).object["succeeded"]


def test_a_case_that_does_not_hold_shows_the_rows_on_both_sides(weft: Weft, unbuilt: Path) -> None:
    cases = unbuilt / PLANES / "tests" / "plane.yaml"
    cases.write_text("- name: seats\n  given: {plane_file: [{tail: N1, seats: 4}]}\n  expect: [{tail: N1, seats: 5}]\n")
    said = weft("test", "--unit", mesh=unbuilt)
    assert said.status == 1
    assert f"{PLANES}/tests/plane.yaml:1" in said.out
    assert "expected, did not come: tail: N1, seats: 5" in said.out
    assert "came, was not expected: tail: N1, seats: 4" in said.out
    case = weft("test", "--unit", "--json", mesh=unbuilt).object["cases"][0]
    assert (case["passed"], case["missing"]) == (False, [{"tail": "N1", "seats": 5}])


def test_the_sweeper_says_what_it_deleted(weft: Weft, unbuilt: Path) -> None:
    weft("apply", mesh=unbuilt)
    orphan = unbuilt / ".weft" / "store" / "fleet" / "planes" / "plane@1" / "20200101t000000000000-abcdef-1.parquet"
    orphan.write_bytes(b"x" * 100)
    assert weft("sweep", "--json", mesh=unbuilt).object == {"files": 1, "bytes": 100}
    assert weft("sweep", mesh=unbuilt).err == "there is nothing to sweep\n"


def test_a_plan_says_the_whole_command_that_applies_it(weft: Weft, flights: Path) -> None:
    said = weft("plan", "--full", "--select", "fleet.*", mesh=flights)
    assert f"weft apply --full --select 'fleet.*' --mesh {flights}" in said.err


def test_a_glob_that_the_shell_filled_in_is_told_to_be_quoted(weft: Weft, flights: Path) -> None:
    said = weft("plan", "--select", "domains", "mesh.yaml", mesh=flights)
    assert said.status == 2
    assert "quote a glob" in said.err

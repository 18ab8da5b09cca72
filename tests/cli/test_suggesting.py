"""`weft suggest`: of a table, of files, against another table."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Weft

CONTRACT = "domains/operations/flights/contracts/flights.odcs.yaml"


def test_a_table_s_checks_are_written_into_its_contract_once_and_hold(weft: Weft, unbuilt: Path) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    file = unbuilt / CONTRACT
    file.write_text(f"# Kept.\n{file.read_text()}")
    found = weft("suggest", "operations.flights.departures", "--write", "--json", mesh=unbuilt).object
    assert found["written"].endswith("flights.odcs.yaml")
    assert {"nulls(delay)", "relationship(tail, plane.tail)"} <= {one["id"] for one in found["suggestions"]}
    assert all(one["evidence"] and one["false_alarms"]["model"] for one in found["suggestions"])
    once = file.read_text()
    assert once.startswith("# Kept.\n")
    again = weft("suggest", "operations.flights.departures", "--write", mesh=unbuilt)
    assert "holds all of it already" in again.err
    assert file.read_text() == once
    assert weft("check", mesh=unbuilt).status == 0
    assert weft("test", "operations.flights", mesh=unbuilt).status == 0


def test_one_suggestion_is_taken_by_its_id_and_a_wrong_one_is_refused(weft: Weft, unbuilt: Path) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    assert weft("suggest", "fleet.planes.plane", "--only", "unique(seats)", "--write", mesh=unbuilt).status == 0
    text = (unbuilt / "domains/fleet/planes/contracts/planes.odcs.yaml").read_text()
    assert text.count("description:") == 1
    wrong = weft("suggest", "fleet.planes.plane", "--only", "unique(seat)", "--write", mesh=unbuilt)
    assert wrong.status == 1
    assert "unique(seat)" in wrong.err


def test_a_table_that_is_not_there_and_one_that_was_never_published_are_refused(weft: Weft, unbuilt: Path) -> None:
    missing = weft("suggest", "fleet.planes.plain", mesh=unbuilt)
    assert (missing.status, "fleet.planes.plane" in missing.err) == (1, True)
    unpublished = weft("suggest", "fleet.planes.plane", mesh=unbuilt)
    assert unpublished.status != 0
    assert "weft apply" in unpublished.err


def test_a_new_file_gets_a_whole_contract_and_then_only_what_it_lacks(
    weft: Weft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{n},person{n}@example.com,{n % 3 + 1},2026-01-{n % 28 + 1:02d}\n" for n in range(1, 200))
    (tmp_path / "sign-ups.csv").write_text(f"Id,E Mail,plan,day\n{rows}")
    shown = weft("suggest", "sign-ups.csv")
    assert shown.status == 0
    assert not (tmp_path / "sign_ups.odcs.yaml").exists()
    assert weft("suggest", "sign-ups.csv", "--write").status == 0
    text = (tmp_path / "sign_ups.odcs.yaml").read_text()
    assert "physicalName: E Mail" in text
    assert "To be said: what it means." in text
    assert "primaryKey: true" in text
    assert "classification: confidential" in text
    assert "holds all of it already" in weft("suggest", "sign-ups.csv", "--write").err
    assert (tmp_path / "sign_ups.odcs.yaml").read_text() == text


def test_files_that_followed_each_other_are_a_history(
    weft: Weft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for day in range(1, 9):
        rows = "".join(f"{day * 100 + n},{n % 7}\n" for n in range(60))
        (tmp_path / f"day-{day}.csv").write_text(f"id,n\n{rows}")
    found = weft("suggest", "day-*.csv", "--json").object
    assert (found["learnt_from"], found["batches"], found["table"]) == ("8 files", 8, "day")
    assert "row count()" in {one["id"] for one in found["suggestions"]}


def test_two_tables_are_held_together(weft: Weft, unbuilt: Path) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    found = weft("suggest", "operations.flights.departures", "--against", "plane", "--json", mesh=unbuilt).object
    kept = {one["id"] for one in found["suggestions"]}
    assert "relationship(tail, plane.tail)" in kept
    assert {one["kind"] for one in found["left_out"]} >= {"equal rows", "balance"}
    other = weft("suggest", "operations.flights.departures", "--against", "nothing", mesh=unbuilt)
    assert (other.status, "plane" in other.err) == (1, True)

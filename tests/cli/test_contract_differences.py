"""What one contract changes for whoever reads another, as a person and a program see it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.cli.conftest import Weft

CONTRACT = "domains/operations/flights/contracts/flights.odcs.yaml"
MANIFEST = "domains/operations/flights/product.odps.yaml"
PORT = "operations.flights.departures"


@pytest.fixture
def applied(weft: Weft, unbuilt: Path) -> Path:
    assert weft("apply", mesh=unbuilt).status == 0
    return unbuilt


def edit(mesh: Path, old: str, new: str, version: str = "") -> None:
    for file in (CONTRACT, MANIFEST):
        text = (mesh / file).read_text()
        said = f"departures, version: {version}" if version else "departures, version: 1.0.0"
        text = text.replace("departures, version: 1.0.0", said)
        text = text.replace("version: 1.0.0\nstatus", f"version: {version}\nstatus") if version else text
        (mesh / file).write_text(text.replace(old, new) if file == CONTRACT else text)


def test_a_port_alone_is_compared_as_published_with_as_written(weft: Weft, applied: Path) -> None:
    same = weft("diff", PORT, "--contract", mesh=applied)
    assert (same.status, same.out.splitlines()[-1]) == (0, "no difference")
    edit(applied, "name: delay\n", "name: delay_minutes\n", "1.1.0")
    said = weft("diff", PORT, "--contract", mesh=applied)
    assert said.status == 1
    assert said.out.startswith(f"from  1.0.0  {PORT}@1 in prod\nto    1.1.0  {PORT} as written\n")
    assert "✗ departures.delay  column renamed\n" in said.out
    assert "delay_minutes AS delay\n      FROM departures\n" in said.out
    assert said.err == "1 breaking: 2.0.0 is the least version, and 1.1.0 claims too little\n"


def test_a_new_major_is_compared_with_the_line_before_it(weft: Weft, applied: Path) -> None:
    edit(applied, "name: delay\n", "name: delay_minutes\n", "2.0.0")
    said = weft("diff", PORT, "--contract", mesh=applied)
    assert said.out.startswith(f"from  1.0.0  {PORT}@1 in prod\nto    2.0.0  {PORT} as written\n")
    assert said.err.endswith("2.0.0 is the least version, and 2.0.0 is honest\n")


def test_what_breaks_nobody_ends_with_status_0(weft: Weft, applied: Path) -> None:
    edit(applied, "name: seats\n", "name: seats\n        description: As built.\n", "1.0.1")
    said = weft("diff", PORT, "--contract", mesh=applied)
    assert said.status == 0
    assert "· departures.seats  described otherwise\n" in said.out
    assert said.err == "1 patch: 1.0.1 is the least version, and 1.0.1 is honest\n"


def test_json_is_a_message_of_the_standard(weft: Weft, applied: Path) -> None:
    edit(applied, "name: delay\n", "name: delay_minutes\n", "1.1.0")
    said = weft("diff", PORT, "--contract", "--json", mesh=applied)
    assert (said.status, said.err) == (1, "")
    assert said.object["kind"] == "MetadataDifference"
    assert said.object["suggestedVersion"] == "2.0.0"
    assert [one["impactLevel"] for one in said.object["diffs"]] == ["MAJOR"]


def test_two_files_need_no_mesh(weft: Weft, unbuilt: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.odcs.yaml", tmp_path / "new.odcs.yaml"
    text = (unbuilt / CONTRACT).read_text()
    old.write_text(text)
    new.write_text(text.replace("required: true", "required: false"))
    here = Path.cwd()
    os.chdir(tmp_path.anchor)
    try:
        said = weft("diff", str(old), str(new), "--contract")
    finally:
        os.chdir(here)
    assert said.status == 1
    assert "✗ departures.tail  made optional\n" in said.out


def test_a_file_may_stand_beside_a_port(weft: Weft, applied: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.odcs.yaml"
    new.write_text((applied / CONTRACT).read_text().replace("name: seats", "name: chairs"))
    said = weft("diff", f"{PORT}@1", str(new), "--contract", "--from", "prod", mesh=applied)
    assert said.out.startswith(f"from  1.0.0  {PORT}@1 in prod\nto    1.0.0  {new}\n")
    assert "column renamed" in said.out


def test_environments_are_compared_by_from_and_to(weft: Weft, applied: Path) -> None:
    edit(applied, "name: seats\n", "name: seats\n        unique: true\n", "1.1.0")
    assert weft("apply", "--env", "dev", "-s", "operations.flights", mesh=applied).status == 1
    edit(applied, "unique: true", "description: As built.")
    assert weft("apply", "--env", "dev", "-s", "operations.flights", mesh=applied).status == 0
    said = weft("diff", PORT, "--contract", "--from", "prod", "--to", "dev", mesh=applied)
    assert said.out.startswith(f"from  1.0.0  {PORT} in prod\nto    1.1.0  {PORT} in dev\n")
    assert "described otherwise" in said.out


def test_the_surrounding_environment_is_about_data(weft: Weft, applied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_ENV", "dev")
    assert "as written" in weft("diff", PORT, "--contract", mesh=applied).out


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["old.odcs.yaml"], 2, "there is one contract only. Name the other one too: weft diff old.odcs.yaml B"),
        (["a.odcs.yaml", "b.odcs.yaml"], 1, "a.odcs.yaml: it cannot be read: No such file or directory."),
        (["operations.flights"], 2, "'operations.flights' is neither a port nor a file. Name a port"),
        (["operations.flight.departures"], 1, "no product 'operations.flight'. Did you mean 'operations.flights'?"),
        (["operations.flights.departure"], 1, f"no output port 'operations.flights.departure'. Did you mean '{PORT}'?"),
        ([f"{PORT}@7"], 1, f"there is no line '{PORT}@7'. Did you mean '{PORT}@1'?"),
        ([PORT, "--to", "dve"], 1, "there is no environment 'dve'."),
    ],
)
def test_what_cannot_be_compared_is_said(
    weft: Weft, applied: Path, arguments: list[str], status: int, told: str
) -> None:
    said = weft("diff", *arguments, "--contract", mesh=applied)
    assert said.status == status
    assert told in said.err


def test_a_contract_that_is_wrong_as_written_is_said(weft: Weft, applied: Path) -> None:
    edit(applied, "logicalType: integer", "logicalType: integr")
    said = weft("diff", PORT, "--contract", mesh=applied)
    assert said.status == 1
    assert "Did you mean 'integer'?" in said.err


def test_data_needs_an_environment_and_one_table(weft: Weft, flights: Path) -> None:
    assert "--to NAME" in weft("diff", PORT, mesh=flights).err
    assert weft("diff", PORT, PORT, "--to", "dev", mesh=flights).status == 2

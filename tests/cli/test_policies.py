"""Policies as a person and a program see them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Weft

OWNED = "owner-and-support"
HURRIED = "-- title: Tables have few columns\n-- owner: gina\nSELECT line_name AS subject, columns || ' columns' AS message FROM mesh.tables WHERE columns > 3"


@pytest.fixture
def governed(flights: Path, tmp_path: Path) -> Path:
    """Applied before anybody governed; a policy of the folder, and one of the standard set."""
    root = tmp_path / "mesh"
    shutil.copytree(flights, root)
    (root / "mesh.yaml").write_text(f"name: test\npolicies: [{OWNED}]\n")
    (root / "policies").mkdir()
    (root / "policies" / "few-columns.sql").write_text(HURRIED)
    return root


def test_a_mesh_without_policies_says_where_to_find_some(weft: Weft, flights: Path) -> None:
    assert "weft policy standard" in weft("policy", mesh=flights).err


def test_policies_are_listed_with_what_binds_them(weft: Weft, governed: Path) -> None:
    said = weft("policy", mesh=governed)
    assert said.out.splitlines()[0] == "few-columns        error  folder    Tables have few columns"
    listed = weft("policy", "list", "--json", mesh=governed).object["policies"]
    assert [(one["policy"], one["origin"], one["binds"], one["version"]) for one in listed] == [
        ("few-columns", "folder", True, 0),
        (OWNED, "standard", True, 0),
    ]


def test_check_and_plan_say_the_policy_the_subject_and_the_line(weft: Weft, governed: Path) -> None:
    said = weft("check", mesh=governed)
    assert said.status == 1
    line = "domains/operations/flights/contracts/flights.odcs.yaml:8: policy few-columns: 4 columns."
    assert line in said.err.splitlines()


def test_a_policy_is_tried_over_everything_and_says_who_would_fail(weft: Weft, governed: Path) -> None:
    said = weft("policy", "test", "few-columns", mesh=governed)
    assert said.status == 0
    assert said.out.splitlines() == [
        "✗ few-columns  Tables have few columns",
        "    error  operations.flights.departures@1  -  4 columns",
    ]
    assert said.err.startswith("1 error found by 1 policy; 1 product would be stopped (")


def test_a_file_can_be_tried_before_it_is_anything(weft: Weft, governed: Path, tmp_path: Path) -> None:
    file = tmp_path / "draft.sql"
    file.write_text(HURRIED.replace("> 3", "> 2"))
    found = weft("policy", "test", str(file), "--json", mesh=governed).object
    assert found["policies"] == ["draft"]
    assert [one["subject"] for one in found["violations"]] == [
        "network.routes.delays@1",
        "operations.flights.departures@1",
    ]


def test_a_file_that_is_not_there_is_misuse(weft: Weft, governed: Path) -> None:
    said = weft("policy", "test", "nowhere.sql", mesh=governed)
    assert (said.status, "there is no file nowhere.sql" in said.err) == (2, True)


def test_a_policy_that_cannot_be_computed_says_where(weft: Weft, governed: Path) -> None:
    (governed / "policies" / "few-columns.sql").write_text(HURRIED.replace("columns > 3", "colums > 3"))
    said = weft("policy", "test", "few-columns", mesh=governed)
    assert said.status == 1
    assert "policies/few-columns.sql:3: policy few-columns cannot be computed: there is no column 'colums'" in said.err
    assert said.out == "? few-columns  Tables have few columns\n"
    assert weft("policy", "publish", "few-columns", mesh=governed).status == 1


def test_what_is_published_binds_and_what_is_not_binds_no_more(weft: Weft, governed: Path) -> None:
    said = weft("policy", "publish", OWNED, "--because", "we agreed", mesh=governed)
    assert said.err.splitlines()[0] == f"{OWNED}: published, version 1"
    assert "these bind no more" in said.err
    assert said.err.rstrip().endswith("few-columns")
    assert weft("policy", "publish", OWNED, mesh=governed).err.startswith(f"{OWNED}: is published already")
    (few, owned) = weft("policy", "list", "--json", mesh=governed).object["policies"]
    assert (few["binds"], owned["binds"], owned["because"]) == (False, True, "we agreed")


def test_all_that_the_folder_says_is_published_at_once(weft: Weft, governed: Path) -> None:
    said = weft("policy", "publish", "--json", mesh=governed).object
    assert [one["policy"] for one in said["published"]] == ["few-columns", OWNED]
    assert said["unbound"] == []


def test_a_retired_policy_says_why_and_keeps_its_versions(weft: Weft, governed: Path) -> None:
    weft("policy", "publish", mesh=governed)
    assert "with a reason" in weft("policy", "retire", OWNED, mesh=governed).err
    assert weft("policy", "retire", OWNED, "--because", "nobody reads it", mesh=governed).status == 0
    shown = weft("policy", "show", OWNED, "--json", mesh=governed).object
    assert [(one["version"], one["is_retired"], one["because"]) for one in shown["versions"]] == [
        (1, False, ""),
        (2, True, "nobody reads it"),
    ]
    assert weft("policy", "run", "--json", mesh=governed).object["policies"] == ["few-columns"]


def test_a_waiver_names_reason_who_and_until_when_and_is_withdrawn(weft: Weft, governed: Path) -> None:
    waive = ("policy", "waive", "few-columns", "operations")
    assert "a waiver ends" in weft(*waive, "--because", "x", mesh=governed).err
    assert "a waiver says why" in weft(*waive, "--until", "2999-01-01", mesh=governed).err
    assert "is over" in weft(*waive, "--until", "2020-01-01", "--because", "x", mesh=governed).err
    assert "is no day" in weft(*waive, "--until", "soon", "--because", "x", mesh=governed).err
    assert weft(*waive, "--until", "2999-01-01", "--because", "it is old", mesh=governed).status == 0
    run = weft("policy", "run", "few-columns", mesh=governed)
    assert run.status == 0
    assert "waived  operations.flights.departures@1  -  4 columns; waived until 2999-01-01 by " in run.out
    (listed,) = weft("policy", "waivers", "--json", mesh=governed).object["waivers"]
    assert (listed["reason"], listed["holds"]) == ("it is old", True)
    assert weft(*waive, "--withdraw", mesh=governed).err == "few-columns is waived no more for operations\n"
    assert weft("policy", "run", "few-columns", mesh=governed).status == 1


def test_a_waiver_of_a_policy_that_is_not_there_names_the_closest(weft: Weft, governed: Path) -> None:
    said = weft("policy", "waive", "few-column", "fleet", "--until", "2999-01-01", "--because", "x", mesh=governed)
    assert "Did you mean 'few-columns'?" in said.err


def test_what_governance_decides_is_in_the_audit_trail(weft: Weft, governed: Path) -> None:
    from weft.product.audit import Span
    from weft.session import open_session

    weft("policy", "publish", "few-columns", mesh=governed)
    weft("policy", "waive", "few-columns", "fleet", "--until", "2999-01-01", "--because", "x", mesh=governed)
    weft("policy", "retire", "few-columns", "--because", "y", mesh=governed)
    with open_session(governed) as session:
        bodies = [record.body for record in session.registry.audit.records(Span()) if record.kind == "decided"]
    assert [next(word for word in ("published", "waived", "retired") if word in body) for body in bodies] == [
        "published",
        "waived",
        "retired",
    ]


def test_the_standard_set_is_listed_and_printed(weft: Weft) -> None:
    names = [one["policy"] for one in weft("policy", "standard", "--json").object["policies"]]
    assert OWNED in names
    assert weft("policy", "standard", OWNED).out.startswith("-- title: ")
    assert "Did you mean" in weft("policy", "standard", "owner-and-suport").err


def test_a_standard_policy_that_is_not_there_is_a_fault_of_the_meshs_file(weft: Weft, governed: Path) -> None:
    (governed / "mesh.yaml").write_text("name: test\npolicies:\n  - owners-and-support\n")
    said = weft("check", mesh=governed)
    assert said.err.startswith("mesh.yaml:3: there is no standard policy 'owners-and-support'. Did you mean")

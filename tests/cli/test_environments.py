"""Environments, promotions, rollbacks and differences as a person and a program see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.agreements import grant
from tests.cli.conftest import Weft
from tests.workspace.test_checkout import git

SQL = "domains/fleet/planes/transforms/plane.sql"


@pytest.fixture
def changed(weft: Weft, unbuilt: Path) -> Path:
    """Applied, and other planes in the environment dev."""
    assert weft("apply", mesh=unbuilt).status == 0
    (unbuilt / SQL).write_text("SELECT tail, seats + 1 AS seats FROM plane_file WHERE tail <> 'N3'")
    weft("plan", "--fix", "--env", "dev", mesh=unbuilt)
    assert weft("apply", "--env", "dev", mesh=unbuilt).status == 0
    return unbuilt


def test_a_plan_of_an_environment_that_is_not_there_says_so(weft: Weft, unbuilt: Path) -> None:
    said = weft("plan", "--env", "dev", mesh=unbuilt)
    assert said.err.startswith("dev is not there yet: applying makes it of what prod points at\n")
    assert said.err.endswith(f"Apply it with: weft apply --env dev --mesh {unbuilt}\n")
    assert not weft("plan", "--env", "dev", "--json", mesh=unbuilt).object["is_made"]


def test_environments_are_listed_and_removed(weft: Weft, changed: Path) -> None:
    assert weft("env", mesh=changed).out.startswith("dev  2 tables changed  of revision 3, just now by ")
    (dev,) = weft("env", "list", "--json", mesh=changed).object["environments"]
    assert (dev["name"], dev["changed"]) == ("dev", ["fleet.planes.plane@1", "operations.flights.departures@1"])
    assert weft("env", "remove", "dev", mesh=changed).err == "removed dev\n"
    assert weft("env", mesh=changed).err.startswith("there is prod alone")
    assert "Did you mean" not in weft("query", "SELECT 1", "--env", "dev", mesh=changed).out


def test_a_promotion_says_what_moved_and_in_json_each_revision(weft: Weft, changed: Path) -> None:
    found = weft("promote", "dev", "--json", mesh=changed).object
    assert {product["product"]: product["lines"] for product in found["products"]} == {
        "fleet.planes": ["fleet.planes.plane@1"],
        "operations.flights": ["operations.flights.departures@1"],
        "network.routes": [],
    }
    assert weft("plan", mesh=changed).out.startswith("nothing to do: prod is as desired")
    assert weft("promote", "dev", mesh=changed).out == "nothing to promote: dev differs from prod in nothing\n"


def test_a_refused_promotion_names_what_moved_on_and_how_to_go_on(weft: Weft, changed: Path) -> None:
    (changed / SQL).write_text("SELECT tail, seats + 9 AS seats FROM plane_file")
    weft("plan", "--fix", mesh=changed)
    weft("apply", mesh=changed)
    said = weft("promote", "dev", mesh=changed)
    assert said.status == 1
    assert "fleet.planes is at revision 7 in prod and began at revision 1" in said.err
    assert "`weft env update dev`" in said.err
    assert "fleet.planes" in weft("env", "update", "dev", "--json", mesh=changed).object["again"]


def test_a_difference_shows_counts_columns_and_examples(weft: Weft, changed: Path) -> None:
    said = weft("diff", "fleet.planes.plane", "--to", "dev", mesh=changed)
    assert said.out.splitlines()[0] == "fleet.planes.plane@1  prod (20 rows) -> dev (19 rows)"
    assert "-  1 row    removed" in said.out
    assert "~  19 rows  changed, by tail" in said.out
    assert "~  tail: N0  seats: 50 -> 51" in said.out
    found = weft("diff", "fleet.planes.plane", "--to", "dev", "--json", mesh=changed).object
    assert (found["added"], found["removed"], found["changed"], found["is_empty"]) == (0, 1, 19, False)
    assert found["first_changed"][0]["columns"] == {"seats": [50, 51]}
    assert weft("diff", "fleet.planes.plane", "--to", "dex", mesh=changed).status == 1


def test_a_rollback_is_told_held_and_resumed(weft: Weft, changed: Path) -> None:
    weft("promote", "dev", mesh=changed)
    said = weft("rollback", "fleet.planes", "--because", "a plane is lost", mesh=changed)
    assert "✓ fleet.planes of prod stands as after revision 1" in said.out
    assert "! operations.flights.departures@1 was built on the withdrawn fleet.planes.plane@1" in said.out
    plan = weft("plan", "-s", "fleet", mesh=changed)
    assert "! fleet.planes  held since" in plan.out
    assert "(a plane is lost); apply with --resume fleet.planes to go on" in plan.out
    assert "! network.routes.delays@1  it was built on what was withdrawn of fleet.planes.plane@1" in plan.out
    assert "prod is as desired but for 1 product that is held" in plan.out
    assert "rolled back and held since" in weft("show", "fleet.planes", mesh=changed).out
    assert (
        "built on what was withdrawn of fleet.planes.plane@1" in weft("show", "network.routes.delays", mesh=changed).out
    )
    assert weft("history", "fleet.planes", "--json", mesh=changed).object["runs"][0]["command"] == "rollback"
    assert weft("apply", "--resume", "fleet.planes", mesh=changed).status == 0
    assert weft("plan", mesh=changed).out.startswith("nothing to do: prod is as desired (")
    assert "rolled back" in weft("audit", "search", "--what", "rolled back", mesh=changed).out


def test_a_kept_plan_that_resumes_is_applied_as_it_was_shown(weft: Weft, changed: Path, tmp_path: Path) -> None:
    weft("promote", "dev", mesh=changed)
    weft("rollback", "fleet.planes", mesh=changed)
    kept = str(tmp_path / "plan.json")
    weft("plan", "--resume", "fleet.planes", "-s", "fleet.planes", "-o", kept, mesh=changed)
    assert (
        weft("apply", "--plan", kept, "--json", mesh=changed).object["products"][0]["tables"][0]["action"] == "reused"
    )


def test_a_rollback_in_json_says_where_to_and_whom_it_concerns(weft: Weft, changed: Path) -> None:
    weft("promote", "dev", mesh=changed)
    found = weft("rollback", "fleet.planes", "--json", mesh=changed).object
    assert (found["to"]["revision"], found["withdrawn"]) == (1, ["fleet.planes.plane@1"])
    assert found["dependants"]["network.routes.delays@1"] == "fleet.planes.plane@1"


def test_the_branch_says_which_environment_is_meant(weft: Weft, unbuilt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(unbuilt, "init", "-q", "-b", "main")
    git(unbuilt, "add", ".")
    git(unbuilt, "commit", "-q", "-m", "begin")
    git(unbuilt, "switch", "-q", "-c", "feature/x")
    assert weft("plan", mesh=unbuilt).err.startswith("environment feature_x, of the branch feature/x\n")
    monkeypatch.setenv("WEFT_ENV", "prod")
    assert weft("plan", "--json", mesh=unbuilt).object["environment"] == "prod"
    monkeypatch.delenv("WEFT_ENV")
    git(unbuilt, "checkout", "-q", "--detach")
    assert weft("plan", mesh=unbuilt).status == 2


COUNTED = "SELECT count(*) FROM fleet.planes.plane"


def test_what_an_environment_has_is_shown_to_its_own_domain_alone(weft: Weft, changed: Path) -> None:
    assert "19" in weft("query", COUNTED, "--env", "dev", mesh=changed).out
    assert "19" in weft("query", COUNTED, "--env", "dev", "--as", "fleet.planes", mesh=changed).out
    said = weft("query", COUNTED, "--env", "dev", "--as", "network.routes", mesh=changed)
    assert said.status == 1
    assert (
        "fleet.planes.plane@1 is not published as it stands here, and network.routes builds nothing in fleet"
        in said.err
    )
    grant(changed, "network.routes", "fleet.planes.plane")
    assert "20" in weft("query", COUNTED, "--as", "network.routes", mesh=changed).out
    values = "SELECT count(*) FROM mesh.checks WHERE line_name = 'fleet.planes.plane@1'"
    assert "0" in weft("query", values, "--env", "dev", "--as", "bob", "-f", "csv", mesh=changed).out.split()
    assert weft("show", "fleet.planes.plane", "--env", "dev", "--as", "bob", mesh=changed).status == 0


def test_what_stands_in_an_environment_as_in_prod_is_shown_to_whoever_may_read_it_there(
    weft: Weft, unbuilt: Path
) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    assert weft("apply", "--env", "dev", mesh=unbuilt).status == 0
    grant(unbuilt, "bob", "fleet.planes.plane")
    assert "20" in weft("query", COUNTED, "--env", "dev", "--as", "bob", mesh=unbuilt).out

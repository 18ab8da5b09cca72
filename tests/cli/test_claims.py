"""Versions are claims: what a plan shows, refuses and mends, as a person and a program see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Weft
from tests.meshes import A, Made, Source, write_mesh

CONTRACT = "domains/fleet/planes/contracts/planes.odcs.yaml"
MANIFEST = "domains/fleet/planes/product.odps.yaml"
SQL = "domains/fleet/planes/transforms/plane.sql"


@pytest.fixture
def root(weft: Weft, unbuilt: Path) -> Path:
    """Applied; documents with comments and quotes."""
    edited(unbuilt, CONTRACT, "version: 1.0.0", "version: '1.0.0'   # what we promise")
    edited(unbuilt, MANIFEST, "  - {name: plane,", "  # The fleet.\n  - {name: plane,")
    assert weft("apply", mesh=unbuilt).status == 0
    return unbuilt


def edited(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))


def of_version(weft: Weft, root: Path, version: str) -> Path:
    """One product at a version, applied."""
    source = Source("raw", {"id": "integer", "n": "integer"}, "id,n\n1,2\n")
    made = Made("sums", {"id": "integer key", "n": "integer"}, "SELECT id, n FROM raw")
    write_mesh(root, A("shop.sales", [made], [source], version=version))
    assert weft("apply", mesh=root).status == 0
    return root


def test_a_meaning_that_changed_asks_for_a_minor_version(weft: Weft, root: Path) -> None:
    edited(root, SQL, "seats FROM", "seats + 1 AS seats FROM")
    said = weft("plan", mesh=root)
    assert said.status == 1
    assert "fleet.planes.plane  1.0.0, needs 1.1.0  1 minor\n  + plane.seats  meaning changed\n" in said.out
    assert "      - seats\n      + seats + 1\n" in said.out
    assert f"    {CONTRACT}:5: 1.0.0 -> 1.1.0\n    {MANIFEST}:13: 1.0.0 -> 1.1.0\n" in said.err
    assert "Apply it with" not in said.err


def test_what_is_refused_is_not_applied(weft: Weft, root: Path) -> None:
    edited(root, SQL, "seats FROM", "seats + 1 AS seats FROM")
    said = weft("apply", mesh=root)
    assert said.status == 1
    assert "1.1.0 is the least" in said.err and f"{CONTRACT}:5: 1.0.0 -> 1.1.0" in said.err
    assert weft("query", "SELECT min(seats) AS n FROM fleet.planes.plane", "--json", mesh=root).object["rows"] == [
        {"n": 50}
    ]


def test_fix_writes_the_versions_and_leaves_every_other_character(weft: Weft, root: Path) -> None:
    before = {file: (root / file).read_text() for file in (CONTRACT, MANIFEST)}
    edited(root, SQL, "seats FROM", "seats + 1 AS seats FROM")
    said = weft("plan", "--fix", mesh=root)
    assert said.status == 0
    assert said.err.startswith(f"wrote {CONTRACT}:5: 1.0.0 -> 1.1.0\nwrote {MANIFEST}:13: 1.0.0 -> 1.1.0\n")
    assert (root / CONTRACT).read_text() == before[CONTRACT].replace("'1.0.0'", "'1.1.0'")
    assert (root / MANIFEST).read_text() == before[MANIFEST].replace("plane, version: 1.0.0", "plane, version: 1.1.0")
    assert weft("apply", mesh=root).status == 0
    again = weft("plan", "--fix", mesh=root)
    assert again.out == "nothing to do: prod is as desired (3 tables in 3 products)\n"


def test_a_breaking_change_is_refused_with_both_ways_on_and_fix_does_neither(weft: Weft, root: Path) -> None:
    before = (root / CONTRACT).read_text()
    edited(root, CONTRACT, "required: true", "required: false")
    said = weft("plan", "--fix", mesh=root)
    assert said.status == 1
    assert "plane.seats  made optional" in said.out
    told = " ".join(said.err.split())
    assert "`weft new version fleet.planes.plane 2.0.0`. Where nobody reads line 1, write 2.0.0." in told
    assert "domains/operations/flights/product.odps.yaml:11: 1.0.0 -> 2.0.0" in said.err
    assert (root / CONTRACT).read_text() == before.replace("required: true", "required: false", 1)


def test_a_smaller_version_than_the_published_one_is_refused(weft: Weft, tmp_path: Path) -> None:
    root = of_version(weft, tmp_path, "1.2.0")
    for file in ("contracts/sales.odcs.yaml", "product.odps.yaml"):
        edited(root, f"domains/shop/sales/{file}", "version: 1.2.0", "version: 1.1.0")
    said = weft("plan", mesh=root)
    assert said.status == 1
    assert "version 1.1.0 is less than 1.2.0, which is published" in said.err


@pytest.mark.parametrize("version", ["0.3.0", "1.3.0-beta.1"])
def test_below_one_and_in_a_preview_anything_may_change(weft: Weft, tmp_path: Path, version: str) -> None:
    root = of_version(weft, tmp_path, version)
    edited(root, "domains/shop/sales/contracts/sales.odcs.yaml", "      - name: n\n        logicalType: integer\n", "")
    edited(root, "domains/shop/sales/transforms/sums.sql", "id, n", "id")
    said = weft("plan", mesh=root)
    assert said.status == 0
    assert "✗ sums.n  column removed" in said.out


def test_a_better_description_is_listed_and_asks_for_no_version(weft: Weft, root: Path) -> None:
    edited(root, CONTRACT, "  - name: plane\n", "  - name: plane\n    description: All that fly.\n")
    said = weft("plan", mesh=root)
    assert said.status == 0
    assert "fleet.planes.plane  1.0.0, and 1.0.1 would say so  1 patch\n  · plane  described otherwise\n" in said.out


def test_a_plan_in_json_has_the_changes_and_the_standard_s_message(weft: Weft, root: Path, tmp_path: Path) -> None:
    edited(root, SQL, "seats FROM", "seats + 1 AS seats FROM")
    kept = tmp_path / "kept.json"
    said = weft("plan", "--json", "--output", str(kept), mesh=root)
    assert said.status == 1
    (port,) = said.object["changes"]
    assert (port["product"], port["port"], port["before"], port["least"]) == ("fleet.planes", "plane", "1.0.0", "1.1.0")
    assert port["edits"][0] == {"file": CONTRACT, "line": 5, "path": ["version"], "old": "1.0.0", "new": "1.1.0"}
    assert [(one["kind"], one["column"]) for one in port["changes"]] == [("meaning changed", "seats")]
    (message,) = said.object["difference"]
    assert (message["kind"], message["suggestedVersion"]) == ("MetadataDifference", "1.1.0")
    assert '"MetadataDifference"' in kept.read_text()
    assert weft("apply", "--plan", str(kept), mesh=root).status == 1


def test_a_plan_in_which_no_promise_changed_says_nothing_of_promises(weft: Weft, root: Path) -> None:
    edited(root, "domains/fleet/planes/plane_file.csv", "N1,51", "N1,52")
    found = weft("plan", "--json", mesh=root).object
    assert (found["changes"], found["new_lines"], found["gone_lines"], found["difference"]) == ([], [], [], [])
    assert "1.0.0" not in weft("plan", mesh=root).out

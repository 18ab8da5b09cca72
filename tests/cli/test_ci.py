"""A branch is judged as a reviewer and a machine need it: what it changes, who breaks, what does not hold, and the data; prod stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Said, Weft
from tests.meshes import claimed
from tests.workspace.test_checkout import git

from weft.session import open_session

PLANES = "domains/fleet/planes"
SQL = f"{PLANES}/transforms/plane.sql"
MORE = "SELECT tail, seats + 1 AS seats FROM plane_file"
FEWER = "SELECT tail, seats FROM plane_file WHERE tail <> 'N3'"


@pytest.fixture
def branch(weft: Weft, unbuilt: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Applied from main, and now at a branch. No CI says anything of its own."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"):
        monkeypatch.delenv(name, raising=False)
    assert weft("apply", mesh=unbuilt).status == 0
    git(unbuilt, "init", "-q", "-b", "main")
    (unbuilt / ".gitignore").write_text(".weft/\n")
    _commit(unbuilt)
    git(unbuilt, "switch", "-q", "-c", "feature/planes")
    return unbuilt


def _commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "a change")


def _minor(root: Path, sql: str) -> None:
    """Another meaning, under the version that says so."""
    (root / SQL).write_text(sql)
    with open_session(root, "feature_planes") as session:
        claimed(session)


def _prod(weft: Weft, root: Path) -> Said:
    return weft("query", "SELECT * FROM fleet.planes.plane ORDER BY tail", "-f", "json", mesh=root)


def test_an_honest_branch_may_be_merged_and_prod_is_as_it_was(weft: Weft, branch: Path) -> None:
    before = _prod(weft, branch).out
    _minor(branch, FEWER)
    _commit(branch)
    said = weft("ci", "--base", "main", mesh=branch)
    assert said.status == 0, said.out
    assert said.out.startswith("## Weft: this may be merged\n")
    assert "It changes <code>fleet.planes</code> since" in said.out
    assert "| <code>fleet.planes.plane</code> | 1.0.0 | 1.1.0 | 1.1.0 | honest |" in said.out
    assert "| <code>fleet.planes.plane&#64;1</code> | 20 | 19 | 0 | 1 | 0 |" in said.out
    assert _prod(weft, branch).out == before
    assert "19" in weft("query", "SELECT count(*) FROM fleet.planes.plane", "--env", "feature_planes", mesh=branch).out


def test_a_claim_that_is_too_small_is_refused_at_its_line(weft: Weft, branch: Path) -> None:
    (branch / SQL).write_text(MORE)
    said = weft("ci", "--base", "main", "--annotations", "github", mesh=branch)
    assert said.status == 1
    assert "**claims too little**" in said.out
    assert "::error file=domains/fleet/planes/" in said.out
    assert "so nothing was built" in said.out
    assert weft("query", "SELECT 1", "--env", "feature_planes", mesh=branch).status == 1


def test_what_is_wrong_as_written_is_said_at_its_line_and_nothing_is_built(weft: Weft, branch: Path) -> None:
    (branch / SQL).write_text("SELECT tail,\n       seat AS seats FROM plane_file")
    found = weft("ci", "--base", "main", "--json", mesh=branch)
    assert found.status == 1
    verdict = found.object
    assert (verdict["passed"], verdict["plan"], verdict["run"]) == (False, None, None)
    (said,) = [one for one in verdict["annotations"] if one["level"] == "error"]
    assert (said["file"], said["line"]) == (SQL, 2)
    assert "Did you mean 'seats'?" in said["message"]


def test_a_check_that_does_not_hold_stops_the_merge(weft: Weft, branch: Path) -> None:
    _minor(branch, "SELECT tail, seats FROM plane_file UNION ALL SELECT tail, seats FROM plane_file WHERE tail = 'N3'")
    verdict = weft("ci", "--base", "main", "--json", mesh=branch)
    assert verdict.status == 1
    assert not verdict.object["run"]["succeeded"]
    assert any("primaryKey(tail)" in one["title"] for one in verdict.object["annotations"])
    assert "**stops it**" in verdict.object["markdown"]


def test_a_test_of_a_transform_that_fails_stops_the_merge(weft: Weft, branch: Path) -> None:
    (branch / PLANES / "tests").mkdir(exist_ok=True)
    case = "- name: all seats\n  given: {plane_file: [{tail: N1, seats: 2}]}\n  expect: [{tail: N1, seats: 3}]\n"
    (branch / PLANES / "tests" / "plane.yaml").write_text(case)
    verdict = weft("ci", "--base", "main", "--json", mesh=branch).object
    assert not verdict["passed"]
    assert verdict["run"]["succeeded"]
    assert [(one["file"], one["line"]) for one in verdict["annotations"]] == [(f"{PLANES}/tests/plane.yaml", 1)]


def test_the_markdown_goes_where_it_is_asked_for(
    weft: Weft, branch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _minor(branch, FEWER)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    said = weft(
        "ci",
        "--base",
        "main",
        "-o",
        str(tmp_path / "verdict.md"),
        "--code-quality",
        str(tmp_path / "cq.json"),
        mesh=branch,
    )
    assert said.status == 0
    assert said.out == ""
    assert (tmp_path / "verdict.md").read_text() == (tmp_path / "summary.md").read_text()
    assert json.loads((tmp_path / "cq.json").read_text()) == []


def _policy(root: Path, severity: str) -> None:
    """One that both fleet and routes violate; what is published binds, whatever the branch says."""
    (root / "policies").mkdir(exist_ok=True)
    text = "-- title: Products have tags\n-- owner: gina\n"
    sql = "SELECT product AS subject, product || ' has no tag' AS message FROM mesh.products WHERE len(tags) = 0\n"
    (root / "policies" / "tagged.sql").write_text(f"-- severity: {severity}\n{text}{sql}")


def test_a_policy_that_the_branch_violates_stops_it_at_the_line_of_what_it_touched(weft: Weft, branch: Path) -> None:
    _minor(branch, FEWER)
    _policy(branch, "error")
    assert weft("policy", "publish", mesh=branch).status == 0
    said = weft("ci", "--base", "main", "--annotations", "github", mesh=branch)
    assert said.status == 1
    assert "**A policy is violated, so nothing was planned or built.**" in said.out
    assert "### Policies" in said.out
    where = "domains/fleet/planes/product.odps.yaml"
    assert f"::error file={where},line=1,title=policy::policy tagged: fleet.planes has no tag." in said.out
    assert "network.routes has no tag" not in said.out


def test_a_policy_that_only_warns_is_shown_in_the_verdict(weft: Weft, branch: Path) -> None:
    _minor(branch, FEWER)
    _policy(branch, "warning")
    found = weft("ci", "--base", "main", "--json", mesh=branch)
    assert (found.status, found.object["passed"]) == (0, True)
    (told,) = found.object["policies"]
    assert (told["severity"], told["message"]) == ("warning", "policy tagged: fleet.planes has no tag")


def test_gitlab_gets_each_fault_once_with_its_line(weft: Weft, branch: Path, tmp_path: Path) -> None:
    (branch / SQL).write_text("SELECT nothing FROM plane_file")
    weft("ci", "--base", "main", "--code-quality", str(tmp_path / "cq.json"), mesh=branch)
    found = json.loads((tmp_path / "cq.json").read_text())
    assert found
    assert len({one["fingerprint"] for one in found}) == len(found)
    assert {one["location"]["path"] for one in found} == {SQL}
    assert all(one["location"]["lines"]["begin"] >= 1 for one in found)


def test_files_are_named_from_the_top_of_the_checkout(weft: Weft, unbuilt: Path, tmp_path: Path) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".gitignore").write_text(".weft/\n")
    _commit(tmp_path)
    git(tmp_path, "switch", "-q", "-c", "other")
    (unbuilt / SQL).write_text("SELECT nothing FROM plane_file")
    found = weft("ci", "--base", "main", "--json", mesh=unbuilt).object
    assert {one["file"] for one in found["annotations"]} == {f"mesh/{SQL}"}
    assert found["touched"] == ["fleet.planes"]


def test_no_word_of_a_document_is_markup_or_a_command(weft: Weft, branch: Path) -> None:
    rude = "x</code>\\n::error::y | <img src=x> @team [a](http://b) https://c.example"
    (branch / PLANES / "tests").mkdir(exist_ok=True)
    case = f'- name: "{rude}"\n  given: {{plane_file: [{{tail: N1, seats: 2}}]}}\n  expect: [{{tail: N1, seats: 3}}]\n'
    (branch / PLANES / "tests" / "plane.yaml").write_text(case)
    said = weft("ci", "--base", "main", "--annotations", "github", mesh=branch)
    assert [line for line in said.out.splitlines() if line.startswith("::")] == [
        line
        for line in said.out.splitlines()
        if line.startswith("::error file=domains/fleet/planes/tests/plane.yaml,line=1,")
    ]
    text = said.out.partition("## Weft")[2]
    assert "<img" not in text and "@team" not in text and "](http" not in text and "https://" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--base", "nowhere"], "there is no commit 'nowhere' in this checkout. Fetch it: `git fetch origin nowhere`."),
        (["--base", "--output=x"], "is no branch, tag or commit"),
        (["--base", "main", "--env", "prod"], "weft ci never builds in prod"),
    ],
)
def test_misuse_is_said(weft: Weft, branch: Path, arguments: list[str], words: str) -> None:
    said = weft("ci", *arguments, mesh=branch)
    assert said.status == 2
    assert words in said.err


def test_without_git_there_is_no_branch_to_judge(weft: Weft, unbuilt: Path) -> None:
    said = weft("ci", "--base", "main", mesh=unbuilt)
    assert (said.status, "lies in no git checkout" in said.err) == (2, True)


def test_where_head_is_at_no_branch_ci_says_it(weft: Weft, branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(branch, "switch", "-q", "--detach")
    assert "nothing says which branch this is" in weft("ci", "--base", "main", mesh=branch).err
    monkeypatch.setenv("GITHUB_HEAD_REF", "feature/Planes-2")
    assert weft("ci", "--base", "main", "--json", mesh=branch).object["environment"] == "feature_planes_2"


def test_the_default_branch_is_judged_beside_prod_too(weft: Weft, branch: Path) -> None:
    git(branch, "switch", "-q", "main")
    assert weft("ci", "--base", "main", "--json", mesh=branch).object["environment"] == "ci"


def test_an_environment_of_an_earlier_commit_is_brought_up_to_date_with_prod(weft: Weft, branch: Path) -> None:
    _minor(branch, FEWER)
    assert weft("ci", "--base", "main", mesh=branch).status == 0
    assert weft("promote", "feature_planes", mesh=branch).status == 0
    found = weft("ci", "--base", "main", "--json", mesh=branch).object
    assert found["passed"]
    assert found["data"] == []

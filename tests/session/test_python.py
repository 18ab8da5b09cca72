"""A mesh as a notebook has it: planned, applied, proved and looked at, each shown as tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import claimed
from tests.session.html import Page

import weft
from weft.errors import Fault
from weft.run.report import Event, RunReport
from weft.session import open_session

PLANE = "domains/fleet/planes/transforms/plane.sql"


def headings(shown: object, number: int = 0) -> list[str]:
    page = Page(shown._repr_html_())  # type: ignore[attr-defined]
    return page.rows[number]


def test_it_opens_the_nearest_mesh_above(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "domains" / "fleet")
    with weft.open(environment="trial") as mesh:
        assert (mesh.name, mesh.root, mesh.environment) == ("test", root, "trial")
        assert "'test'" in repr(mesh)


def test_a_folder_without_a_mesh_is_said(tmp_path: Path) -> None:
    with pytest.raises(weft.Misuse, match=r"there is no mesh\.yaml"):
        weft.open(tmp_path)


def test_a_plan_shows_each_table_and_why(fresh: weft.OpenMesh) -> None:
    plan = fresh.plan("fleet")
    page = Page(plan._repr_html_())
    assert page.rows == [
        ["product", "table", "action", "reasons"],
        ["fleet.planes", "plane@1", "build", "it was never built in prod"],
    ]
    assert not plan.is_empty
    assert [step.action for _, step in plan.plan.steps()] == ["build"]


def test_a_plan_writes_nothing(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.plan()
    assert not (root / ".weft" / "registry.db").exists()


def test_an_apply_publishes_and_reports(fresh: weft.OpenMesh) -> None:
    run = fresh.apply()
    assert isinstance(run, RunReport)
    assert run.raise_for_failure() is run
    assert headings(run) == ["product", "state", "tables", "rows", "seconds", "message"]
    assert headings(run, 1)[:4] == ["fleet.planes", "published", "1", "20"]
    assert fresh.table("network.routes.delays").arrow().num_rows == 20


def test_the_folders_are_read_anew_by_each_call(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    assert fresh.plan().is_empty
    assert "nothing to do" in repr(fresh.plan())
    (root / PLANE).write_text("SELECT tail, seats + 1 AS seats FROM plane_file\n")
    assert "its SQL changed" in str(fresh.plan())
    with open_session(root) as session:
        claimed(session)
    fresh.apply("fleet.planes").raise_for_failure()
    assert fresh.query("SELECT min(seats) FROM fleet.planes.plane").fetchall() == [(51,)]


def test_a_plan_shows_what_it_changes_for_consumers_and_what_is_refused(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    (root / PLANE).write_text("SELECT tail, seats + 1 AS seats FROM plane_file\n")
    plan = fresh.plan()
    assert plan.is_refused
    rows = Page(plan._repr_html_()).rows
    assert ["fleet.planes.plane", "minor", "plane.seats", "meaning changed", "'seats': its expression changed"] in rows
    assert "1.1.0 is the least" in str(plan)
    with pytest.raises(weft.Refused, match=r"Write 1\.1\.0"):
        fresh.apply()


def test_an_apply_of_nothing_says_so(fresh: weft.OpenMesh) -> None:
    fresh.apply().raise_for_failure()
    assert repr(fresh.apply()) == "nothing to do in prod"


def test_progress_is_told_as_it_happens(fresh: weft.OpenMesh) -> None:
    events: list[Event] = []
    fresh.apply("fleet", progress=events.append)
    assert [event.kind for event in events] == ["began", "table", "ended"]


def test_a_plan_is_applied_as_it_was_shown(fresh: weft.OpenMesh, root: Path) -> None:
    plan = fresh.plan("fleet")
    (root / PLANE).write_text("SELECT tail, seats + 1 AS seats FROM plane_file\n")
    with pytest.raises(weft.Refused, match="has changed since the plan was kept"):
        fresh.apply(plan=plan)
    assert [p.product for p in fresh.apply(plan=fresh.plan("fleet")).products] == ["fleet.planes"]


def test_a_plan_of_a_removed_product_is_applied(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    (root / "domains/network/routes").rename(root / "away")
    run = fresh.apply(plan=fresh.plan()).raise_for_failure()
    assert [(p.product, p.tables[0].action) for p in run.products] == [("network.routes", "removed")]


def test_a_plan_already_says_what_is_selected(fresh: weft.OpenMesh) -> None:
    with pytest.raises(weft.Misuse, match="a plan says what is selected"):
        fresh.apply("fleet", plan=fresh.plan())


def test_a_broken_promise_is_in_the_report(fresh: weft.OpenMesh, root: Path) -> None:
    (root / PLANE).write_text("SELECT 'N1' AS tail, seats FROM plane_file\n")
    run = fresh.apply()
    assert not run.succeeded
    page = Page(run._repr_html_())
    assert page.rows[1][:2] == ["fleet.planes", "failed"]
    assert ["fleet.planes.plane@1", "primaryKey(tail)", "failed", "error", "19", "mustBe 0", ""] in page.rows
    with pytest.raises(weft.ChecksFailed, match=r"fleet\.planes"):
        run.raise_for_failure()


def test_a_failure_that_is_no_broken_promise_is_raised_too(fresh: weft.OpenMesh, root: Path) -> None:
    (root / PLANE).write_text("SELECT tail, CAST(error(tail) AS BIGINT) AS seats FROM plane_file\n")
    run = fresh.apply("fleet")
    with pytest.raises(weft.WeftError, match=r"fleet\.planes: .*N0") as raised:
        run.raise_for_failure()
    assert not isinstance(raised.value, weft.ChecksFailed)


def test_faults_are_shown_and_raised(fresh: weft.OpenMesh, root: Path) -> None:
    assert repr(fresh.check()) == "nothing is wrong as written"
    (root / PLANE).write_text("SELECT tail, seat AS seats FROM plane_file\n")
    faults = fresh.check("fleet")
    assert isinstance(faults[0], Fault)
    assert headings(faults) == ["severity", "where", "what", "mend"]
    assert headings(faults, 1)[1] == f"{PLANE}:1"
    with pytest.raises(weft.Faults, match="Did you mean 'seats'"):
        faults.raise_for_failure()
    with pytest.raises(weft.Faults, match="Did you mean 'seats'"):
        fresh.plan()


def test_a_selection_of_nothing_is_said(mesh: weft.OpenMesh) -> None:
    for act in (mesh.plan, mesh.check, mesh.test):
        with pytest.raises(weft.Unknown, match=r"Did you mean 'fleet\.planes'"):
            act("fleet.plane")


def test_checks_are_shown(fresh: weft.OpenMesh) -> None:
    fresh.apply("fleet").raise_for_failure()
    proof = fresh.test("fleet")
    page = Page(proof._repr_html_())
    assert page.captions == ["3 of 3 checks hold"]
    assert page.rows[0] == ["table", "check", "outcome", "severity", "measured", "threshold", "message"]
    assert page.rows[1][:6] == ["fleet.planes.plane@1", "required(tail)", "passed", "error", "0", "mustBe 0"]
    assert proof.raise_for_failure() is proof


@pytest.mark.parametrize("name", ["fleet", "fleet.planes", "fleet.planes.plane"])
def test_a_page_is_shown_by_its_interfaces(mesh: weft.OpenMesh, name: str) -> None:
    page = Page(mesh.show(name)._repr_html_())
    assert page.captions[0].partition("@")[0] == name
    assert {"data", "who"} <= set(page.captions)
    assert ["consumers", "operations.flights"] in page.rows


def test_a_search_is_shown(mesh: weft.OpenMesh) -> None:
    hits = mesh.search("planes")
    assert hits[0].name == "fleet.planes"
    assert headings(hits) == ["kind", "name", "title", "description", "score"]
    assert repr(mesh.search("zebra crossing")) == "nothing is found"


def test_lineage_is_shown_from_the_source_on(mesh: weft.OpenMesh) -> None:
    graph = mesh.lineage("fleet.planes.plane")
    assert [(row[0], row[2]) for row in Page(graph._repr_html_()).rows[1:]] == [
        ("-1", "source:fleet.planes.plane_file"),
        ("0", "fleet.planes.plane"),
        ("+1", "operations.flights.departures"),
        ("+2", "network.routes.delays"),
    ]
    assert [node.name for node in mesh.lineage("fleet.planes.plane", "down", 1).tables][1:] == [
        "operations.flights.departures"
    ]


def test_history_is_shown(mesh: weft.OpenMesh) -> None:
    entries = mesh.history("fleet.planes")
    assert entries[-1].command == "apply"
    assert headings(entries)[:4] == ["started_at", "command", "who", "state"]


def test_what_documents_say_is_text_and_never_html(fresh: weft.OpenMesh, root: Path) -> None:
    file = root / "domains/fleet/planes/product.odps.yaml"
    file.write_text(file.read_text().replace("What planes is for.", "<img src=x onerror=alert(1)>"))
    page = Page(fresh.show("fleet.planes")._repr_html_())
    assert ["purpose", "<img src=x onerror=alert(1)>"] in page.rows
    assert "img" not in page.elements


def test_many_rows_are_cut_and_counted() -> None:
    from weft.session.display import MOST_ROWS, as_html, as_text, grid

    found = grid("title", "name", ((f"{n}",) for n in range(MOST_ROWS + 5)))
    assert "and 5 more" in as_text(found)
    assert len(Page(as_html(found)).rows) == MOST_ROWS + 1

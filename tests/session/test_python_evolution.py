"""Change without breaking anybody, from a notebook: the same words and refusals as on the command line, shown as tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.agreements import grant
from tests.meshes import write_product
from tests.previews import LATER, PREVIEW, go_stable, write_preview
from tests.session.html import Page
from tests.session.test_impact import CONTRACT, LATE, ROOT, SUMS, rename

import weft

PLANES = Path("domains/fleet/planes")
TABLE = "fleet.planes.plane"


def page(shown: object) -> Page:
    return Page(shown._repr_html_())  # type: ignore[attr-defined]


def one_seat_more(root: Path) -> None:
    """What it says of the planes changes its meaning, and its version says so."""
    (root / PLANES / "transforms/plane.sql").write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    for file in ("contracts/planes.odcs.yaml", "product.odps.yaml"):
        text = (root / PLANES / file).read_text()
        said = text.replace("plane, version: 1.0.0", "plane, version: 1.1.0")
        said = said.replace("\nversion: 1.0.0\nstatus: active\nschema", "\nversion: 1.1.0\nstatus: active\nschema")
        assert said != text
        (root / PLANES / file).write_text(said)


@pytest.fixture
def applied(root: Path) -> Path:
    weft.open(root).apply().raise_for_failure()
    return root


@pytest.fixture
def changed(applied: Path) -> Path:
    """In the environment dev the planes have one seat more."""
    one_seat_more(applied)
    weft.open(applied, environment="dev").apply().raise_for_failure()
    return applied


@pytest.fixture
def shown(root: Path) -> Path:
    """Applied, with a preview to which network.routes and Ada are invited."""
    write_preview(root, LATER)
    weft.open(root).apply().raise_for_failure()
    return root


def seats(mesh: weft.OpenMesh) -> object:
    return mesh.query(f"SELECT sum(seats)::BIGINT FROM {TABLE}").fetchall()[0][0]


def test_an_environment_is_listed_with_what_differs_in_it(changed: Path) -> None:
    environments = weft.open(changed).environments()
    assert [one.name for one in environments] == ["dev"]
    assert page(environments).rows[0] == ["environment", "who", "made_at", "expires_at", "of_revision", "changed"]
    assert "fleet.planes.plane@1" in page(environments).rows[1][-1]


def test_a_plan_says_that_an_environment_is_yet_to_be_made(applied: Path) -> None:
    here = weft.open(applied, environment="dev")
    assert "dev is not there yet: applying makes it of what prod points at" in repr(here.plan())
    here.apply().raise_for_failure()
    assert "not there yet" not in repr(here.plan())


def test_without_environments_there_is_prod_alone(fresh: weft.OpenMesh) -> None:
    assert repr(fresh.environments()) == "there is prod alone"


def test_an_environment_is_removed_and_prod_stays(changed: Path) -> None:
    mesh = weft.open(changed)
    mesh.remove_environment("dev")
    assert mesh.environments() == ()
    with pytest.raises(weft.Misuse, match="prod is what consumers read"):
        mesh.remove_environment("prod")
    with pytest.raises(weft.Unknown, match="dev"):
        mesh.remove_environment("dev")


def test_a_table_is_compared_between_environments(changed: Path) -> None:
    found = weft.open(changed).diff(TABLE, "dev")
    assert (found.changed, found.added, found.removed) == (20, 0, 0)
    assert page(found).captions[0] == f"{TABLE}@1: prod (20 rows) to dev (20 rows)"
    assert ["changed", "20"] in page(found).rows
    assert ["seats", "20", "BIGINT", "BIGINT"] in page(found).rows
    assert ["changed", "tail: N0", "seats: 50", "seats: 51"] in page(found).rows


def test_a_mesh_of_an_environment_is_compared_with_prod(changed: Path) -> None:
    here = weft.open(changed, environment="dev")
    assert here.diff(TABLE).changed == 20
    assert "no difference" in repr(here.diff(TABLE, "dev", from_="dev"))
    back = here.diff(TABLE, "prod", from_="dev")
    assert (back.before.environment, back.after.environment) == ("dev", "prod")


def test_one_environment_alone_is_not_compared(changed: Path) -> None:
    with pytest.raises(weft.Misuse, match="there is one environment only"):
        weft.open(changed).diff(TABLE)
    with pytest.raises(weft.Unknown, match="Did you mean 'dev'"):
        weft.open(changed).diff(TABLE, "dew")


def test_a_mesh_promotes_its_own_environment(changed: Path) -> None:
    with weft.open(changed, environment="dev") as here, weft.open(changed) as prod:
        assert (seats(here), seats(prod)) == (1210, 1190)
        promoted = here.promote()
        assert [p.product for p in promoted.products] == ["fleet.planes", "network.routes", "operations.flights"]
        assert page(promoted).rows[0] == ["product", "revision", "tables"]
        assert ["fleet.planes", str(promoted.products[0].revision), "fleet.planes.plane@1"] in page(promoted).rows
        assert seats(prod) == 1210
        assert repr(prod.promote("dev")) == "nothing to promote: dev differs from prod in nothing"


def test_prod_is_not_promoted(fresh: weft.OpenMesh) -> None:
    with pytest.raises(weft.Misuse, match="prod is where things are promoted to"):
        fresh.promote()


def test_where_prod_moved_on_an_environment_is_brought_up_to_date(changed: Path) -> None:
    text = (changed / PLANES / "transforms/plane.sql").read_text()
    (changed / PLANES / "transforms/plane.sql").write_text(text.replace("+ 1", "+ 2"))
    weft.open(changed).apply().raise_for_failure()
    here = weft.open(changed, environment="dev")
    with pytest.raises(weft.Refused, match="prod moved on under what dev changed"):
        here.promote()
    updated = here.update_environment()
    assert "fleet.planes" in updated.again
    assert "dev is up to date with prod" in repr(updated)
    assert here.promote().run is None


def test_a_rollback_is_shown_and_holds_until_it_is_resumed(applied: Path) -> None:
    mesh = weft.open(applied)
    one_seat_more(applied)
    mesh.apply().raise_for_failure()
    done = mesh.rollback("fleet.planes", because="a seat too many")
    assert seats(mesh) == 1190
    assert ["fleet.planes.plane@1", "withdrawn", ""] in page(done).rows
    assert ["operations.flights.departures@1", "built on the withdrawn", "fleet.planes.plane@1"] in page(done).rows
    assert "resume='fleet.planes'" in repr(done)
    held = mesh.plan("fleet")
    assert held.is_empty
    assert page(held).captions == ["plan for prod", "rolled back"]
    assert page(held).rows[1][0] == "fleet.planes"
    assert "(a seat too many)" in page(held).rows[1][1]
    assert not mesh.plan("fleet", resume="fleet.planes").is_empty
    mesh.apply(plan=mesh.plan(resume=["fleet.planes"])).raise_for_failure()
    assert seats(mesh) == 1210


def test_a_product_goes_on_where_apply_says_so(applied: Path) -> None:
    mesh = weft.open(applied)
    one_seat_more(applied)
    mesh.apply().raise_for_failure()
    revision = mesh.rollback("fleet.planes").to.revision
    mesh.apply(resume="fleet.planes").raise_for_failure()
    assert seats(mesh) == 1210
    mesh.rollback("fleet.planes", to=revision)
    assert seats(mesh) == 1190


def test_what_is_not_held_is_not_resumed(fresh: weft.OpenMesh) -> None:
    for act in (fresh.plan, fresh.apply):
        with pytest.raises(weft.Misuse, match="nothing to resume"):
            act(resume="fleet.planes")


def test_a_product_that_stood_nowhere_else_is_not_rolled_back(applied: Path) -> None:
    with pytest.raises(weft.Refused):
        weft.open(applied).rollback("fleet.planes")


def test_a_plan_shows_what_changes_and_whom_it_reaches(root: Path) -> None:
    for product in (ROOT, SUMS, LATE):
        write_product(root, product)
    mesh = weft.open(root)
    mesh.apply().raise_for_failure()
    rename(root)
    plan = mesh.plan()
    (port,) = plan.changes
    (reach,) = plan.impact
    assert (str(port.before), str(port.least)) == ("1.0.0", "2.0.0")
    assert [one.consumer for one in reach.of("broken")] == ["net.late", "net.sums"]
    assert "ops.flights.departures@1: 2 of 2 consumers break" in page(plan).captions
    (sums,) = [row for row in page(plan).rows if row[:2] == ["net.sums", "broken"]]
    assert "net.sums.sums@1.late" in sums[2]
    assert sums[-1] == "domains/net/sums/transforms/sums.sql:1"
    (version,) = [row for row in page(plan).rows if row[0] == "ops.flights.departures" and "2.0.0" in row]
    assert version[1:5] == ["1", "1.0.0", "1.0.0", "2.0.0"]


def test_what_is_read_goes_by_force_and_with_a_reason_alone(applied: Path) -> None:
    grant(applied, "ann@example.org", "network.routes.delays")
    weft.open(applied, as_="ann@example.org").query("SELECT * FROM network.routes.delays").fetchall()
    (applied / "domains/network/routes").rename(applied / "away")
    mesh = weft.open(applied)
    assert mesh.plan().is_refused
    with pytest.raises(weft.Refused, match=r"ann@example\.org read network\.routes\.delays@1"):
        mesh.apply(because="it is not needed")
    with pytest.raises(weft.Misuse, match="--force needs a reason"):
        mesh.apply(force=True)
    with pytest.raises(weft.Misuse, match="--force needs a reason"):
        mesh.promote("dev", force=True)
    mesh.apply(plan=mesh.plan(), force=True, because="it is not needed").raise_for_failure()
    with pytest.raises(weft.Unknown):
        mesh.table("network.routes.delays")


def test_a_plan_of_nothing_changes_nothing(mesh: weft.OpenMesh) -> None:
    plan = mesh.plan()
    assert (plan.changes, plan.impact) == ((), ())
    assert len(plan.grids()) == 1


def test_the_versions_that_only_say_more_are_written_for_one(applied: Path) -> None:
    (applied / PLANES / "transforms/plane.sql").write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    mesh = weft.open(applied)
    assert mesh.plan().is_refused
    plan = mesh.plan(fix=True)
    assert not plan.is_refused
    assert {edit.new for edit in plan.fixed} == {"1.1.0"}
    assert page(plan).captions[1] == "written"
    assert mesh.plan(fix=True).fixed == ()
    mesh.apply(plan=plan).raise_for_failure()


def test_contracts_are_compared_as_written_with_as_published(root: Path) -> None:
    write_product(root, ROOT)
    mesh = weft.open(root)
    mesh.apply().raise_for_failure()
    assert "no difference" in repr(mesh.contract_diff("ops.flights.departures"))
    kept = root / "before.odcs.yaml"
    kept.write_text((root / CONTRACT).read_text())
    rename(root)
    found = mesh.contract_diff("ops.flights.departures")
    assert found.breaks
    assert page(found).rows[0] == ["impact", "where", "change", "why", "affects"]
    assert page(found).rows[1][:2] == ["breaking", "departures.delay"]
    assert "2.0.0 is the least version, and 1.0.0 claims too little" in repr(found)
    assert "bridges that keep the old line" in page(found).captions
    assert mesh.contract_diff(str(kept), str(root / CONTRACT)).changes == found.changes
    assert mesh.contract_diff("ops.flights.departures", from_="prod", to="prod").changes == ()
    with pytest.raises(weft.Misuse, match="there is one contract only"):
        mesh.contract_diff(str(kept))


def test_a_preview_is_tried_and_judged(shown: Path) -> None:
    mesh = weft.open(shown)
    assert [row[2:4] for row in page(mesh.previews()).rows[1:]] == [
        ["network.routes", "none yet"],
        ["ada@example.org", "none yet"],
    ]
    found = mesh.preview(PREVIEW)
    assert found.breaks == ()
    routes = page(found).rows[1]
    assert routes[:4] == ["network.routes", "operations.flights.departures@1", "yes", "yes"]
    assert "network.routes: what would differ" in page(found).captions
    judged = mesh.judge(PREVIEW, "good", "as it should be", as_="network.routes")
    assert page(judged).rows[1][:4] == [PREVIEW, "network.routes", "good", "as it should be"]
    assert page(mesh.previews()).rows[1][2:] == ["network.routes", "good", "as it should be"]
    assert mesh.preview(PREVIEW).consumers[0].verdict == judged.verdict


def test_there_may_be_no_preview(applied: Path) -> None:
    assert repr(weft.open(applied).previews()) == "there is no preview"
    with pytest.raises(weft.Unknown, match="No port of this mesh"):
        weft.open(applied).preview(PREVIEW)


def test_a_preview_that_breaks_somebody_says_where(shown: Path) -> None:
    contract = shown / "domains/operations/flights/contracts/flights_beta.odcs.yaml"
    contract.write_text(contract.read_text().replace("- name: delay", "- name: late"))
    transform = shown / "domains/operations/flights/transforms/departures@1.1.0-beta.1.sql"
    transform.write_text(LATER.replace("AS delay", "AS late"))
    mesh = weft.open(shown)
    mesh.apply("operations.flights").raise_for_failure()
    found = mesh.preview(PREVIEW)
    assert [tried.who for tried in found.breaks] == ["network.routes"]
    assert "network.routes: its SQL does not bind" in page(found).captions
    assert any("domains/network/routes/transforms/delays.sql" in row[1] for row in page(found).rows)


def test_what_is_no_verdict_is_said(shown: Path) -> None:
    mesh = weft.open(shown)
    with pytest.raises(weft.Misuse, match="Did you mean 'good'"):
        mesh.judge(PREVIEW, "god")  # type: ignore[arg-type]
    with pytest.raises(weft.Misuse, match="a bad verdict says why"):
        mesh.judge(PREVIEW, "bad", as_="network.routes")


def test_whoever_a_mesh_is_opened_as_says_what_they_think_and_nothing_for_others(shown: Path) -> None:
    with weft.open(shown, as_="network.routes") as routes:
        assert routes.judge(PREVIEW, "good").verdict.who == "network.routes"
        with pytest.raises(weft.Refused, match=r"network\.routes looks at this mesh"):
            routes.judge(PREVIEW, "good", as_="ada@example.org")
    with weft.open(shown, as_="bob") as bob, pytest.raises(weft.Refused, match="bob is not invited"):
        bob.judge(PREVIEW, "good")


def test_a_plan_shows_what_going_stable_asks_for_and_a_reason_answers_it(shown: Path) -> None:
    go_stable(shown)
    mesh = weft.open(shown)
    plan = mesh.plan()
    assert "operations.flights.departures: 1.1.0 goes stable; it was shown as 1.1.0-beta.1" in page(plan).captions
    assert "asks for a good verdict" in repr(plan)
    with pytest.raises(weft.Refused, match="asks for a good verdict"):
        mesh.apply(plan=plan)
    mesh.apply(plan=plan, because="it waited long enough").raise_for_failure()


def test_somebody_else_s_eyes_move_nothing(changed: Path) -> None:
    with weft.open(changed, as_="bob", environment="dev") as bob:
        assert [one.name for one in bob.environments()] == ["dev"]
        acts = [
            bob.apply,
            bob.promote,
            lambda: bob.plan(fix=True),
            bob.update_environment,
            lambda: bob.rollback("fleet.planes"),
            lambda: bob.remove_environment("dev"),
            lambda: bob.preview(PREVIEW),
        ]
        for act in acts:
            with pytest.raises(weft.Refused, match="bob looks at this mesh, and does not work in it"):
                act()
    assert len(weft.open(changed).environments()) == 1


def test_rows_of_a_preview_are_compared_by_those_who_may_see_them(shown: Path) -> None:
    weft.open(shown, environment="dev").apply().raise_for_failure()
    assert weft.open(shown, as_="network.routes").diff(PREVIEW, "dev").is_empty
    with weft.open(shown, as_="bob") as bob, pytest.raises(weft.Refused, match="bob is not invited"):
        bob.diff(PREVIEW, "dev")


def test_a_closed_mesh_answers_nothing(applied: Path) -> None:
    mesh = weft.open(applied)
    mesh.close()
    acts = [mesh.environments, mesh.previews, mesh.promote, lambda: mesh.contract_diff("fleet.planes.plane")]
    for act in acts:
        with pytest.raises(weft.Misuse, match="this mesh is closed"):
            act()

"""An environment is made by using it, promoted without building, and refused where prod moved on; a rollback holds."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest
from tests.meshes import A, Made, claimed, write_product
from tests.workspace.test_checkout import git

from weft.errors import Misuse, Refused, Unknown
from weft.names import LineName, ProductName
from weft.plan.plan import Plan
from weft.plan.rollback import marked
from weft.run.report import RunReport
from weft.session import Choice, open_session
from weft.session.environments import listed, open_building, updated
from weft.session.promoting import Promoted, promote
from weft.session.rolling_back import roll_back
from weft.session.using import environment_name

PLANE, DEPARTURES = LineName("fleet.planes.plane@1"), LineName("operations.flights.departures@1")
DELAYS = LineName("network.routes.delays@1")
PLANES = ProductName("fleet.planes")
SQL = "domains/fleet/planes/transforms/plane.sql"
SEATS = "SELECT sum(seats)::BIGINT AS seats FROM fleet.planes.plane"


def applied(root: Path, environment: str = "prod", *select: str, resume: tuple[str, ...] = ()) -> RunReport:
    with open_session(root, environment) as session:
        report = session.apply(claimed(session, Choice(select, resume=resume)))
    assert report.succeeded, report
    return report


def plan_of(root: Path, environment: str = "prod") -> Plan:
    with open_session(root, environment) as session:
        return session.plan().plan


def promoted(root: Path, name: str = "dev") -> Promoted:
    with open_session(root) as session:
        return promote(session, name)


def seats(root: Path, environment: str = "prod") -> int:
    with open_session(root, environment) as session, session.query(SEATS) as answer:
        return int(answer.relation().fetchall()[0][0])


def one_seat_more(root: Path, more: int = 1) -> None:
    (root / SQL).write_text(f"SELECT tail, seats + {more} AS seats FROM plane_file")


@pytest.fixture
def changed(root: Path) -> Path:
    """A mesh that was applied, and an environment in which the planes differ."""
    applied(root)
    one_seat_more(root)
    applied(root, "dev")
    return root


def test_only_what_differs_is_built_and_prod_stays(changed: Path) -> None:
    assert (seats(changed), seats(changed, "dev")) == (1190, 1210)
    assert plan_of(changed, "dev").is_empty
    with open_session(changed) as session:
        (dev,) = listed(session)
        assert dev.changed == (PLANE, DEPARTURES)


def test_planning_does_not_make_an_environment(root: Path) -> None:
    applied(root)
    assert plan_of(root, "dev").is_empty
    with open_session(root) as session:
        assert listed(session) == ()


def test_applying_nothing_makes_an_environment(root: Path) -> None:
    applied(root)
    assert applied(root, "dev").run is None
    with open_session(root) as session:
        assert [(dev.name, dev.changed) for dev in listed(session)] == [("dev", ())]


def test_reading_an_environment_that_is_not_there_names_the_closest(changed: Path) -> None:
    with open_session(changed, "dex") as session, pytest.raises(Unknown, match="Did you mean 'dev'"):
        session.query("SELECT 1")
    with open_session(changed, "dex") as session, pytest.raises(Unknown, match="Did you mean 'dev'"):
        session.test()


def test_a_name_that_is_none_is_refused_with_one_that_is(root: Path) -> None:
    with open_session(root, "Feature/X") as session, pytest.raises(Misuse, match="--env feature_x"):
        session.plan()


def test_a_promotion_builds_nothing_and_then_prod_plans_empty(changed: Path) -> None:
    before = set((changed / ".weft" / "store").rglob("*.parquet"))
    done = promoted(changed)
    assert {product.product for product in done.products if product.lines} == {"fleet.planes", "operations.flights"}
    assert set((changed / ".weft" / "store").rglob("*.parquet")) == before
    assert seats(changed) == 1210
    assert plan_of(changed).is_empty
    assert promoted(changed).run is None


def test_a_promotion_is_refused_where_prod_moved_on_and_goes_on_after_an_update(changed: Path) -> None:
    one_seat_more(changed, 5)
    applied(changed)
    with pytest.raises(Refused, match=r"fleet\.planes is at revision 7 in prod .* `weft env update dev`"):
        promoted(changed)
    with open_session(changed) as session:
        assert PLANES in updated(session, "dev").again
    one_seat_more(changed, 6)
    applied(changed, "dev")
    promoted(changed)
    assert seats(changed) == 20 * 6 + 1190
    assert plan_of(changed).is_empty


def test_a_promotion_is_refused_where_what_it_was_built_on_moved_on(root: Path) -> None:
    applied(root)
    flights = root / "domains/operations/flights/transforms/departures.sql"
    text = flights.read_text()
    flights.write_text(text.replace("f.delay", "f.delay + 1 AS delay"))
    applied(root, "dev")
    flights.write_text(text)
    one_seat_more(root)
    applied(root)
    flights.write_text(text.replace("f.delay", "f.delay + 1 AS delay"))
    with pytest.raises(Refused, match=r"operations\.flights"):
        promoted(root)
    with open_session(root) as session:
        updated(session, "dev")
    applied(root, "dev")
    promoted(root)
    assert plan_of(root).is_empty


def test_what_only_prod_changed_does_not_stand_in_the_way(changed: Path) -> None:
    made = Made("late", {"tail": "string key"}, "SELECT DISTINCT tail FROM delays")
    write_product(changed, A("network.late", [made], reads=["network.routes.delays"]))
    applied(changed, "prod", "network.late")
    promoted(changed)
    assert seats(changed) == 1210
    applied(changed)
    assert plan_of(changed).is_empty


def test_what_is_not_proved_is_not_promoted(changed: Path) -> None:
    import sqlite3

    with sqlite3.connect(changed / ".weft" / "registry.db") as connection:
        connection.execute("DELETE FROM check_results WHERE environment = 'dev' AND check_name = 'required(seats)'")
    connection.close()
    with pytest.raises(Refused, match=r"plane@1: required\(seats\) was not checked.*weft test --env dev"):
        promoted(changed)
    with open_session(changed, "dev") as session:
        session.test()
    promoted(changed)


def test_what_is_reused_is_proved_by_the_rules_of_now(changed: Path) -> None:
    contract = changed / "domains/fleet/planes/contracts/planes.odcs.yaml"
    rule = "    quality:\n      - {type: library, metric: rowCount, mustBeGreaterThan: 99}\n"
    contract.write_text(contract.read_text() + rule)
    with open_session(changed) as session:
        planned = session.plan()
        assert next(step.action for _, step in planned.plan.steps() if step.line == PLANE) == "reuse"
        assert not session.apply(planned).succeeded


def test_a_product_that_the_branch_removed_goes_from_prod_with_its_promotion(root: Path) -> None:
    applied(root)
    rmtree(root / "domains/network/routes")
    applied(root, "dev")
    promoted(root)
    with open_session(root) as session:
        assert DELAYS not in session.recorded.pointers
        assert plan_of(root).is_empty


def test_a_rollback_is_held_and_marks_who_was_built_on_it(root: Path) -> None:
    applied(root)
    one_seat_more(root)
    applied(root)
    with open_session(root) as session:
        done = roll_back(session, "fleet.planes", because="wrong seats")
        assert done.withdrawn == (PLANE,)
        assert done.dependants == {DEPARTURES: PLANE, DELAYS: PLANE}
        assert set(marked(session.recorded)) == {DEPARTURES, DELAYS}
    found = {product.product: product for product in plan_of(root).products}
    assert "wrong seats" in found[PLANES].held
    assert "--resume fleet.planes" in found[PLANES].held
    applied(root)
    assert seats(root) == 1190
    with open_session(root) as session:
        assert marked(session.recorded) == {}
        kinds = session.registry.journal.facts("events").column("kind").to_pylist()
        assert kinds == ["published", "rolled back", "built on withdrawn", "built on withdrawn"]


def test_a_resumed_product_goes_on_where_its_folder_says(root: Path) -> None:
    applied(root)
    one_seat_more(root)
    applied(root)
    with open_session(root) as session:
        roll_back(session, "fleet.planes")
    report = applied(root, resume=("fleet.planes",))
    assert report.products[0].tables[0].action == "reused"
    assert seats(root) == 1210
    assert plan_of(root).is_empty


def test_nothing_is_resumed_that_was_not_rolled_back(root: Path) -> None:
    applied(root)
    with open_session(root) as session, pytest.raises(Misuse, match="nothing to resume"):
        session.plan(Choice(resume=("fleet.planes",)))


def test_a_product_that_never_stood_elsewhere_is_not_rolled_back(root: Path) -> None:
    applied(root)
    with open_session(root) as session, pytest.raises(Refused, match="never stood elsewhere"):
        roll_back(session, "fleet.planes")


def test_what_was_withdrawn_comes_back_by_promotion_only_where_it_is_resumed(changed: Path) -> None:
    promoted(changed)
    with open_session(changed) as session:
        roll_back(session, "fleet.planes")
        session.registry.environments.remove("dev")
    applied(changed, "dev", resume=())
    applied(changed, "dev", resume=("fleet.planes",))
    with pytest.raises(Refused, match=r"withdrawn from prod: fleet\.planes .*--resume fleet\.planes"):
        promoted(changed)
    with open_session(changed) as session:
        promote(session, "dev", ["fleet.planes"])
        assert session.recorded.holds == {}
    assert plan_of(changed).is_empty


@pytest.mark.parametrize(
    ("branch", "name"),
    [("feature/New-Fleet", "feature_new_fleet"), ("42-fix", "b_42_fix"), ("prod", "b_prod"), ("ü", "b")],
)
def test_a_branch_s_environment_is_its_name_as_an_identifier(branch: str, name: str) -> None:
    assert environment_name(branch) == name


def test_the_branch_of_a_checkout_names_the_environment_unless_somebody_says_another(root: Path) -> None:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "begin")
    assert [open_building(root)[0].environment, open_building(root)[1]] == ["prod", ""]
    git(root, "switch", "-q", "-c", "fix/seats")
    assert [open_building(root)[0].environment, open_building(root)[1]] == ["fix_seats", "fix/seats"]
    assert open_building(root, "prod")[0].environment == "prod"
    (root / "mesh.yaml").write_text("name: test\nenvironments: {default_branch: fix/seats}\n")
    assert open_building(root)[0].environment == "prod"
    git(root, "checkout", "-q", "--detach")
    with pytest.raises(Misuse, match="at no branch"):
        open_building(root)

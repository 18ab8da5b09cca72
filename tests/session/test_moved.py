"""What a plan builds on may move before its run begins, which is refused, and while it runs, which is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh, write_product

from weft.errors import Moved, Refused
from weft.run.report import Event
from weft.session import Choice, Session, open_session
from weft.session.saved import as_shown

PLANES = A(
    "fleet.planes",
    [Made("plane", {"n": "integer"}, "FROM plane_file")],
    [Source("plane_file", {"n": "integer"}, "n\n1\n")],
)
ROUTES = A("network.routes", [Made("route", {"n": "integer"}, "FROM plane")], reads=["fleet.planes.plane"])
LINE = "fleet.planes.plane@1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Planes are published; routes, which read them, are not yet."""
    root = write_mesh(tmp_path / "mesh", PLANES, ROUTES)
    apply(root, "fleet")
    return root


def apply(root: Path, *select: str) -> None:
    with open_session(root) as session:
        assert session.apply(session.plan(Choice(select))).succeeded


def new_planes(root: Path) -> None:
    file = root / "domains/fleet/planes/plane_file.csv"
    file.write_text(f"{file.read_text()}9\n")
    apply(root, "fleet")


def routes(session: Session) -> list[int]:
    with session.query("FROM network.routes.route") as answer:
        return [row["n"] for row in answer.objects()]


def test_what_is_read_and_moved_before_the_run_began_is_refused_by_name(root: Path) -> None:
    with open_session(root) as session:
        planned = session.plan(Choice(("network",)))
        new_planes(root)
        with pytest.raises(Moved, match=rf"{LINE} has moved .*\(expected revision 1, found 2\)"):
            session.apply(planned)
        assert session.registry.journal.facts("runs").num_rows == 2


def test_what_moves_elsewhere_is_no_concern_of_a_run(root: Path) -> None:
    write_product(root, A("weather.days", [Made("day", {"n": "integer"}, "SELECT 1 AS n")]))
    with open_session(root) as session:
        planned = session.plan(Choice(("network",)))
        apply(root, "weather")
        assert session.apply(planned).succeeded


def test_what_moves_while_it_is_read_throws_no_work_away_and_is_followed_up(root: Path) -> None:
    moved: list[Event] = []

    def upstream_publishes(event: Event) -> None:
        if not moved:
            moved.append(event)
            new_planes(root)

    with open_session(root) as session:
        assert session.apply(session.plan(Choice(("network",))), upstream_publishes).succeeded
        assert moved
        assert routes(session) == [1]
        (product,) = session.plan(Choice(("network",))).plan.work
        assert product.steps[0].reasons == ("`fleet.planes.plane` has a new snapshot",)
        assert session.apply(session.plan()).succeeded
        assert routes(session) == [1, 9]


def test_a_kept_plan_says_what_changed_below_it(root: Path) -> None:
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        (root / "domains/network/routes/transforms/route.sql").write_text("FROM plane WHERE n > 0\n")
        shown = session.plan(Choice(("network",))).plan
        new_planes(root)
        session.refresh()
        with pytest.raises(Refused, match=re.escape("`fleet.planes.plane` has a new snapshot")):
            as_shown(shown, session.plan(Choice(("network",))))

"""What agreements mean for a plan: whom a change reaches, who loses sight with a role, and what may not go while it is agreed on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.agreements import grant
from tests.meshes import claimed, planes_and_departures, write_mesh

from weft.plan.impact import Reached
from weft.session import Choice, Planned, open_session

CONTRACT = "domains/operations/flights/contracts/flights.odcs.yaml"
DEPARTURES = "operations.flights.departures"
ROLES = "roles:\n  - {role: analyst, access: read}\n  - {role: auditor, access: read}\n"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_mesh(tmp_path_factory.mktemp("agreed") / "mesh", *planes_and_departures())
    file = root / CONTRACT
    file.write_text(file.read_text() + ROLES)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    return root


@pytest.fixture
def root(applied: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(applied, tmp_path / "mesh"))


def edited(root: Path, before: str, after: str) -> Planned:
    """With another text in the contract of flights."""
    file = root / CONTRACT
    file.write_text(file.read_text().replace(before, after))
    with open_session(root) as session:
        return claimed(session)


def people(planned: Planned) -> list[Reached]:
    return [one for reach in planned.evolution.reaches for one in reach.consumers if one.kind == "person"]


def test_whoever_has_an_agreement_is_among_those_whom_a_change_reaches(root: Path) -> None:
    made = grant(root, "bob", DEPARTURES)
    sql = root / "domains/operations/flights/transforms/departures.sql"
    sql.write_text(sql.read_text().replace("f.delay", "f.delay AS late"))
    planned = edited(root, "name: delay", "name: late")
    assert {(one.consumer, one.verdict, one.agreement) for one in people(planned)} == {("bob", "affected", made.id)}


def test_a_role_that_goes_breaks_whoever_reads_by_it_alone(root: Path) -> None:
    grant(root, "bob", DEPARTURES, role="analyst")
    grant(root, "ann", DEPARTURES, role="auditor")
    planned = edited(root, "  - {role: analyst, access: read}\n", "")
    (port,) = planned.evolution.changed
    (change,) = [one for one in port.changes if one.kind == "role dropped"]
    assert (change.impact, change.affects) == ("breaking", ("bob",))
    found = {one.consumer: one.verdict for one in people(planned)}
    assert found == {"bob": "broken", "ann": "affected"}


def test_a_role_by_which_nobody_reads_breaks_nobody(root: Path) -> None:
    planned = edited(root, "  - {role: analyst, access: read}\n", "")
    (port,) = planned.evolution.changed
    (change,) = [one for one in port.changes if one.kind == "role dropped"]
    assert (change.impact, change.affects) == ("minor", ())


def test_a_line_is_kept_for_whoever_agreed_on_it(root: Path) -> None:
    made = grant(root, "bob", "network.routes.delays")
    shutil.rmtree(root / "domains/network/routes")
    with open_session(root) as session:
        (gone,) = session.plan().evolution.gone
    assert f"bob may read network.routes.delays@1 by agreement {made.id}" in gone.refusal
    assert f"end the agreements ({made.id}: weft access revoke)" in gone.mend.lower()


def test_a_product_of_another_domain_is_not_made_without_an_agreement_where_the_mesh_asks_for_one(root: Path) -> None:
    (root / "mesh.yaml").write_text("name: test\nagreements: {products: required}\n")
    anew = Choice(("network.routes",), full=True)
    with open_session(root) as session:
        planned = session.plan(anew)
        report = session.apply(planned)
    (told,) = planned.warnings
    assert "input port 'departures': network.routes has no agreement on operations.flights.departures@1" in told.message
    assert "weft access request operations.flights.departures@1" in told.mend
    (made,) = [one for one in report.products if one.product == "network.routes"]
    assert made.state == "failed"
    grant(root, "network.routes", DEPARTURES)
    with open_session(root) as session:
        planned = session.plan(anew)
        assert planned.warnings == ()
        assert session.apply(planned).succeeded

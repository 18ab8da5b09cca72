"""Policies decide at check, plan and promote over what is written, and over nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.errors import Fault, Faults
from weft.names import PROD
from weft.product.rule import PublishedRule, Waiver
from weft.session import Session, open_session
from weft.session.promoting import promote

AT = datetime(2026, 11, 1, tzinfo=UTC)
FAR = date(2999, 1, 1)
NO_SCHEDULE = """\
-- title: Every product says when it asks to be applied
-- owner: gina
SELECT product AS subject, product || ' has no schedule' AS message, 'Say one in build.yaml.' AS mend
FROM mesh.products WHERE schedule = ''
"""
SEATS = """\
-- title: No column tells the number of seats
-- owner: gina
SELECT line_name || '.' || column_name AS subject, 'seats are told' AS message FROM mesh.columns WHERE column_name = 'seats'
"""
LONG = """\
-- title: Purposes are short numbers
-- owner: gina
SELECT product AS subject, purpose AS message FROM mesh.products WHERE CAST(purpose AS INTEGER) > 5
"""
MANIFEST = "domains/fleet/planes/product.odps.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_mesh(tmp_path / "mesh", *planes_and_departures(5))


def policy(root: Path, name: str, text: str) -> None:
    (root / "policies").mkdir(exist_ok=True)
    (root / "policies" / f"{name}.sql").write_text(text)


def scheduled(root: Path, *products: str) -> None:
    for name in products:
        (root / "domains" / name / "build.yaml").write_text("schedule: '@daily'\n")


def applied(root: Path, environment: str = PROD) -> None:
    with open_session(root, environment) as session:
        assert session.apply(session.plan()).succeeded


def published(session: Session, name: str, text: str, **more: object) -> None:
    session.registry.rules.publish(replace(PublishedRule("policy", name, 0, text, "gina", AT), **more))  # type: ignore[arg-type]


def said(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.severity, fault.place.file, fault.message) for fault in faults]


def test_a_violation_of_what_is_written_is_a_fault_at_its_line(root: Path) -> None:
    policy(root, "no-seats", SEATS)
    with open_session(root) as session:
        (first, second) = session.check()
    assert first.place.file == "domains/fleet/planes/contracts/planes.odcs.yaml"
    assert "name: seats" in (root / first.place.file).read_text().splitlines()[first.place.line - 1]
    assert second.message == "policy no-seats: seats are told"


def test_a_plan_is_refused_with_the_policy_and_what_to_do(root: Path) -> None:
    policy(root, "scheduled", NO_SCHEDULE)
    scheduled(root, "operations/flights", "network/routes")
    with open_session(root) as session, pytest.raises(Faults) as refused:
        session.plan()
    assert str(refused.value) == f"{MANIFEST}:1: policy scheduled: fleet.planes has no schedule. Say one in build.yaml."


def test_what_is_written_takes_the_place_of_what_is_applied(root: Path) -> None:
    scheduled(root, "fleet/planes", "operations/flights", "network/routes")
    applied(root)
    policy(root, "scheduled", NO_SCHEDULE)
    (root / "domains/fleet/planes/build.yaml").unlink()
    with open_session(root) as session:
        assert said(session.check()) == [("error", MANIFEST, "policy scheduled: fleet.planes has no schedule")]
    scheduled(root, "fleet/planes")
    with open_session(root) as session:
        assert session.check() == ()


def test_a_product_that_is_gone_violates_nothing(root: Path) -> None:
    applied(root)
    policy(root, "scheduled", NO_SCHEDULE)
    scheduled(root, "fleet/planes", "operations/flights")
    for file in (root / "domains/network/routes").rglob("*.*"):
        file.unlink()
    with open_session(root) as session:
        assert session.check() == ()


def test_a_plan_is_told_of_the_products_that_it_changes_and_of_no_others(root: Path) -> None:
    applied(root)
    policy(root, "scheduled", NO_SCHEDULE)
    with open_session(root) as session:
        assert session.plan().plan.is_empty
    manifest = root / "domains/network/routes/product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("What routes is for.", "To see routes."))
    with open_session(root) as session, pytest.raises(Faults) as refused:
        session.plan()
    assert [fault.message for fault in refused.value.faults] == ["policy scheduled: network.routes has no schedule"]


def test_a_warning_is_shown_and_stops_nothing(root: Path) -> None:
    policy(root, "scheduled", f"-- severity: warning\n{NO_SCHEDULE}")
    with open_session(root) as session:
        assert {fault.severity for fault in session.plan().warnings} == {"warning"}


def test_what_was_published_binds_whatever_the_folder_says(root: Path) -> None:
    policy(root, "scheduled", f"-- severity: info\n{NO_SCHEDULE}")
    with open_session(root) as session:
        published(session, "scheduled", NO_SCHEDULE)
        assert {fault.severity for fault in session.check()} == {"error"}
    policy(root, "scheduled", SEATS)
    (root / "mesh.yaml").write_text("name: test\npolicies: []\n")
    with open_session(root) as session:
        assert len(session.check()) == 3


def test_a_policy_that_is_retired_binds_no_more_and_the_folder_does_not_come_back(root: Path) -> None:
    policy(root, "no-seats", SEATS)
    with open_session(root) as session:
        published(session, "scheduled", NO_SCHEDULE)
        published(session, "scheduled", NO_SCHEDULE, is_retired=True)
        assert session.check() == ()


def test_a_waived_violation_is_told_and_stops_nothing(root: Path) -> None:
    policy(root, "scheduled", NO_SCHEDULE)
    scheduled(root, "operations/flights", "network/routes")
    with open_session(root) as session:
        session.registry.rules.waive(Waiver("scheduled", "fleet.*", "it is bought by hand", "gina", FAR, AT))
        (told,) = session.plan().warnings
    waived = "policy scheduled: fleet.planes has no schedule; waived until 2999-01-01 by gina: it is bought by hand"
    assert (told.severity, told.message) == ("info", waived)


def test_a_policy_that_cannot_be_computed_is_a_fault_of_its_own_file(root: Path) -> None:
    policy(
        root,
        "broken",
        "-- title: x\n-- owner: gina\nSELECT product AS subject,\n  nothing AS message FROM mesh.products\n",
    )
    with open_session(root) as session:
        (fault,) = session.check()
    assert (str(fault.place), fault.severity) == ("policies/broken.sql:4", "error")
    assert fault.message == "policy broken cannot be computed: there is no column 'nothing' in what this reads"


def test_a_file_that_is_no_policy_is_told_though_others_were_published(root: Path) -> None:
    policy(root, "headless", "SELECT 1 AS subject, 2 AS message")
    policy(root, "broken", "-- title: x\n-- owner: gina\nSELECT nothing AS subject, 2 AS message FROM mesh.products")
    with open_session(root) as session:
        published(session, "scheduled", f"-- severity: info\n{NO_SCHEDULE}")
        errors = [fault for fault in session.check() if fault.severity == "error"]
        assert [str(fault.place) for fault in errors] == [
            "policies/broken.sql:3",
            "policies/headless.sql:1",
            "policies/headless.sql:1",
        ]
        assert {fault.severity for fault in session.plan().warnings} == {"info"}


def test_a_published_policy_that_cannot_be_computed_stops_nobody_and_names_its_owner(root: Path) -> None:
    with open_session(root) as session:
        published(session, "broken", "-- title: x\n-- owner: gina\nSELECT 1 AS subject FROM mesh.products\n")
        (fault,) = session.plan().warnings
    assert (str(fault.place), fault.severity) == ("broken@1:1", "warning")
    assert "Tell gina: it stops nobody meanwhile." in fault.mend


def test_what_is_written_cannot_get_past_a_policy_by_making_it_fail(root: Path) -> None:
    for product in ("fleet/planes", "operations/flights", "network/routes"):
        manifest = root / "domains" / product / "product.odps.yaml"
        lines = manifest.read_text().splitlines()
        said = ["description: {purpose: '3'}" if line.startswith("description") else line for line in lines]
        manifest.write_text("\n".join(said) + "\n")
    applied(root)
    with open_session(root) as session:
        published(session, "long", LONG)
        assert session.check() == ()
    manifest = root / MANIFEST
    manifest.write_text(manifest.read_text().replace("'3'", "many"))
    with open_session(root) as session:
        (fault,) = session.check()
    assert fault.severity == "error"
    assert fault.message.startswith("policy long cannot be computed")


def test_a_promotion_is_held_against_the_policies(root: Path) -> None:
    applied(root)
    scheduled(root, "fleet/planes")
    applied(root, "spring")
    with open_session(root) as session:
        published(session, "unscheduled", NO_SCHEDULE.replace("= ''", "<> ''").replace("has no", "has a"))
        with pytest.raises(Faults, match=r"policy unscheduled: fleet\.planes has a schedule"):
            promote(session, "spring")
        session.registry.rules.waive(Waiver("unscheduled", "*", "we try it", "gina", FAR, AT))
        assert [fault.severity for fault in promote(session, "spring").warnings] == ["info"]


def test_violations_of_the_whole_mesh_are_a_relation(root: Path) -> None:
    applied(root)
    policy(root, "scheduled", NO_SCHEDULE)
    sql = "SELECT policy, standing, product, file FROM mesh.violations ORDER BY product LIMIT 1"
    with open_session(root) as session, session.query(sql) as answer:
        assert list(answer.objects()) == [
            {"policy": "scheduled", "standing": "error", "product": "fleet.planes", "file": MANIFEST}
        ]


def test_policies_that_bind_are_a_relation_a_policy_may_read(root: Path) -> None:
    applied(root)
    policy(root, "few", "-- title: Few\n-- owner: gina\nSELECT 'fleet' AS subject, title AS message FROM mesh.policies")
    with open_session(root) as session, session.query("SELECT message, domain FROM mesh.violations") as answer:
        assert list(answer.objects()) == [{"message": "Few", "domain": "fleet"}]

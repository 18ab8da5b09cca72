"""Classifications over a whole mesh: what is checked of them, what is declassified, published and explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh

from weft.access import Grant, Reader
from weft.errors import Faults, Misuse, Refused
from weft.governance.classifications import Desk
from weft.product.declassification import Declassification
from weft.query.answer import answer
from weft.query.explaining import explained
from weft.query.seen import relation
from weft.session import Session, open_session
from weft.session.declassifying import asked, published, version_in_force

SET = """
classifications:
  - {name: internal, classification: [internal]}
  - {name: contact, classification: [confidential], mask: redact, clear: {purposes: [payroll]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions}
"""
STAFF = "mail,region\nann@example.org,north\nbob@example.org,south\n"
MESH = (
    A(
        "people.staff",
        [Made("staff", {"mail": "string", "region": "string"}, "SELECT mail, region FROM staff_file", more="tags: [regional]")],
        [Source("staff_file", {"mail": "string", "region": "string"}, STAFF)],
    ),
    A("reports.mails", [Made("mails", {"mail": "string", "region": "string"}, "SELECT lower(mail) AS mail, region FROM staff")], reads=["people.staff.staff"]),
    A("reports.sums", [Made("sums", {"people": "integer"}, "SELECT count(*) AS people FROM staff")], reads=["people.staff.staff"]),
)  # fmt: skip
READER = Reader("kim@example.org", (Grant("reader", "reports"),), (("regions", ("north",)),))
OWNER = Reader("eve@example.org", (Grant("owner", "reports"),))
GOVERNANCE = Reader("gus@example.org", (Grant("governance"),))
SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    root = write_mesh(tmp_path / "mesh", *MESH)
    contract = root / "domains" / "people" / "staff" / "contracts" / "staff.odcs.yaml"
    contract.write_text(
        contract.read_text().replace("- name: mail\n", "- name: mail\n        classification: confidential\n")
    )
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(SET)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        yield session


def seen(session: Session, sql: str, reader: Reader = READER) -> list[tuple[object, ...]]:
    with answer(sql, replace(session.library, reader=reader)) as found:
        return found.relation().fetchall()


def ask(session: Session, name: str, by: Reader = OWNER) -> Declassification:
    return asked(
        Desk(session.registry, by), replace(session.library, reader=by), name, ("only initials are left", SOON)
    )


def test_what_is_approved_is_seen_clear_until_it_is_withdrawn(session: Session) -> None:
    mails = "SELECT mail FROM reports.mails.mails"
    assert seen(session, mails) == [("***",)]
    wanted = ask(session, "reports.mails.mails.mail")
    assert (wanted.id, wanted.names, seen(session, mails)) == ("d1", ("contact",), [("***",)])
    Desk(session.registry, GOVERNANCE).decide("d1", "approved")
    assert seen(session, mails) == [("ann@example.org",)]
    Desk(session.registry, OWNER).decide("d1", "withdrawn")
    assert seen(session, mails) == [("***",)]


def test_a_row_filter_that_was_dropped_is_lifted_by_its_declassification(session: Session) -> None:
    sums = "SELECT people FROM reports.sums.sums"
    assert seen(session, sums) == []
    Desk(session.registry, GOVERNANCE).decide(ask(session, "reports.sums.sums").id, "approved")
    assert seen(session, sums) == [(2,)]


def test_a_declassification_ends_by_itself(session: Session) -> None:
    wanted = ask(session, "reports.mails.mails.mail")
    Desk(session.registry, GOVERNANCE).decide(wanted.id, "approved")
    kept = session.registry.declassifications.named(wanted.id)
    assert kept is not None
    session.registry.declassifications.change(replace(kept, until=datetime.now(UTC).date() - timedelta(days=1)))
    assert seen(session, "SELECT mail FROM reports.mails.mails") == [("***",)]


@pytest.mark.parametrize("by", [READER, GOVERNANCE, Reader("x", (Grant("owner", "people"),))])
def test_only_the_owners_of_the_domain_ask(session: Session, by: Reader) -> None:
    with pytest.raises(Refused):
        Desk(session.registry, by).ask(
            ("reports.mails.mails@1", "mail"), ("contact",), "because", datetime.now(UTC).date()
        )  # type: ignore[arg-type]


def test_only_governance_approves_and_not_who_asked(session: Session) -> None:
    both = Reader("eve@example.org", (*OWNER.grants, *GOVERNANCE.grants))
    wanted = ask(session, "reports.mails.mails.mail", both)
    for by in (OWNER, both):
        with pytest.raises(Refused):
            Desk(session.registry, by).decide(wanted.id, "approved")


def test_what_a_contract_itself_says_is_not_lifted(session: Session) -> None:
    with pytest.raises(Misuse, match="inherits no classification"):
        asked(Desk(session.registry, Reader()), session.library, "people.staff.staff.mail", ("why", SOON))


def test_a_decision_is_in_the_audit_trail(session: Session) -> None:
    Desk(session.registry, GOVERNANCE).decide(ask(session, "reports.mails.mails.mail").id, "refused", "no")
    told = str(relation(session.library, "audit").to_pylist())
    assert told.count("'declassification'") == 2


def test_columns_tell_what_they_inherit_and_from_where(session: Session) -> None:
    rows = relation(session.library, "columns").to_pylist()
    found = {r["line_name"] + "." + r["column_name"]: r for r in rows}
    row = found["reports.mails.mails@1.mail"]
    parts = ("classification", "classification_effective", "inherited_from", "mask_kind")
    assert [row[part] for part in parts] == ["", "contact", "people.staff.staff@1.mail", "redact"]
    assert found["reports.sums.sums@1.people"]["classification_effective"] == ""
    assert [row["name"] for row in relation(session.library, "classification_rules").to_pylist()] == [
        "internal",
        "contact",
        "own region",
    ]


def test_a_sight_is_explained(session: Session) -> None:
    found = explained(replace(session.library, reader=READER), "reports.mails.mails.mail")
    (column,) = found.columns
    assert (column.mask, column.classification, column.reason) == ("redact", "contact", "not cleared for contact")
    assert column.path == ("reports.mails.mails@1.mail", "people.staff.staff@1.mail")
    assert [(row.name, row.values, row.is_clear) for row in found.rows] == [("own region", ("north",), False)]
    assert explained(session.library, "reports.mails.mails.mail").columns[0].mask == ""


def test_a_product_that_drops_a_row_filters_column_is_told_so_at_check_and_plan(session: Session) -> None:
    told = [fault for fault in session.check() if "own region" in fault.message]
    assert [(fault.severity, fault.place.file.rpartition("/")[2]) for fault in told] == [("warning", "sums.odcs.yaml")]
    assert "weft access declassify reports.sums.sums@1" in told[0].mend
    Desk(session.registry, GOVERNANCE).decide(ask(session, "reports.sums.sums").id, "approved")
    assert [fault for fault in session.check() if "own region" in fault.message] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("classification: confidential", "classification: confidentail", "is classified 'confidentail'"),
        ("- name: region\n", "- name: area\n", "has no column 'region'"),
    ],
)
def test_what_a_contract_says_must_be_in_the_set(session: Session, old: str, new: str, message: str) -> None:
    folder = session.settings.root / "domains" / "people" / "staff"
    contract = folder / "contracts" / "staff.odcs.yaml"
    contract.write_text(contract.read_text().replace(old, new))
    sql = folder / "transforms" / "staff.sql"
    sql.write_text(sql.read_text().replace("region", "region AS area") if "area" in new else sql.read_text())
    session.refresh()
    assert any(message in fault.message and fault.severity == "error" for fault in session.check())
    with pytest.raises(Faults):
        session.plan()


def test_what_is_published_binds_over_the_folder(session: Session) -> None:
    assert version_in_force(session.registry) == 0
    published(session.library, "first")
    (session.settings.root / "policies" / "classifications.yaml").write_text("classifications: []\n")
    assert version_in_force(session.registry) == 1
    assert seen(session, "SELECT mail FROM reports.mails.mails") == [("***",)]


def test_a_set_that_does_not_know_what_contracts_say_is_not_published(session: Session) -> None:
    (session.settings.root / "policies" / "classifications.yaml").write_text(SET.replace("confidential", "secret"))
    with pytest.raises(Faults, match=r"people.staff.staff@1.mail: no classification is of 'confidential'"):
        published(session.library, "")


def test_only_governance_publishes(session: Session) -> None:
    with pytest.raises(Refused):
        published(replace(session.library, reader=OWNER), "")


def test_a_set_that_cannot_be_read_shows_nothing(session: Session) -> None:
    (session.settings.root / "policies" / "classifications.yaml").write_text("classifications: {}\n")
    with pytest.raises(Faults):
        seen(session, "SELECT mail FROM reports.mails.mails")
    assert len(seen(session, "SELECT mail FROM reports.mails.mails", Reader())) == 2

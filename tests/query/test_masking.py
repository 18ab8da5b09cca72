"""What a reader sees of classified tables, in every way of looking at them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.meshes import A, Made, Source, write_mesh

from weft.access import Grant, Reader
from weft.errors import WeftError
from weft.names import LineName
from weft.query.answer import Library, answer
from weft.query.difference import difference
from weft.query.history import history
from weft.query.seen import relation
from weft.query.show import shown as page_of
from weft.session import Session, open_session

SET = """
classifications:
  - {name: internal, classification: [internal]}
  - {name: contact, classification: [confidential], tags: [contact], mask: hash, clear: {roles: [owner]}}
  - {name: pay, classification: [secret], mask: {kind: bucket, width: 1000}, clear: {roles: [owner]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions, clear: {roles: [owner]}}
"""
STAFF = "id,mail,pay,region\n1,ann@example.org,612345001,north\n2,bob@example.org,756789002,south\n3,cyd@example.org,969697979,north\n"
SECRETS = (
    "ann@example.org",
    "bob@example.org",
    "cyd@example.org",
    "612345001",
    "756789002",
    "969697979",
    "969,697,979",
)
MESH = (
    A(
        "people.staff",
        [
            Made(
                "staff",
                {"id": "integer key", "mail": "string", "pay": "integer", "region": "string"},
                "SELECT id, mail, pay, region FROM staff_file ORDER BY id",
                quality="- {type: sql, name: top pay, query: 'SELECT max(pay) FROM {object}', mustBeLessThan: 900000000, severity: warning}",
                more="tags: [regional]",
            )
        ],
        [Source("staff_file", {"id": "integer", "mail": "string", "pay": "integer", "region": "string"}, STAFF)],
    ),
    A(
        "people.lists",
        [
            Made(
                "lists",
                {"person": "string", "area": "string", "domain": "string", "number": "integer"},
                "SELECT mail AS person, region AS area, split_part(mail, '@', 2) AS domain, count(*) OVER () AS number FROM staff",
            )
        ],
        reads=["people.staff.staff"],
    ),
    A(
        "people.sums",
        [Made("sums", {"people": "integer"}, "SELECT count(*) AS people FROM staff")],
        reads=["people.staff.staff"],
    ),
)
READER = Reader("kim@example.org", (Grant("reader", "people"),), (("regions", ("north",)),))
OWNER = Reader("eve@example.org", (Grant("owner", "people"),))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = write_mesh(tmp_path_factory.mktemp("masking") / "mesh", *MESH)
    contract = root / "domains" / "people" / "staff" / "contracts" / "staff.odcs.yaml"
    text = contract.read_text()
    text = text.replace("- name: mail\n", "- name: mail\n        tags: [contact]\n")
    contract.write_text(text.replace("- name: pay\n", "- name: pay\n        classification: secret\n"))
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(SET)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        yield session


@pytest.fixture(scope="module")
def library(session: Session) -> Library:
    return replace(session.library, reader=READER)


def rows(library: Library, sql: str) -> list[tuple[Any, ...]]:
    with answer(sql, library) as found:
        return found.relation().fetchall()


def test_a_reader_sees_masks_and_their_own_rows(library: Library) -> None:
    found = rows(library, "SELECT id, mail, pay, region FROM people.staff.staff ORDER BY id")
    assert [(id, pay, region) for id, _, pay, region in found] == [(1, 612345000, "north"), (3, 969697000, "north")]
    assert all(len(mail) == 32 for _, mail, _, _ in found)


def test_whoever_is_cleared_sees_all(library: Library) -> None:
    found = rows(replace(library, reader=OWNER), "SELECT mail, pay FROM people.staff.staff ORDER BY id")
    assert found == [("ann@example.org", 612345001), ("bob@example.org", 756789002), ("cyd@example.org", 969697979)]


def test_the_workspaces_owner_sees_all(session: Session) -> None:
    assert len(rows(session.library, "SELECT * FROM people.staff.staff")) == 3


def test_a_filter_on_a_masked_column_sees_the_masked_value(library: Library) -> None:
    assert rows(library, "SELECT count(*) FROM people.staff.staff WHERE mail = 'ann@example.org'") == [(0,)]
    assert rows(library, "SELECT id FROM people.staff.staff WHERE pay = 969697000") == [(3,)]


def test_a_derived_table_inherits_masks_and_row_filters(library: Library) -> None:
    found = rows(library, "SELECT person, area, domain, number FROM people.lists.lists ORDER BY ALL")
    assert [(area, number) for _, area, _, number in found] == [("north", 3), ("north", 3)]
    assert all(len(person) == len(domain) == 32 for person, _, domain, _ in found)
    assert {mail for (mail,) in rows(library, "SELECT mail FROM people.staff.staff")} == {row[0] for row in found}


def test_a_table_that_dropped_the_column_of_a_row_filter_shows_no_row(library: Library) -> None:
    assert rows(library, "SELECT * FROM people.sums.sums") == []


def test_an_error_of_a_query_tells_nothing_that_is_masked(library: Library) -> None:
    with (
        answer("SELECT CAST(mail AS INTEGER) FROM people.staff.staff", library) as found,
        pytest.raises(WeftError) as fault,
    ):
        found.arrow()
    assert not any(secret in str(fault.value) for secret in SECRETS)


def shown(value: object) -> str:
    import msgspec

    return msgspec.json.encode(value, enc_hook=str).decode()


def test_a_page_tells_no_statistics_of_what_is_not_seen(session: Session, library: Library) -> None:
    page = shown(page_of("people.staff.staff", library))
    assert [secret for secret in SECRETS if secret in page] == []
    assert "969697979" in shown(page_of("people.staff.staff", session.library))
    data = page_of("people.staff.staff", library).data
    assert (data.rows, data.bytes, data.rows_seen) == (0, 0, "region IN (north)")
    assert [column.mask for column in data.columns] == ["", "hash", "bucket of 1000", ""]


@pytest.mark.parametrize("name", ["checks", "check_history", "steps", "events", "runs", "tables", "snapshots", "reads"])
def test_no_relation_tells_what_is_not_seen(session: Session, library: Library, name: str) -> None:
    with session.query("SELECT * FROM people.staff.staff WHERE pay = 969697979") as asked:
        asked.arrow()
    told = json.dumps(relation(library, name).to_pylist(), default=str)
    assert [secret for secret in SECRETS if secret in told] == []


def test_what_a_check_measured_is_told_to_whoever_is_cleared(library: Library) -> None:
    def measured(reader: Reader) -> list[Any]:
        found = relation(replace(library, reader=reader), "checks").to_pylist()
        return [row["measured"] for row in found if row["check_name"] == "top pay"]

    assert (measured(READER), measured(OWNER)) == ([None], [969697979.0])


def test_whether_a_check_holds_is_told_to_whoever_may_not_read_the_table(library: Library) -> None:
    stranger = replace(library, reader=Reader("joe@example.org"))
    (found,) = [row for row in relation(stranger, "checks").to_pylist() if row["check_name"] == "top pay"]
    assert (found["outcome"], found["measured"], found["rows"], found["message"]) == ("failed", None, None, "")
    told = json.dumps(
        [relation(stranger, name).to_pylist() for name in ("checks", "check_history", "steps")], default=str
    )
    assert [secret for secret in SECRETS if secret in told] == []


def test_how_many_rows_there_are_is_not_told_of_a_table_that_is_seen_in_part(library: Library) -> None:
    found = {row["line_name"]: row["rows"] for row in relation(library, "tables").to_pylist()}
    assert found == {"people.staff.staff@1": None, "people.lists.lists@1": None, "people.sums.sums@1": None}
    told = {table.line: table.rows for entry in history(library) for one in entry.products for table in one.tables}
    assert told[LineName("people.staff.staff@1")] == 0


def test_a_difference_is_of_what_is_seen(session: Session, library: Library) -> None:
    root = session.settings.root
    file = root / "domains" / "people" / "staff" / "staff_file.csv"
    file.write_text(
        STAFF.replace("612345001", "612345999").replace("756789002", "756789003").replace("969697979", "960000000")
    )
    try:
        with open_session(root, "branch") as branch:
            assert branch.apply(branch.plan()).succeeded
    finally:
        file.write_text(STAFF)
    builds = replace(READER, grants=(Grant("developer", "people"),))
    found = difference("people.staff.staff", replace(library, reader=builds), "branch")
    assert (found.added, found.removed, found.changed) == (0, 0, 1)
    assert (found.before.rows, found.after.rows) == (2, 2)
    assert [secret for secret in SECRETS if secret in shown(found)] == []
    assert difference("people.staff.staff", session.library, "branch").changed == 3

"""Core data among the other things of a mesh: masks follow its fields, whoever reads its sources is told, and documents are drafted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.core_meshes import CORE, CRM, FOLDER, TABLES, contract, write_people
from tests.meshes import A, Made, Source, write_mesh

from weft.access import Grant, Reader
from weft.cli.drafting import returned_columns
from weft.errors import Misuse, Refused
from weft.names import PROD, LineName, ProductName
from weft.product.audit import Span
from weft.product.core_data import RecordId
from weft.query.answer import answer
from weft.query.spoken import said
from weft.query.stewarding.values import CoreRecord, Tied
from weft.session import Session, open_session
from weft.session.lines import new_version
from weft.session.promoting import promote
from weft.session.questions import asked
from weft.session.reaching import settings_of
from weft.session.stewarding import explained
from weft.versions import Version

CLASSES = "classifications:\n  - {name: personal, classification: [confidential], mask: redact, clear: {purposes: [payroll]}}\n"
PERSON = ProductName("people.person")
READER = Reader("kim@example.org", (Grant("reader", "people"),))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Last names are personal where they come from; two people are to be reviewed."""
    folder = write_people(
        tmp_path,
        CORE.replace("comparisons: {}", "comparisons: {last_name: name, first_name: given_name}\nblocking: [[state]]"),
    )
    for name, column in (("registry", "family_name"), ("crm", "last_name")):
        contract = folder / f"contracts/{name}.odcs.yaml"
        contract.write_text(
            contract.read_text().replace(f"name: {column},", f"name: {column}, classification: confidential,")
        )
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/classifications.yaml").write_text(CLASSES)
    return tmp_path


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    with open_session(root) as session:
        yield session


def classified(session: Session) -> set[str]:
    sql = "SELECT line_name, column_name FROM mesh.columns WHERE classification_effective = 'personal'"
    with session.query(sql) as found:
        return {f"{row['line_name'].rpartition('.')[2]} {row['column_name']}" for row in found.objects()}


def seen(session: Session, sql: str) -> list[tuple[object, ...]]:
    with answer(sql, replace(session.library, reader=READER)) as found:
        return found.relation().fetchall()


def test_fields_inherit_from_the_columns_that_they_are_read_from(session: Session) -> None:
    assert session.apply(session.plan()).succeeded
    assert classified(session) == {
        "person@1 last_name",
        "person_crosswalk@1 content",
        "person_corroboration@1 value",
        "person_review@1 evidence",
        "person_history@1 why",
    }


def test_what_is_personal_is_masked_and_the_rest_is_seen(session: Session) -> None:
    assert session.apply(session.plan()).succeeded
    assert set(seen(session, "SELECT last_name FROM people.person.person")) == {("***",)}
    assert (1, "MA") in seen(session, "SELECT 1, state FROM people.person.person")
    assert len(seen(session, "SELECT DISTINCT person_id FROM people.person.person_crosswalk")) > 1
    with answer("SELECT * FROM people.person.person_review", replace(session.library, reader=READER)) as found:
        shown = str(found.relation().fetchall())
    assert "dunn" not in shown.lower() and "archer" not in shown.lower()


def test_why_is_told_without_values_however_a_contract_writes_its_columns(root: Path) -> None:
    """Of a product that publishes no review, in whose contract a field stands in capitals."""
    tables = {name: TABLES[name] for name in ("person", "person_crosswalk")}
    spelt = {name: [column.replace("last_name", "Last_Name") for column in columns] for name, columns in tables.items()}
    (root / FOLDER / "contracts/person.odcs.yaml").write_text(contract("people.person", spelt))
    (root / FOLDER / "decisions.csv").write_text(
        "decision,left_source,left_id,right_source,right_id,by,on,why\nsame,crm,d,registry,2,ann,2026-11-21,Dunn it was\n"
    )
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        clear, known = explained(session, "", "crm:d", "registry:2"), explained(session, "", "crm:d")
    with Session(settings_of(root), PROD, READER) as session:
        masked, less = explained(session, "", "crm:d", "registry:2"), explained(session, "", "crm:d")
    assert isinstance(clear, Tied) and isinstance(masked, Tied)
    assert clear.weighed and "Dunn it was" in clear.weighed.said
    assert masked.weighed and "dunn" not in repr(masked).lower()
    assert len(masked.weighed.evidence) == len(clear.weighed.evidence) > 1
    assert isinstance(known, CoreRecord) and isinstance(less, CoreRecord)
    assert dict(known.values)["last_name"] in {"DUNN", "BAKER"}
    assert (dict(less.values)["last_name"], less.masked) == ("***", ("last_name", "content"))


def test_a_steward_s_reason_is_for_those_who_see_what_it_may_tell(root: Path) -> None:
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    (root / FOLDER / "decisions.csv").write_text(
        "decision,left_source,left_id,right_source,right_id,by,on,why\nsame,crm,d,registry,2,ann,2026-11-21,Dunn it was\n"
    )
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        clear = explained(session, "", "crm:d", "registry:2")
        table = [str(row) for row in seen(session, "SELECT why FROM people.person.person_history")]
    with Session(settings_of(root), PROD, READER) as session:
        masked = explained(session, "", "crm:d", "registry:2")
    assert isinstance(clear, Tied) and isinstance(masked, Tied)
    assert [one.why for one in clear.history] == ["decided by ann: Dunn it was"]
    assert [one.why for one in masked.history] == ["***"] == [row[2:5] for row in table]


def test_values_that_no_table_shows_are_for_those_who_see_every_field(tmp_path: Path) -> None:
    tables = {name: TABLES[name] for name in ("person", "person_crosswalk")}
    tables["person"] = [column for column in tables["person"] if not column.startswith("city")]
    write_people(
        tmp_path, CORE.replace("comparisons: {}", "comparisons: {last_name: name}\nblocking: [[state]]"), tables
    )
    with open_session(tmp_path) as session:
        assert session.apply(session.plan()).succeeded
        clear = explained(session, "", "crm:a", "registry:1")
    with Session(settings_of(tmp_path), PROD, READER) as session:
        less = explained(session, "", "crm:a", "registry:1")
    assert isinstance(clear, Tied) and isinstance(less, Tied)
    assert clear.weighed and less.weighed
    assert clear.weighed.values and less.weighed.values == ()


def test_of_ids_that_are_masked_no_record_is_looked_up_and_none_decided(root: Path) -> None:
    """Where an id is an e-mail address, say."""
    promised = root / FOLDER / "contracts/crm.odcs.yaml"
    promised.write_text(promised.read_text().replace("name: crm_id,", "name: crm_id, classification: confidential,"))
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        assert asked(session, "core.unknown", "", (RecordId("crm", "a"),)) == ()
    with Session(settings_of(root), PROD, READER) as session:
        with pytest.raises(Refused, match=r"several records read crm:\*\*\*"):
            explained(session, "", "crm:***", "registry:***")
        with pytest.raises(Refused, match="are masked for whoever asks"):
            asked(session, "core.unknown", "", (RecordId("crm", "***"),))


def test_whose_a_record_is_and_which_there_are_is_a_read_in_the_audit_trail(session: Session) -> None:
    assert session.apply(session.plan()).succeeded
    explained(session, "", "crm:a")
    asked(session, "core.unknown", "", (RecordId("crm", "a"), RecordId("crm", "z")))
    bodies = [one.body for one in session.registry.audit.records(Span())]
    assert any("the core id of crm:a" in body for body in bodies)
    assert any("which records there are" in body for body in bodies)


def reading_staff(root: Path) -> Path:
    """The list of people is another domain's product."""
    columns = dict.fromkeys(CRM.splitlines()[0].split(","), "string")
    staff = Made("staff", columns, f"SELECT {', '.join(columns)} FROM staff_file")
    write_mesh(root, A("hr.staff", [staff], [Source("staff_file", columns, CRM)]))
    folder = write_people(root)
    manifest = folder / "product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("contractId: people.person.crm", "contractId: hr.staff"))
    (folder / "contracts/crm.odcs.yaml").unlink()
    return root


def test_whoever_takes_a_column_away_is_told_that_core_data_reads_it_and_where(tmp_path: Path) -> None:
    root = reading_staff(tmp_path)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    contract, sql = root / "domains/hr/staff/contracts/staff.odcs.yaml", root / "domains/hr/staff/transforms/staff.sql"
    contract.write_text(contract.read_text().replace("      - name: city\n        logicalType: string\n", ""))
    sql.write_text(sql.read_text().replace("city, ", ""))
    with open_session(root) as session:
        reached = [one for reach in session.plan().evolution.reaches for one in reach.consumers]
    [one] = [one for one in reached if one.verdict == "broken"]
    assert (one.consumer, str(one.query)) == ("people.person", f"{FOLDER}/core.yaml:14")
    assert one.because == "it says `crm: city is city`, and 'city' is gone"


def test_a_contract_is_drafted_of_what_core_data_has(tmp_path: Path) -> None:
    write_people(tmp_path, tables={name: TABLES[name] for name in ("person", "person_crosswalk")})
    with open_session(tmp_path) as session:
        columns = returned_columns(session, session.mesh.products[PERSON], "person_history")
    assert [name for name, _ in columns] == ["at", "event", "person_id", "other", "why", "records"]


def test_a_line_that_core_data_would_have_to_make_twice_is_refused(tmp_path: Path) -> None:
    write_people(tmp_path)
    with open_session(tmp_path) as session:
        assert session.apply(session.plan()).succeeded
        with pytest.raises(Misuse, match=r"core\.yaml makes one line of 'person'.*--bridge"):
            new_version(session, "people.person.person", Version(2, 0, 0))


def test_how_a_field_is_said_is_what_it_is_read_from(tmp_path: Path) -> None:
    write_people(tmp_path)
    with open_session(tmp_path) as session:
        [one] = said(LineName("people.person.person@1"), "last_name", session.mesh)
    assert (one.text, one.language) == ("registry.family_name, crm.last_name", "core")


def test_what_was_made_in_an_environment_is_promoted_with_its_ids(tmp_path: Path) -> None:
    folder = write_people(tmp_path)
    with open_session(tmp_path) as session:
        assert session.apply(session.plan()).succeeded
    (folder / "decisions.csv").write_text(
        "decision,left_source,left_id,right_source,right_id,by,on,why\nsame,crm,d,registry,2,ann,2026-11-21,\n"
    )
    with open_session(tmp_path, "branch") as session:
        assert session.apply(session.plan()).succeeded
    with open_session(tmp_path) as session:
        promote(session, "branch")
    sql = "SELECT person_id FROM people.person.person_crosswalk WHERE source_id IN ('d', '2')"
    with open_session(tmp_path) as session, session.query(sql) as found:
        assert len({row["person_id"] for row in found.objects()}) == 1
    with open_session(tmp_path) as session:
        assert session.plan().plan.is_empty

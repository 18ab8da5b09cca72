"""Profiles in a mesh: made once for each snapshot, kept, compared, and seen by each as they may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh

from weft.access import Grant, Reader
from weft.errors import Misuse, Refused, SourceFault, Unknown
from weft.names import LineName
from weft.query.seen import relation
from weft.session import Session, open_session
from weft.session.profiles import histories, profiles, wherever
from weft.session.profiling import Looked, drift_of, profile_history, profiled, score_of

POLICIES = """
classifications:
  - {name: contact, classification: [confidential], mask: redact, clear: {purposes: [payroll]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions}
"""
STAFF = "mail,region\n" + "".join(f"ann{n}@example.org,{'north' if n % 2 else 'south'}\n" for n in range(20))
COLUMNS = {"mail": "string", "region": "string"}
MESH = (
    A("people.staff", [Made("staff", COLUMNS, "SELECT mail, region FROM staff_file")], [Source("staff_file", COLUMNS, STAFF)]),
    A("people.parts", [Made("parts", COLUMNS, "SELECT mail, region FROM staff", more="tags: [regional]")], reads=["people.staff.staff"]),
    A("reports.mails", [Made("mails", {"mail": "string"}, "SELECT lower(mail) AS mail FROM staff")], reads=["people.staff.staff"]),
)  # fmt: skip
LINE = LineName("people.staff.staff@1")
MEMBER = Reader("kim@example.org", (Grant("developer", "people"),), (("regions", ("north",)),))
STRANGER = Reader("sam@example.org", (Grant("developer", "reports"),))


def write(root: Path, settings: str = "") -> Path:
    write_mesh(root, *MESH, settings=settings)
    for name in ("staff", "parts"):
        contract = root / "domains" / "people" / name / "contracts" / f"{name}.odcs.yaml"
        contract.write_text(
            contract.read_text().replace("- name: mail\n", "- name: mail\n        classification: confidential\n")
        )
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(POLICIES)
    return root


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with open_session(write(tmp_path / "mesh")) as session:
        assert session.apply(session.plan()).succeeded
        yield session


def apply_more(session: Session, more: str) -> None:
    file = session.settings.root / "domains" / "people" / "staff" / "staff_file.csv"
    file.write_text(file.read_text() + more)
    session.refresh()
    assert session.apply(session.plan()).succeeded


def test_a_profile_is_made_once_and_kept(session: Session) -> None:
    assert profiled(session.library, LINE) is None
    (first,) = profiles(session, ["people.staff.staff"])
    (again,) = profiles(session, [LINE])
    assert first == again == profiled(session.library, LINE)
    assert (first.rows, first.columns[0].meaning) == (20, "e-mail")


def test_a_profile_can_be_made_anew(session: Session) -> None:
    (first,) = profiles(session, [LINE])
    (again,) = profiles(session, [LINE], Looked(anew=True))
    assert again.profiled_at > first.profiled_at
    assert profiled(session.library, LINE) == again


def test_another_seed_is_not_kept(session: Session) -> None:
    (found,) = profiles(session, [LINE], Looked(seed=7))
    assert found.seed == 7
    assert profiled(session.library, LINE) is None


def test_a_domain_is_all_its_tables(session: Session) -> None:
    found = profiles(session, ["people"])
    assert [one.line for one in found] == ["people.parts.parts@1", LINE]
    assert {key.table for one in found for key in one.foreign_keys} <= {one.line for one in found}
    assert score_of(session.library, "people").tables == 2
    assert score_of(session.library, "mesh").scores[0].points == 2 * 40


def test_how_a_table_moved_is_seen_from_one_snapshot_to_the_next(session: Session) -> None:
    profiles(session, [LINE])
    apply_more(session, "".join(f"bob{n}@example.org,west\n" for n in range(30)))
    profiles(session, [LINE])
    first, second = profile_history(session.library, LINE)
    assert (first.rows, second.rows) == (20, 50)
    (moved,) = drift_of(session.library, LINE)
    notable = {(one.column, one.measure) for one in moved.drifts if one.is_notable}
    assert {("", "rows"), ("region", "psi"), ("region", "frequent")} <= notable
    assert histories(session, [LINE])[1] == (moved,)


def test_a_history_is_of_one_table(session: Session) -> None:
    with pytest.raises(Misuse, match="one table"):
        histories(session, ["people"])


def test_a_profile_goes_with_its_snapshot(session: Session) -> None:
    profiles(session, [LINE])
    apply_more(session, "bob@example.org,west\n")
    session.settings = replace(session.settings, retention_days=0)
    session.sweep()
    assert profile_history(session.library, LINE) == ()


def test_each_publish_is_profiled_where_the_mesh_says_so(tmp_path: Path) -> None:
    with open_session(write(tmp_path / "mesh", "profile: {each_publish: true}")) as session:
        report = session.apply(session.plan())
        assert report.succeeded and not report.untold
        assert {one.line for name in ("people", "reports") for one in profiles(session, [name])} == set(
            session.recorded.pointers
        )
        assert all(profiled(session.library, line) for line in session.recorded.pointers)


def test_values_of_a_masked_column_are_withheld_and_counts_are_not(session: Session) -> None:
    profiles(session, [LINE])
    found = profiled(replace(session.library, reader=MEMBER), LINE)
    assert found is not None
    mail, region = found.columns
    assert (mail.withheld, mail.rows, mail.distinct, mail.meaning) == (True, 20, 20, "e-mail")
    assert (mail.minimum, mail.frequent, mail.patterns, mail.histogram) == (None, (), (), ())
    assert region.frequent and not region.withheld
    assert "ann" not in str(found)


def test_a_profile_is_for_those_who_may_read_the_table(session: Session) -> None:
    profiles(session, [LINE])
    with pytest.raises(Refused):
        profiled(replace(session.library, reader=STRANGER), LINE)


def test_a_profile_of_all_rows_is_not_for_whoever_sees_some(session: Session) -> None:
    line = LineName("people.parts.parts@1")
    profiles(session, [line])
    with pytest.raises(Refused, match="some rows"):
        profiled(replace(session.library, reader=MEMBER), line)


def test_scores_of_tables_that_one_may_not_read_are_not_told(session: Session) -> None:
    profiles(session, ["people"])
    assert score_of(replace(session.library, reader=MEMBER), "people").tables == 1
    assert score_of(replace(session.library, reader=STRANGER), "people").tables == 0


def test_profiles_are_asked_for_with_sql_under_the_same_masks(session: Session) -> None:
    profiles(session, ["people"])
    sql = "SELECT line_name, column_name, distinct_values, minimum FROM mesh.profiles WHERE table_name = 'staff' ORDER BY position"
    with session.query(sql) as answer:
        assert [tuple(row.values()) for row in answer.objects()] == [
            (LINE, "mail", 20, "ann0@example.org"),
            (LINE, "region", 2, "north"),
        ]
    rows = relation(replace(session.library, reader=MEMBER), "profiles").to_pylist()
    assert {(row["table_name"], row["column_name"], row["minimum"]) for row in rows} == {
        ("staff", "mail", None),
        ("staff", "region", "north"),
    }
    assert relation(replace(session.library, reader=STRANGER), "profiles").num_rows == 0


def test_what_is_not_published_has_no_profile(session: Session) -> None:
    with pytest.raises(Unknown, match=r"people.staff.staf'.*Did you mean"):
        profiles(session, ["people.staff.staf"])


def test_files_are_looked_at_by_the_owner_alone(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("id;name;at\r1;Zoë;31.12.2025\r2;Bob;01.02.2026\r", "latin-1", newline="")
    (found,) = profiles(session, [str(file)])
    assert [(one.name, one.type) for one in found.columns] == [("id", "BIGINT"), ("name", "VARCHAR"), ("at", "DATE")]
    assert found.columns[1].maximum == "Zoë"
    session.reader = MEMBER
    with pytest.raises(Refused, match="owner"):
        profiles(session, [str(file)])


def test_a_glob_of_files_is_one_table(session: Session, tmp_path: Path) -> None:
    for day in (1, 2):
        (tmp_path / f"day{day}.csv").write_text(f"day,amount\n{day},1.50\n")
    (found,) = profiles(session, [str(tmp_path / "day*.csv")])
    assert (found.rows, found.columns[0].maximum) == (2, 2)


def test_a_file_needs_no_mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text('[{"a": 1, "b": {"c": [1, 2]}}, {"a": null, "b": null}]')
    with wherever(["a.json"], None, "prod", Reader("")) as session:
        (found,) = profiles(session, ["a.json"])
    assert [(one.name, one.nulls) for one in found.columns] == [("a", 1), ("b", 1)]
    with pytest.raises(Misuse):
        wherever(["people.staff"], None, "prod", Reader(""))


def test_a_file_that_is_not_there_is_said(session: Session) -> None:
    with pytest.raises(SourceFault, match="missing"):
        profiles(session, ["nowhere.csv"])

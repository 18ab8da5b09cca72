"""Core data in runs: one matching makes all tables, ids go on from what was published last, and nothing is published by halves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.core_meshes import CORE, CRM, REGISTRY, TABLES, write_people
from tests.meshes import claimed

from weft.names import LineName, RunId, sortable_id
from weft.plan.plan import Plan, Step
from weft.run.job import Job
from weft.run.making import Making
from weft.run.report import RunReport
from weft.session import Choice, open_session

HEAD = "decision,left_source,left_id,right_source,right_id,by,on,why\n"
ENTITY, CROSSWALK = LineName("people.person.person@1"), LineName("people.person.person_crosswalk@1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_people(tmp_path)


def apply(root: Path, environment: str = "prod", choice: Choice | None = None) -> RunReport:
    with open_session(root, environment) as session:
        report = session.apply(claimed(session, choice))
    assert report.succeeded, report
    return report


def planned(root: Path, environment: str = "prod") -> Plan:
    with open_session(root, environment) as session:
        return claimed(session).plan


def steps(plan: Plan) -> dict[str, Step]:
    return {step.line.partition("@")[0].rpartition(".")[2]: step for _, step in plan.steps()}


def rows(root: Path, sql: str, environment: str = "prod") -> list[dict[str, Any]]:
    with open_session(root, environment) as session, session.query(sql) as answer:
        return [dict(row) for row in answer.objects()]


def ids(root: Path, environment: str = "prod") -> dict[str, str]:
    sql = "SELECT source || ':' || source_id AS record, person_id FROM people.person.person_crosswalk"
    return {row["record"]: row["person_id"] for row in rows(root, sql, environment)}


def decide(folder: Path, *lines: str) -> None:
    (folder / "decisions.csv").write_text(HEAD + "".join(f"{line},ann,2026-11-21,\n" for line in lines))


def test_records_that_are_one_have_one_id(tmp_path: Path, folder: Path) -> None:
    report = apply(tmp_path)
    found = ids(tmp_path)
    assert found["registry:1"] == found["crm:a"] != found["registry:2"]
    assert len(set(found.values())) == 4
    assert "7 records are 4" in report.products[0].message


def test_nothing_changed_builds_nothing(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    assert planned(tmp_path).is_empty


def test_what_was_matched_is_kept_with_the_run(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    [kept] = rows(tmp_path, "SELECT message FROM mesh.steps WHERE message <> ''")
    assert "7 records are 4" in kept["message"]


def test_a_decision_builds_all_its_tables_and_the_plan_says_why(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    decide(folder, "different,registry,1,crm,a")
    found = steps(planned(tmp_path))
    assert {step.action for step in found.values()} == {"build"}
    assert found["person"].reasons == ("decisions.csv has 1 line more",)


def test_what_changed_in_core_yaml_is_said(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    (folder / "core.yaml").write_text(CORE.replace("[registry, crm]", "[crm, registry]"))
    assert steps(planned(tmp_path))["person"].reasons == ("core.yaml changed which values survive",)
    (folder / "core.yaml").write_text(CORE.replace("first_name, city]", "city]"))
    assert steps(planned(tmp_path))["person"].reasons == ("core.yaml changed how records are matched",)


def test_comments_in_core_yaml_build_nothing(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    (folder / "core.yaml").write_text(f"# Everybody once.\n{CORE}")
    assert {step.action for step in steps(planned(tmp_path)).values()} == {"nothing"}


def test_a_table_that_is_promised_later_is_made_with_the_others(tmp_path: Path, folder: Path) -> None:
    few = {name: TABLES[name] for name in ("person", "person_crosswalk")}
    write_people(tmp_path, tables=few)
    apply(tmp_path)
    before = ids(tmp_path)
    write_people(tmp_path)
    found = steps(planned(tmp_path))
    assert found["person"].reasons == ("it is made together with `person_review`",)
    apply(tmp_path)
    assert ids(tmp_path) == before


def test_an_id_stays_when_its_records_change(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    before = ids(tmp_path)
    (folder / "crm.csv").write_text(CRM.replace("Dunn,Dee", "Dunne,Dee") + "e,Archer,Ann,Boston,MA,\n")
    apply(tmp_path)
    after = ids(tmp_path)
    assert after["crm:e"] == before["registry:1"]
    assert {record: after[record] for record in before} == before


def test_it_goes_on_from_where_its_tables_stood_when_the_run_began(tmp_path: Path, folder: Path) -> None:
    """Where lines stand by now is moved on by products that are made beside it, and may not be gone through."""
    apply(tmp_path)
    with open_session(tmp_path) as session:
        desired, plan = (planned := claimed(session)).desired, planned.plan.products[0]
        product = session.mesh.products[plan.product]
        pointers = session.recorded.pointers
        found = session.registry.snapshots({pointer.snapshot for pointer in pointers.values()})
        before = {line: found[pointer.snapshot] for line, pointer in pointers.items()}
        job = Job(session.workshop, desired, RunId(sortable_id()), "prod", product, plan, {}, before)
        core = Making(job, session.engine.bench(desired.as_of), session.mesh.reads(product)).computing().core
        assert core is not None and core.past.crosswalk == before[CROSSWALK].id


def test_a_merge_is_in_the_history_and_one_line_undoes_it(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    before = ids(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    apply(tmp_path)
    assert ids(tmp_path)["crm:d"] == ids(tmp_path)["registry:2"]
    merged = rows(tmp_path, "SELECT event, person_id, other FROM people.person.person_history")
    assert len(merged) == 1
    decide(folder, "different,crm,d,registry,2")
    apply(tmp_path)
    assert ids(tmp_path) == before
    assert len(rows(tmp_path, "SELECT * FROM people.person.person_history")) > 1


def test_a_rollback_takes_ids_back_and_the_next_making_goes_on_from_there(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    before = ids(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    apply(tmp_path)
    with open_session(tmp_path) as session:
        from weft.session.rolling_back import roll_back

        roll_back(session, "people.person")
    assert ids(tmp_path) == before
    decide(folder, "same,crm,d,registry,1")
    apply(tmp_path, choice=Choice(resume=("people.person",)))
    assert ids(tmp_path)["crm:d"] == before["registry:1"]
    assert len(rows(tmp_path, "SELECT * FROM people.person.person_history")) == 1


def test_another_environment_goes_on_from_where_it_began_and_prod_takes_over_what_it_made(
    tmp_path: Path, folder: Path
) -> None:
    apply(tmp_path)
    before = ids(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    apply(tmp_path, "branch")
    assert ids(tmp_path, "branch")["crm:d"] == before["registry:2"]
    assert ids(tmp_path) == before
    assert {step.action for step in steps(planned(tmp_path)).values()} <= {"reuse", "nothing"}
    apply(tmp_path)
    assert ids(tmp_path) == ids(tmp_path, "branch")


def test_what_was_made_over_another_past_is_not_reused(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    apply(tmp_path, "branch")
    decide(folder, "same,crm,d,registry,1")
    apply(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    found = steps(planned(tmp_path))
    assert found["person_crosswalk"].action == "build"
    apply(tmp_path)
    assert len(rows(tmp_path, "SELECT * FROM people.person.person_history")) > 1


def test_a_full_build_keeps_ids_and_history(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    decide(folder, "same,crm,d,registry,2")
    apply(tmp_path)
    before, history = ids(tmp_path), rows(tmp_path, "SELECT * FROM people.person.person_history")
    report = apply(tmp_path, choice=Choice(full=True))
    assert "all matched anew" in report.products[0].message
    assert (ids(tmp_path), rows(tmp_path, "SELECT * FROM people.person.person_history")) == (before, history)


def test_a_check_that_fails_publishes_nothing_and_the_past_stays(tmp_path: Path, folder: Path) -> None:
    apply(tmp_path)
    before = ids(tmp_path)
    contract = folder / "contracts/person.odcs.yaml"
    rule = "    quality:\n      - {type: library, metric: rowCount, mustBeGreaterThan: 3}\n  - name: person_crosswalk"
    contract.write_text(contract.read_text().replace("  - name: person_crosswalk", rule, 1))
    decide(folder, "same,crm,d,registry,2")
    with open_session(tmp_path) as session:
        report = session.apply(claimed(session))
    assert not report.succeeded
    assert ids(tmp_path) == before
    assert rows(tmp_path, "SELECT * FROM people.person.person_history") == []


def test_another_table_of_the_product_reads_core_data(tmp_path: Path, folder: Path) -> None:
    directory = {"directory": ("person_id string key", "name string")}
    write_people(tmp_path, tables={**TABLES, **directory})
    (folder / "transforms").mkdir()
    sql = "SELECT person_id, concat(first_name, ' ', last_name) AS name FROM person"
    (folder / "transforms/directory.sql").write_text(sql)
    apply(tmp_path)
    assert len(rows(tmp_path, "SELECT * FROM people.person.directory")) == 4
    (folder / "transforms/directory.sql").write_text(f"{sql} WHERE state = 'MA'")
    found = steps(planned(tmp_path))
    assert [name for name, step in found.items() if step.action == "build"] == ["directory"]


def test_a_new_major_goes_on_with_the_ids_of_the_one_before(tmp_path: Path, folder: Path) -> None:
    from weft.session.lines import new_version
    from weft.versions import Version

    apply(tmp_path)
    before = ids(tmp_path)
    with open_session(tmp_path) as session:
        new_version(session, "people.person.person", Version(2, 0, 0), bridge=True)
    (folder / "registry.csv").write_text(REGISTRY + "4,Eden,Eve,Boston,MA,2026-02-01\n")
    apply(tmp_path)
    after = ids(tmp_path)
    assert {record: after[record] for record in before} == before
    assert rows(tmp_path, 'SELECT count(*) AS n FROM people.person."person@1"') == [{"n": 5}]


def test_trying_shows_what_would_come_out_and_publishes_nothing(tmp_path: Path, folder: Path) -> None:
    with open_session(tmp_path) as session:
        trial = session.try_("people.person.person")
    assert trial.total == 4
    assert [name for name, _ in trial.columns][:2] == ["person_id", "last_name"]


def test_core_data_is_tested_by_cases(tmp_path: Path, folder: Path) -> None:
    (folder / "tests").mkdir()
    (folder / "tests/person.yaml").write_text(
        "- name: two of one number are one\n"
        "  given:\n"
        "    registry: [{npi: '1', family_name: Archer, first_name: Ann, city: Boston, state: MA}]\n"
        "    crm: [{crm_id: a, last_name: ARCHER, first_name: A, city: Boston, state: MA, npi: '1'}]\n"
        "  expect: [{npi: '1', records: 2}]\n"
    )
    with open_session(tmp_path) as session:
        [result] = session.unit()
    assert result.passed, result
    assert list((tmp_path / ".weft/scratch").iterdir()) == []


def test_a_field_may_be_called_as_a_word_of_sql_that_is_a_name_too(tmp_path: Path, folder: Path) -> None:
    columns = [one.replace("last_name", "left").replace("city", "at") for one in TABLES["person"]]
    core = CORE.replace("last_name: name", "left: name").replace("city: city", "at: city")
    core = core.replace("{last_name: family_name}", "{left: family_name, at: city}").replace(
        "key: [crm_id]", "key: [crm_id]\n    fields: {left: last_name, at: city}"
    )
    write_people(
        tmp_path, core.replace("[last_name, first_name, city]", "[left, first_name, at]"), TABLES | {"person": columns}
    )
    apply(tmp_path)
    assert ids(tmp_path)["crm:c"] == ids(tmp_path)["registry:3"]

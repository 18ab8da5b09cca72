"""Core data is checked as any transform: its sources are relations of the product, and have the columns that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core_meshes import CORE, FOLDER, TABLES, write_people

from weft.check import check
from weft.engine.duckdb_engine import DuckDbEngine
from weft.settings import EngineSettings
from weft.workspace import load, read_settings


def said(root: Path, engine: DuckDbEngine) -> list[str]:
    loaded = load(read_settings(root))
    return [str(one).removeprefix(f"{FOLDER}/") for one in check(loaded.mesh, loaded.faults, engine, None, root)]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDbEngine]:
    engine = DuckDbEngine(EngineSettings(threads=1, memory="512MB"), ())
    yield engine
    engine.close()


def test_a_right_one_has_no_faults(tmp_path: Path, engine: DuckDbEngine) -> None:
    write_people(tmp_path)
    assert said(tmp_path, engine) == []


WRONG = {
    (
        "  crm:\n",
        "  crn:\n",
    ): "core.yaml:14: 'crn' is neither an input port nor a transform of people.person. Did you mean 'crm'?",
    ("key: npi", "key: npl"): "core.yaml:10: 'registry' has no column 'npl'. Did you mean 'npi'?",
    (
        "family_name",
        "familyname",
    ): "core.yaml:13: 'registry' has no column 'familyname', which the field last_name is read from. "
    "Did you mean 'family_name'? Say which under `fields`, or that it has none: `without: [last_name]`.",
    ("updated: changed", "updated: change"): "core.yaml:12: 'registry' has no column 'change'. Did you mean 'changed'?",
    (
        "  npi: identifier\n",
        "  npi: identifier\n  phone: phone\n",
    ): "core.yaml:10: 'registry' has no column 'phone', which the field phone is read from. "
    "Say which under `fields`, or that it has none: `without: [phone]`.",
}


@pytest.mark.parametrize("change", WRONG, ids=[change[1].strip() for change in WRONG])
def test_what_is_not_there_is_said_once_and_where_core_yaml_says_it(
    change: tuple[str, str], tmp_path: Path, engine: DuckDbEngine
) -> None:
    text = CORE.replace(*change, 1)
    write_people(tmp_path, text.replace("[registry, crm]", "[registry, crn]") if "crn" in text else text)
    assert WRONG[change] in said(tmp_path, engine)


def test_a_day_is_read_of_a_day(tmp_path: Path, engine: DuckDbEngine) -> None:
    folder = write_people(tmp_path)
    contract = folder / "contracts/registry.odcs.yaml"
    contract.write_text(contract.read_text().replace("logicalType: date", "logicalType: integer"))
    assert said(tmp_path, engine) == [
        "core.yaml:12: 'changed' of 'registry' is BIGINT, and says no day. "
        "Name a column of dates or times, or leave `updated` out."
    ]


def test_a_type_that_core_data_has_not_is_said_at_the_promise(tmp_path: Path, engine: DuckDbEngine) -> None:
    columns = [one.replace("records integer", "records date") for one in TABLES["person"]]
    write_people(tmp_path, tables=TABLES | {"person": columns})
    assert said(tmp_path, engine) == [
        "contracts/person.odcs.yaml:16: column 'records' of core data is BIGINT, and this promises DATE. "
        "Promise it: `physicalType: BIGINT`."
    ]


def test_a_source_may_be_a_step_of_the_product(tmp_path: Path, engine: DuckDbEngine) -> None:
    folder = write_people(
        tmp_path, CORE.replace("  crm:", "  cleaned:").replace("[registry, crm]", "[registry, cleaned]")
    )
    (folder / "transforms").mkdir()
    (folder / "transforms/cleaned.sql").write_text("SELECT crm_id, last_name, first_name, city, npi FROM crm")
    assert said(tmp_path, engine) == [
        "core.yaml:14: 'cleaned' has no column 'state', which the field state is read from. "
        "Say which under `fields`, or that it has none: `without: [state]`."
    ]


def test_core_data_that_reads_itself_is_a_circle(tmp_path: Path, engine: DuckDbEngine) -> None:
    folder = write_people(
        tmp_path, CORE.replace("  crm:", "  cleaned:").replace("[registry, crm]", "[registry, cleaned]")
    )
    (folder / "transforms").mkdir()
    (folder / "transforms/cleaned.sql").write_text("SELECT person_id AS crm_id, * FROM person")
    assert any(
        "core.yaml:14: these read each other in a circle" in one or "these read each other in a circle: cleaned" in one
        for one in said(tmp_path, engine)
    )


def test_of_a_core_yaml_that_cannot_be_read_nothing_else_is_said(tmp_path: Path, engine: DuckDbEngine) -> None:
    write_people(tmp_path, CORE.replace("entity: person", "entity: person\nentitee: x"))
    assert said(tmp_path, engine) == ["core.yaml:2: unknown field 'entitee'. Did you mean 'entity'?"]


def test_core_data_is_made_whole(tmp_path: Path, engine: DuckDbEngine) -> None:
    folder = write_people(tmp_path)
    (folder / "build.yaml").write_text("materialization: {person: {replace: [state]}}\n")
    assert said(tmp_path, engine) == [
        "build.yaml: 'person' is core data, and is made whole. Remove its materialization."
    ]

"""core.yaml is read whole: what is left out has a meaning, and all that is wrong is said with its line and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core_meshes import CORE, FOLDER, TABLES, write_people

from weft.names import ProductName
from weft.product.core_data import BlockPart, Comparison, CoreData
from weft.product.product import Product
from weft.standards.document import read
from weft.workspace import load, read_settings

WRONG = read((Path(__file__).parent / "core_faults.yaml").read_text(), "core_faults.yaml").data


def said(root: Path) -> list[str]:
    return [str(fault).removeprefix(f"{FOLDER}/") for fault in load(read_settings(root)).faults]


def product(root: Path) -> Product:
    return load(read_settings(root)).mesh.products[ProductName("people.person")]


def core(root: Path) -> CoreData:
    found = product(root).core
    assert found
    return found


@pytest.mark.parametrize("case", WRONG, ids=[f"{case['change'][1][:40]!r}" for case in WRONG])
def test_what_is_wrong_is_said_where_it_stands(case: dict[str, str], tmp_path: Path) -> None:
    before, after = case["change"]
    assert before in CORE
    write_people(tmp_path, CORE.replace(before, after, 1))
    found = said(tmp_path)
    assert [text for text in found if text.startswith(case["says"])] if case["says"] else found == [], found


def test_several_faults_are_said_at_once(tmp_path: Path) -> None:
    write_people(tmp_path, CORE.replace("same: [npi]", "same: [np]").replace("[registry, crm]", "[registry]"))
    assert len(said(tmp_path)) == 2


def test_a_field_that_is_not_said_is_the_column_of_its_name(tmp_path: Path) -> None:
    write_people(tmp_path)
    registry, crm = core(tmp_path).sources
    assert registry.fields["last_name"] == "family_name"
    assert crm.fields["last_name"] == "last_name"


def test_a_source_may_be_without_a_field(tmp_path: Path) -> None:
    write_people(tmp_path, CORE.replace("    key: [crm_id]", "    key: [crm_id]\n    without: [npi]"))
    assert "npi" not in core(tmp_path).sources[1].fields


def test_what_is_left_out_has_a_meaning(tmp_path: Path) -> None:
    write_people(tmp_path)
    found = core(tmp_path)
    assert (found.id_column, found.prefix, found.thresholds.same) == ("person_id", "PERSON", 0.95)
    assert found.tables["review"] == "person_review"
    assert [rule.name for rule in found.rules] == ["same npi", "same last_name, first_name, city"]


def test_comparisons_that_are_left_out_are_those_of_the_fields_that_no_rule_alone_speaks_of(tmp_path: Path) -> None:
    write_people(tmp_path, CORE.replace("comparisons: {}", "blocking: [[last_name, 'first_name[1:2]']]"))
    found = core(tmp_path)
    assert found.comparisons == (
        Comparison("last_name", "name", ("last_name",), by_frequency=True),
        Comparison("first_name", "given_name", ("first_name",), by_frequency=True),
        Comparison("city", "text", ("city",), by_frequency=True),
        Comparison("state", "exact", ("state",)),
    )
    assert found.blocking == ((BlockPart("last_name"), BlockPart("first_name", 1, 2)),)


def test_street_zip_city_and_state_are_compared_as_one_place(tmp_path: Path) -> None:
    more = "  street: address\n  zip: zip\nsources:"
    write_people(tmp_path, CORE.replace("sources:", more, 1).replace("comparisons: {}", "blocking: [[state]]"))
    assert [one.fields for one in core(tmp_path).comparisons if one.measure == "place"] == [
        ("street", "zip", "city", "state")
    ]


def test_each_promised_table_has_a_transform(tmp_path: Path) -> None:
    tables = {name: TABLES[name] for name in ("person", "person_crosswalk")}
    write_people(tmp_path, tables=tables)
    assert [(one.table, one.language, one.reading.names) for one in product(tmp_path).transforms] == [
        ("person", "core", ("registry", "crm")),
        ("person_crosswalk", "core", ("registry", "crm")),
    ]


def test_which_values_survive_means_something_where_they_are(tmp_path: Path) -> None:
    write_people(tmp_path)
    before = {one.table: one.reading.meaning for one in product(tmp_path).transforms}
    (tmp_path / FOLDER / "core.yaml").write_text(CORE.replace("[registry, crm]", "[crm, registry]"))
    after = {one.table: one.reading.meaning for one in product(tmp_path).transforms}
    assert {name for name in after if after[name] != before[name]} == {"person", "person_corroboration"}


def test_entity_and_crosswalk_must_be_promised(tmp_path: Path) -> None:
    write_people(tmp_path, tables={name: columns for name, columns in TABLES.items() if name != "person_crosswalk"})
    assert said(tmp_path) == [
        "core.yaml:1: the crosswalk of core data, 'person_crosswalk', is promised by no contract. "
        "Promise a table 'person_crosswalk' in a contract, and the contract by an output port."
    ]


def test_what_is_lost_without_history_and_weights_is_told(tmp_path: Path) -> None:
    write_people(tmp_path, tables={name: TABLES[name] for name in ("person", "person_crosswalk")})
    faults = load(read_settings(tmp_path)).faults
    assert {fault.severity for fault in faults} == {"warning"}
    assert [fault.message for fault in faults] == [
        "'person_history' is promised by no contract, so that what was merged or split is not known later, "
        "and ids do not come back when that is undone",
        "'person_weights' is promised by no contract, so that each run matches every record anew",
    ]


def test_what_is_lost_without_a_column_is_told(tmp_path: Path) -> None:
    columns = [one for one in TABLES["person_crosswalk"] if not one.startswith("content")]
    write_people(tmp_path, tables=TABLES | {"person_crosswalk": columns})
    [fault] = load(read_settings(tmp_path)).faults
    said = "'person_crosswalk' does not promise content, so that each run matches every record anew"
    assert (fault.severity, fault.message) == ("warning", said)


def test_a_promised_column_is_one_that_core_data_has(tmp_path: Path) -> None:
    write_people(tmp_path, tables=TABLES | {"person": [*TABLES["person"], "updated_at date"]})
    assert said(tmp_path) == [
        "contracts/person.odcs.yaml:19: column 'updated_at' of 'person' is promised, and core data has none such. "
        "Did you mean 'updated_on'?"
    ]


@pytest.mark.parametrize("last", ["2.0.0", "1.0.0"])
def test_an_older_line_promises_what_its_bridge_makes(last: str, tmp_path: Path) -> None:
    folder = write_people(tmp_path)
    manifest, contract = folder / "product.odps.yaml", folder / "contracts/person.odcs.yaml"
    text = contract.read_text()
    contract.write_text(text.replace("updated_on", "updated_at").replace("{name: content,", "{name: digest,"))
    (folder / "contracts/person@2.odcs.yaml").write_text(text.replace("version: 1.0.0", "version: 2.0.0"))
    port = "  - {name: person, version: 1.0.0, contractId: people.person}\n"
    ports = [port, port.replace("1.0.0", "2.0.0").replace("name: person", "name: persons")]
    manifest.write_text(manifest.read_text().replace(port, "".join(sorted(ports, key=lambda one: last in one))))
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("id", {"person_review": "left_id"}),
        ("source", {"person_crosswalk": "source", "person_review": "left_source"}),
        ("records", {"person": "records", "person_history": "records"}),
        ("value", {"person_corroboration": "value"}),
        ("core", {}),
    ],
)
def test_the_core_id_is_called_as_no_other_column(name: str, tables: dict[str, str], tmp_path: Path) -> None:
    named = {table: [one.replace("person_id", name) for one in columns] for table, columns in TABLES.items()}
    each = {table: [*{one.split()[0]: one for one in columns}.values()] for table, columns in named.items()}
    write_people(tmp_path, CORE.replace("entity: person", f"entity: person\nid: {{column: {name}}}"), each)
    found = [one for one in said(tmp_path) if "beside the core id" in one]
    assert len(found) == len(tables)
    for one, (table, column) in zip(found, tables.items(), strict=True):
        assert f"'{table}' has a column '{column}' beside the core id, which core.yaml calls '{name}'" in one


def test_the_crosswalk_promises_what_ids_stay_by(tmp_path: Path) -> None:
    columns = [one for one in TABLES["person_crosswalk"] if not one.startswith("source_id")]
    write_people(tmp_path, tables=TABLES | {"person_crosswalk": columns})
    [found] = said(tmp_path)
    assert "does not promise 'source_id', without which core ids cannot stay the same" in found


def test_a_table_is_made_by_core_data_or_by_a_file(tmp_path: Path) -> None:
    write_people(tmp_path)
    (tmp_path / FOLDER / "transforms").mkdir()
    (tmp_path / FOLDER / "transforms/person.sql").write_text("SELECT * FROM crm")
    assert said(tmp_path) == ["core.yaml: 'person' is made here and in person.sql. Keep one of them."]


def test_an_empty_core_file_is_a_fault(tmp_path: Path) -> None:
    write_people(tmp_path, "")
    assert said(tmp_path) == ["core.yaml: the file is empty."]


def test_what_decides_is_told_apart_from_what_is_laid_out(tmp_path: Path) -> None:
    write_people(tmp_path)
    before = core(tmp_path).digests
    (tmp_path / FOLDER / "core.yaml").write_text("# Everybody once.\n" + CORE)
    assert core(tmp_path).digests == before
    (tmp_path / FOLDER / "core.yaml").write_text(CORE.replace("[registry, crm]", "[crm, registry]"))
    after = core(tmp_path).digests
    assert (after.matching, after.decisions) == (before.matching, before.decisions)
    assert after.survivorship != before.survivorship


def test_a_field_may_be_called_as_anything_and_what_is_said_of_it_counts(tmp_path: Path) -> None:
    text = CORE.replace("  npi: identifier\n", "  npi: identifier\n  place: text\n  lines: text\n", 1)
    text = text.replace("{last_name: family_name}", "{last_name: family_name, place: town}")
    write_people(tmp_path, text)
    before = core(tmp_path).digests
    (tmp_path / FOLDER / "core.yaml").write_text(text.replace("place: town", "place: city"))
    assert core(tmp_path).digests.matching != before.matching
    (tmp_path / FOLDER / "core.yaml").write_text(text + "  fields: {lines: [recency]}\n")
    assert core(tmp_path).digests.survivorship != before.survivorship

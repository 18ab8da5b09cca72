"""Stewards' decisions: every line is read or said to be wrong, and lines that contradict each other are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core_meshes import CORE, FOLDER, write_people

from weft.names import ProductName
from weft.workspace import load, read_settings
from weft.workspace.decisions_file import decisions_of

HEAD = "decision,left_source,left_id,right_source,right_id,by,on,why\n"


def faults(*lines: str, head: str = HEAD) -> list[str]:
    return [str(fault) for fault in decisions_of(head + "\n".join(lines) + "\n", "d.csv", ["crm", "registry"])[1]]


def test_a_decision_is_about_two_records() -> None:
    [found], said = decisions_of(
        HEAD + 'same,crm,a,registry,1,ann,2026-11-21,"Same, by phone"\n', "d.csv", ["crm", "registry"]
    )
    assert (found.verdict, str(found.left), str(found.right), found.why) == (
        "same",
        "crm:a",
        "registry:1",
        "Same, by phone",
    )
    assert (found.place.line, said) == (2, ())


WRONG = {
    "sam,crm,a,crm,b,ann,2026-11-21,": "d.csv:2: unknown decision 'sam'. Did you mean 'same'?",
    "same,cmr,a,crm,b,ann,2026-11-21,": "d.csv:2: there is no source 'cmr' in core.yaml. Did you mean 'crm'?",
    "same,crm,a,crm,a,ann,2026-11-21,": "d.csv:2: both sides are one record. Name the two records that the decision is about.",
    "same,crm,,crm,a,ann,2026-11-21,": "d.csv:2: left_id is empty. Write the record's key; several columns are joined by '|'.",
    "same,crm,a,crm,b,,2026-11-21,": "d.csv:2: nobody decided this: `by` is empty. Write who did.",
    "same,crm,a,crm,b,ann,yesterday,": "d.csv:2: 'yesterday' is no date. Write a day such as 2026-11-21.",
    "same,crm,a,crm,b,ann": "d.csv:2: here are 6 values, and the first line has 8. Put a text with a comma in quotes.",
    'same,crm,"a"x,crm,b,ann,2026-11-21,': "d.csv:2: this is no CSV: ',' expected after '\"'. Put a text with quotes or line ends in quotes.",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_said(line: str) -> None:
    assert faults(line) == [WRONG[line]]


def test_an_unknown_column_and_a_missing_one_are_said() -> None:
    assert faults(head=HEAD.replace("why", "reason")) == [
        "d.csv:1: unknown column 'reason'. There is: by, decision, left_id, left_source, on, right_id, right_source, why.",
        "d.csv:1: the column 'why' is missing. The first line is: " + HEAD.strip() + ".",
    ]


def test_lines_that_contradict_each_other_are_said() -> None:
    assert faults("same,crm,a,crm,b,ann,2026-11-21,", "different,crm,b,crm,a,bob,2026-11-21,") == [
        "d.csv:3: crm:b and crm:a are different here, and line 2 says that they are the same. Take out the line that is wrong."
    ]


def test_lines_that_contradict_each_other_together_are_said() -> None:
    lines = (
        "same,crm,a,crm,b,ann,2026-11-21,",
        "different,crm,a,registry,1,bob,2026-11-21,",
        "same,crm,b,registry,1,ann,2026-11-21,",
    )
    assert faults(*lines) == [
        "d.csv:3: crm:a and registry:1 are different here, and lines 2, 4 together say that they are the same. "
        "Take out the line that is wrong."
    ]


def test_blank_lines_and_an_empty_file_decide_nothing() -> None:
    assert decisions_of("", "d.csv", []) == ((), ())
    assert decisions_of(HEAD + "\n,,,,,,,\n", "d.csv", []) == ((), ())


def test_decisions_of_a_product_are_found_by_the_name_that_core_yaml_says(tmp_path: Path) -> None:
    folder = write_people(tmp_path, CORE + "decisions: person_decisions.csv\n")
    (folder / "person_decisions.csv").write_text(HEAD + "same,crm,a,crm,b,ann,2026-11-21,\n")
    product = load(read_settings(tmp_path)).mesh.products[ProductName("people.person")]
    assert product.core and len(product.core.decisions) == 1
    assert product.core.digests.decisions.startswith("1 ")


def test_the_order_of_decisions_does_not_count(tmp_path: Path) -> None:
    folder, lines = write_people(tmp_path), ["same,crm,a,crm,b,ann,2026-11-21,", "same,crm,c,crm,d,ann,2026-11-21,"]
    seen = set()
    for each in (lines, lines[::-1]):
        (folder / "decisions.csv").write_text(HEAD + "\n".join(each))
        product = load(read_settings(tmp_path)).mesh.products[ProductName("people.person")]
        assert product.core
        seen.add(product.core.digests.decisions)
    assert len(seen) == 1


def test_a_wrong_line_is_a_fault_of_its_product(tmp_path: Path) -> None:
    folder = write_people(tmp_path)
    (folder / "decisions.csv").write_text(HEAD + "same,crm,a,crm,a,ann,2026-11-21,\n")
    [fault] = load(read_settings(tmp_path)).faults
    assert str(fault.place) == f"{FOLDER}/decisions.csv:2"

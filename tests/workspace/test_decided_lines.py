"""Stewards' lines: added, taken away and read, whatever ids and reasons hold."""

from __future__ import annotations

from datetime import date

import pytest

from weft.errors import Faults
from weft.product.core_data import Decision, RecordId
from weft.workspace.decided_lines import COLUMNS, decided_lines, with_decision, with_decisions, without_decision
from weft.workspace.decisions_file import decisions_of

FILE = "decisions.csv"
CRM, NPPES = RecordId("crm", "C1"), RecordId("nppes", "1003000126")
WRITTEN = """\
# Decided in the meeting of March; don't touch.
decision,left_source,left_id,right_source,right_id,by,on,why
same,crm,C1,nppes,1003000126,ann,2026-03-01,"one person,
as she says"

# The rest came later.
different,crm,C2,crm,C3,bob,2026-04-01,
"""


def decided(verdict: str = "same", left: RecordId = CRM, right: RecordId = NPPES, why: str = "") -> Decision:
    assert verdict in ("same", "different")
    return Decision(verdict, left, right, "ann", date(2026, 11, 21), why)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_begins_with_its_header() -> None:
    assert with_decision("", decided(why="she said so"), FILE) == (
        "decision,left_source,left_id,right_source,right_id,by,on,why\n"
        "same,crm,C1,nppes,1003000126,ann,2026-11-21,she said so\n"
    )


def test_many_decisions_are_written_as_one_after_the_other() -> None:
    three = [
        decided("different", NPPES, CRM),
        decided("same", RecordId("crm", "C9"), CRM),
        decided("same", why="after all"),
    ]
    for before in ("", WRITTEN, WRITTEN.rstrip("\n"), "# Nothing yet."):
        after = before
        for one in three:
            after = with_decision(after, one, FILE)
        assert with_decisions(before, three, FILE) == after
        assert len([one for one in decided_lines(after, FILE) if one.pair == {CRM, NPPES}]) == 1


def test_a_pair_has_one_decision_and_comments_and_order_stay() -> None:
    found = with_decision(WRITTEN, decided("different", NPPES, CRM), FILE)
    assert found == (
        "# Decided in the meeting of March; don't touch.\n"
        "decision,left_source,left_id,right_source,right_id,by,on,why\n"
        "\n"
        "# The rest came later.\n"
        "different,crm,C2,crm,C3,bob,2026-04-01,\n"
        "different,nppes,1003000126,crm,C1,ann,2026-11-21,\n"
    )


def test_a_decision_is_withdrawn_with_all_of_its_lines() -> None:
    text, gone = without_decision(WRITTEN, NPPES, CRM, FILE)
    assert (gone, "as she says" in text, text.count("\n")) == (1, False, 5)
    assert without_decision(text, CRM, NPPES, FILE) == (text, 0)


def test_blanks_around_a_source_do_not_count_wherever_it_is_read() -> None:
    text = f"{','.join(COLUMNS)}\nsame, crm ,C1,nppes\t,1003000126, ann,2026-03-01,\n"
    [decision], faults = decisions_of(text, FILE, ["crm", "nppes"])
    assert (decision.left, decision.right, faults) == (CRM, NPPES, ())
    assert without_decision(text, CRM, NPPES, FILE) == (f"{','.join(COLUMNS)}\n", 1)


def test_each_line_is_found_where_it_stands() -> None:
    assert [(one.line, one.lines, one.verdict) for one in decided_lines(WRITTEN, FILE)] == [
        (3, 2, "same"), (7, 1, "different"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|' /C calc'!A0", "+1", "-5", "@x", "\tx", "\rx", "'=x", "'", "a,b", 'a"b', "a\nb", "a\r\nb", "x:y|z",
     "#1", "\u2028x", " x ", "\ufeff", "\x1b[31m", "<script>", ""],
)  # fmt: skip
def test_ids_are_read_as_they_were_written_whatever_they_hold(text: str) -> None:
    left, right = RecordId("crm", text), RecordId("nppes", f"{text}2")
    found = with_decision(WRITTEN, decided("different", left, right, text), FILE)
    newest = decided_lines(found, FILE)[-1]
    assert newest.pair == {left, right}
    if text:
        assert decisions_of(found, FILE, ["crm", "nppes"])[0][-1].left == left
    assert decided_lines(without_decision(found, right, left, FILE)[0], FILE) == decided_lines(WRITTEN, FILE)


@pytest.mark.parametrize("text", ["=1+1", "+why", "-5", "@x", "\t=1"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cells = with_decision("", decided(left=RecordId("crm", text), why=text), FILE).splitlines()[1].split(",")
    assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_columns_in_another_order_are_kept_and_a_comment_is_not_made_of_an_id() -> None:
    text = "left_id,left_source,right_id,right_source,decision\n"
    found = with_decision(text, decided(left=RecordId("crm", "#7")), FILE)
    assert found.startswith(text)
    assert [one.pair for one in decided_lines(found, FILE)] == [{RecordId("crm", "#7"), NPPES}]


def test_ends_of_lines_stay_as_they_were() -> None:
    text = f"{','.join(COLUMNS)}\r\nsame,crm,C2,crm,C3,bob,2026-04-01,"
    assert with_decision(text, decided(), FILE).count("\r\n") == 3


def test_a_file_of_comments_alone_gets_its_header() -> None:
    assert with_decision("# nothing yet", decided(), FILE).splitlines()[1] == ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("text", "says"),
    [("verdict,left_source\n", "no column 'decision'"), (f'{",".join(COLUMNS)}\nsame,"crm\n', "this is no CSV")],
)
def test_what_cannot_be_read_is_a_fault_with_its_line_and_a_mend(text: str, says: str) -> None:
    with pytest.raises(Faults) as raised:
        with_decision(text, decided(), FILE)
    assert says in str(raised.value)
    assert raised.value.faults[0].mend


def test_comments_are_no_decisions() -> None:
    decisions, faults = decisions_of(WRITTEN, FILE, ["crm", "nppes"])
    assert ([one.place.line for one in decisions], faults) == ([3, 7], ())

"""Suggestions in a document: nothing that a person wrote is changed or said twice."""

from __future__ import annotations

import difflib

from weft.product.contract import Table
from weft.product.from_odcs import contract_from
from weft.profile.suggesting.odcs import unsaid, with_suggestions
from weft.profile.suggesting.values import FalseAlarms, Suggestion
from weft.standards.document import read
from weft.standards.schemas import faults_of

TEXT = """\
# Ours, since 2019.
apiVersion: v3.2.0
kind: DataContract
id: sales.orders
version: 1.0.0   # never 2
status: active
schema:
  - name: orders
    logicalType: object
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
      - name: amount       # in euros
        logicalType: number
        quality:
          - {metric: nullValues, mustBeLessThan: 5, name: "mostly there"}
      - name: state
        logicalType: string
        enum: [{value: open}, {value: closed}]
    quality:
      # Mondays are slow.
      - metric: rowCount
        mustBeGreaterThan: 10
"""
NONE = FalseAlarms(0.0, "")


def suggestion(kind: str, column: str, **rule: object) -> Suggestion:
    return Suggestion(kind, column, {"name": f"{kind} of {column}", **rule, "mustBe": 0}, "", NONE)


SUGGESTIONS = (
    suggestion("nulls", "id", metric="nullValues"),
    suggestion("nulls", "amount", metric="nullValues"),
    suggestion("unique", "id", metric="duplicateValues"),
    suggestion("values", "state", metric="invalidValues", arguments={"validValues": ["open"]}),
    suggestion("row count", "", metric="rowCount"),
    suggestion("range", "amount", type="sql", query="SELECT COUNT(*) FROM {object} WHERE {property} < 0"),
    suggestion("balance", "", type="sql", query="SELECT COUNT(*) FROM {object}"),
)


def table(text: str) -> Table:
    contract, faults = contract_from(read(text, "orders.odcs.yaml"))
    assert contract is not None and not faults
    return contract.tables[0]


def test_what_is_promised_in_other_words_is_not_suggested() -> None:
    assert [one.kind for one in unsaid(table(TEXT), SUGGESTIONS)] == ["range", "balance"]


def test_only_lines_are_added_and_the_standard_s_schema_accepts_them() -> None:
    text = with_suggestions(TEXT, "orders", unsaid(table(TEXT), SUGGESTIONS))
    changes = [line for line in difflib.ndiff(TEXT.splitlines(), text.splitlines()) if line[0] in "-?"]
    assert changes == []
    assert not faults_of(read(text, "orders.odcs.yaml"), "odcs")
    assert [rule.name for rule in table(text).rules] == ["mostly there", "range of amount", "rowCount", "balance of "]


def test_writing_twice_adds_nothing() -> None:
    once = with_suggestions(TEXT, "orders", unsaid(table(TEXT), SUGGESTIONS))
    assert with_suggestions(once, "orders", unsaid(table(once), SUGGESTIONS)) == once


def test_rules_of_the_last_column_and_of_its_table_stand_where_they_belong() -> None:
    plain = TEXT.partition("    quality:\n      # Mondays")[0]
    text = with_suggestions(plain, "orders", [suggestion("blanks", "state", metric="nullValues"), SUGGESTIONS[4]])
    assert [(rule.name, rule.column) for rule in table(text).rules[1:]] == [
        ("blanks of state", "state"),
        ("row count of ", None),
    ]
    assert text.startswith(plain)


def test_what_stands_in_brackets_gets_its_rules_within_them() -> None:
    flat = TEXT.replace(
        "      - name: state\n        logicalType: string\n        enum: [{value: open}, {value: closed}]\n",
        "      - {name: state, logicalType: string}\n",
    )
    text = with_suggestions(flat, "orders", [suggestion("blanks", "state", metric="nullValues")])
    assert table(text).rules[-2].name == "blanks of state"
    assert "# Mondays are slow." in text

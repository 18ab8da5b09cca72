"""Differences are written in the form of the Open Metadata Difference Standard."""

from __future__ import annotations

import json

from weft.plan.changes import Known, contract_changes, difference_message
from weft.product.contract import Column, Contract, Limits, Table
from weft.standards.omds import Compared, Difference, Side, message


def test_a_message_counts_its_levels_and_names_both_documents() -> None:
    differences = (
        Difference(
            "CHANGE", "schema", "required", "/schema[name=t]/properties[name=a]/required", "MAJOR", True, False, "why"
        ),
        Difference("ADD", "schema", "properties", "/schema[name=t]/properties[name=b]", "MINOR", None, "b BIGINT"),
        Difference("REMOVE", "roles", "roles", "/roles[role=r]", "UNKNOWN", ("r",)),
    )
    found = message(Compared(Side("c", "1.0.0"), Side("c", "1.1.0", "https://example.org/c"), differences, "2.0.0"))
    assert found == {
        "apiVersion": "v1.0.0",
        "kind": "MetadataDifference",
        "sourceKind": "DataContract",
        "source1": {"id": "c", "version": "1.0.0"},
        "source2": {"id": "c", "version": "1.1.0", "canonicalUrl": "https://example.org/c"},
        "scope": "all",
        "impact": {"major": 1, "minor": 1, "patch": 0},
        "suggestedVersion": "2.0.0",
        "diffs": [
            {
                "type": "CHANGE",
                "section": "schema",
                "field": "required",
                "path": "/schema[name=t]/properties[name=a]/required",
                "value1": True,
                "value2": False,
                "message": "why",
                "impactLevel": "MAJOR",
            },
            {
                "type": "ADD",
                "section": "schema",
                "field": "properties",
                "path": "/schema[name=t]/properties[name=b]",
                "value2": "b BIGINT",
                "impactLevel": "MINOR",
            },
            {
                "type": "REMOVE",
                "section": "roles",
                "field": "roles",
                "path": "/roles[role=r]",
                "value1": ["r"],
                "impactLevel": "UNKNOWN",
            },
        ],
    }


def contract(*columns: Column) -> Contract:
    return Contract("c", "1.2.0", (Table("t", columns),), "c")


def test_the_changes_of_a_contract_are_a_message() -> None:
    old = contract(Column("a", "INTEGER", limits=Limits(enum=(1,))), Column("b", "DATE", required=True))
    new = contract(Column("a", "BIGINT", limits=Limits(enum=(1, 2))), Column("b", "DATE"))
    found = difference_message(old, new, contract_changes(old, new, Known()))
    assert found["impact"] == {"major": 2, "minor": 1, "patch": 0}
    assert found["suggestedVersion"] == "2.0.0"
    widened = next(one for one in found["diffs"] if one["field"] == "physicalType")
    assert (widened["impactLevel"], widened["value1"], widened["value2"]) == ("MAJOR", "INTEGER", "BIGINT")
    assert "unless every consumer's own SQL still binds" in widened["message"]
    assert next(one for one in found["diffs"] if one["type"] == "ADD")["value2"] == [2]
    assert json.loads(json.dumps(found)) == found


def test_equal_contracts_make_a_message_of_nothing() -> None:
    same = contract(Column("a", "INTEGER"))
    found = difference_message(same, same, ())
    assert found["diffs"] == []
    assert "suggestedVersion" not in found

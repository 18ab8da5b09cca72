"""What a change of a contract is to its consumers, by a table of changes with the verdict for each, both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.plan.changes.documents import contract, ways

from weft.plan.changes import KINDS, Known, contract_changes, judged, least_version, meaning_changes
from weft.plan.changes.change import Change
from weft.sql.difference import meaning_differences
from weft.versions import Version

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "changes.md"


WAYS = ways()


def one(of: str, old: dict[str, Any], new: dict[str, Any], known: Known | None = None) -> Change:
    (change,) = contract_changes(contract(of, old), contract(of, new), known or Known())
    return change


@pytest.mark.parametrize(("of", "old", "new", "verdict"), WAYS, ids=[f"{w[0]} {w[1]} to {w[2]}" for w in WAYS])
def test_a_change_is_judged_for_the_consumer(
    of: str, old: dict[str, Any], new: dict[str, Any], verdict: list[str]
) -> None:
    changes = contract_changes(contract(of, old), contract(of, new), Known())
    if not verdict:
        assert changes == ()
        return
    kind, impact, path, words = verdict
    assert [(change.kind, change.impact) for change in changes] == [(kind, impact)]
    assert changes[0].path.endswith(path)
    assert words in changes[0].reason


def test_the_table_has_at_least_sixty_changes_and_every_kind() -> None:
    assert len([way for way in WAYS if way[3]]) >= 120
    judged_kinds = {verdict[0] for *_, verdict in WAYS if verdict}
    assert judged_kinds == KINDS.keys() - {"table called otherwise", "meaning changed"}


@pytest.mark.parametrize("verdict", [way[3] for way in WAYS if way[3]], ids=lambda verdict: verdict[0])
def test_a_kind_has_the_impact_that_is_listed(verdict: list[str]) -> None:
    assert verdict[1] in KINDS[verdict[0]].split(", or ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_the_reference(kind: str) -> None:
    assert f"| {kind} | {KINDS[kind]} |" in REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("of", "old", "new", "verdict"), WAYS, ids=[f"{w[0]} {w[1]} to {w[2]}" for w in WAYS])
def test_equal_documents_differ_in_nothing(
    of: str, old: dict[str, Any], new: dict[str, Any], verdict: list[str]
) -> None:
    assert contract_changes(contract(of, new), contract(of, new), Known()) == ()


INTEGER, BIGINT = {"physicalType": "INTEGER"}, {"physicalType": "BIGINT"}


def test_a_wider_type_says_what_is_to_be_bound_again() -> None:
    change = one("column", INTEGER, BIGINT)
    assert change.rebind is not None
    assert (change.rebind.table, change.rebind.column, change.rebind.type) == ("orders", "x", "BIGINT")


def test_a_wider_type_breaks_those_whose_own_promise_it_breaks() -> None:
    settled = judged(one("column", INTEGER, BIGINT), ["sales.totals", "ops.daily"])
    assert (settled.impact, settled.affects) == ("breaking", ("ops.daily", "sales.totals"))
    assert "ops.daily and sales.totals" in settled.reason


def test_a_wider_type_that_every_consumer_bears_is_minor() -> None:
    settled = judged(one("column", INTEGER, BIGINT), [])
    assert settled.impact == "minor"
    assert least_version(Version(1, 2, 3), [settled]) == Version(1, 3, 0)


def test_what_nobody_settled_counts_as_breaking() -> None:
    assert least_version(Version(1, 2, 3), [one("column", INTEGER, BIGINT)]) == Version(2, 0, 0)


def test_a_change_that_is_not_conditional_is_not_judged_again() -> None:
    change = one("column", {"required": True}, {})
    assert judged(change, []) is change


def test_a_change_names_who_reads_the_column() -> None:
    readers = {("orders", "x"): ("b", "a"), ("orders", "y"): ("c",), ("orders", ""): ("d",), ("lines", "x"): ("e",)}
    assert one("column", {"required": True}, {}, Known(readers=readers)).affects == ("a", "b", "d")


def test_a_raised_classification_breaks_those_who_are_not_cleared_for_it() -> None:
    readers = {("orders", "x"): ("report", "audit", "stranger")}
    known = Known(readers=readers, clearance={"report": "internal", "audit": "restricted"})
    change = one("column", {"classification": "internal"}, {"classification": "confidential"}, known)
    assert (change.impact, change.affects) == ("breaking", ("report", "stranger"))


def test_a_raised_classification_that_all_readers_are_cleared_for_is_minor() -> None:
    known = Known(readers={("orders", "x"): ("audit",)}, clearance={"audit": "restricted"})
    change = one("column", {"classification": "internal"}, {"classification": "confidential"}, known)
    assert (change.impact, change.affects) == ("minor", ())


def test_classifications_may_be_numbers_or_the_mesh_s_own() -> None:
    assert one("column", {"classification": "4"}, {"classification": "2"}).kind == "classification lowered"
    mesh = Known(levels=("green", "amber", "red"))
    assert one("column", {"classification": "red"}, {"classification": "green"}, mesh).kind == "classification lowered"


def test_an_unknown_classification_may_hide_the_column() -> None:
    assert one("column", {"classification": "secret"}, {"classification": "hidden"}).impact == "conditional"


def test_a_dropped_role_breaks_those_who_read_by_it_alone() -> None:
    roles = {"ada": frozenset({"analyst"}), "bea": frozenset({"analyst", "auditor"}), "eve": frozenset({"auditor"})}
    old = {"roles": [{"role": "analyst"}, {"role": "auditor"}]}
    change = one("contract", old, {"roles": [{"role": "auditor"}]}, Known(roles=roles))
    assert (change.impact, change.affects) == ("breaking", ("ada",))


def test_terms_are_to_be_acknowledged() -> None:
    assert one("contract", {"description": {"usage": "a"}}, {"description": {"usage": "b"}}).acknowledge


TABLE = {"name": "orders", "properties": [{"name": "x", "logicalType": "integer"}]}
SECOND = {"name": "lines", "properties": [{"name": "x", "logicalType": "integer"}]}


def test_a_second_table_changes_how_the_first_is_called() -> None:
    old, new = contract("contract", {"schema": [TABLE]}), contract("contract", {"schema": [TABLE, SECOND]})
    found = {change.kind: change for change in contract_changes(old, new, Known())}
    assert found.keys() == {"table added", "table called otherwise"}
    assert found["table called otherwise"].impact == "conditional"
    assert found["table called otherwise"].settles == "binding"
    back = {change.kind for change in contract_changes(new, old, Known())}
    assert back == {"table removed", "table called otherwise"}


def test_what_a_removed_column_promised_is_not_said_again() -> None:
    rich = {"name": "y", "logicalType": "boolean", "required": True, "quality": [{"metric": "nullValues", "mustBe": 0}]}
    old = {"properties": [{"name": "x", "logicalType": "integer"}, rich]}
    assert one("table", old, {"properties": old["properties"][:1]}).kind == "column removed"


def test_another_meaning_is_minor_and_told_to_the_column_s_readers() -> None:
    reads = {"t": (("a", "INTEGER"), ("b", "INTEGER"))}
    differences = meaning_differences("SELECT a + b AS x, a FROM t", "SELECT a - b AS x, a FROM t WHERE a > 1", reads)
    known = Known(readers={("orders", "x"): ("report",), ("orders", "a"): ("audit",)})
    found = list(meaning_changes("orders", differences, known))
    assert [(change.path, change.affects, change.impact) for change in found] == [
        ("/schema[name=orders]/properties[name=x]/transformLogic", ("report",), "minor"),
        ("/schema[name=orders]/transformLogic", ("audit", "report"), "minor"),
    ]
    assert {change.kind for change in found} == {"meaning changed"}
    assert [(change.reason, change.before, change.after) for change in found] == [
        ("'x': its expression changed", "a + b", "a - b"),
        ("'orders': rows are filtered otherwise, which reaches x, a", None, "a > 1"),
    ]

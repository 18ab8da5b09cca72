"""Which columns are taken for renamed, and the bridge that is offered."""

from __future__ import annotations

import duckdb
import pytest

from weft.plan.changes import Change, Known, contract_changes
from weft.product.contract import Column, Contract, Table


def contract(*columns: tuple[str, str]) -> Contract:
    return Contract("c", "1.0.0", (Table("t", tuple(Column(name, type_) for name, type_ in columns)),), "c")


def changes(old: list[tuple[str, str]], new: list[tuple[str, str]], known: Known | None = None) -> list[Change]:
    return list(contract_changes(contract(*old), contract(*new), known or Known()))


ID = ("id", "BIGINT")


@pytest.mark.parametrize(
    ("old", "new", "is_renamed"),
    [
        (("dep_time", "TIMESTAMP"), ("departure_time", "TIMESTAMP"), True),
        (("depTime", "TIMESTAMP"), ("deptime", "TIMESTAMP"), True),
        (("dep_delay", "INTEGER"), ("departure_delay", "BIGINT"), True),
        (("seats", "INTEGER"), ("engines", "INTEGER"), True),
        (("seats", "INTEGER"), ("model", "VARCHAR"), False),
        (("seats", "INTEGER"), ("seats_text", "VARCHAR"), False),
    ],
)
def test_a_column_that_is_much_like_a_removed_one_is_its_new_name(
    old: tuple[str, str], new: tuple[str, str], is_renamed: bool
) -> None:
    assert ("column renamed" in {change.kind for change in changes([ID, old], [ID, new])}) == is_renamed


FAR = [("a", "INTEGER"), ID, ("z", "VARCHAR")], [ID, ("z", "VARCHAR"), ("q", "INTEGER")]


def test_a_column_elsewhere_under_an_unlike_name_is_another_one() -> None:
    assert {change.kind for change in changes(*FAR)} == {"column removed", "column added"}


def test_lineage_speaks_for_a_rename() -> None:
    source = frozenset({("raw", "amount")})
    known = Known(lineage=({("t", "a"): source}, {("t", "q"): source}))
    (renamed,) = (change for change in changes(*FAR, known) if change.kind == "column renamed")
    assert "the same lineage" in renamed.reason


def test_values_speak_for_a_rename_or_against_it() -> None:
    (renamed,) = (c for c in changes(*FAR, Known(alike={("t", "a", "q"): 0.99})) if c.kind == "column renamed")
    assert "99% of the values equal" in renamed.reason
    near = [ID, ("dep_time", "DATE")], [ID, ("departure_time", "DATE")]
    against = changes(*near, Known(alike={("t", "dep_time", "departure_time"): 0.1}))
    assert {change.kind for change in against} == {"column removed", "column added"}


def test_each_column_is_in_one_rename_at_most() -> None:
    old = [ID, ("dep_time", "TIMESTAMP"), ("arr_time", "TIMESTAMP")]
    new = [ID, ("departure_time", "TIMESTAMP"), ("arrival_time", "TIMESTAMP")]
    renamed = {(change.before, change.after) for change in changes(old, new) if change.kind == "column renamed"}
    assert renamed == {("dep_time", "departure_time"), ("arr_time", "arrival_time")}


def test_a_bridge_gives_the_old_columns_from_the_new_table() -> None:
    old = [ID, ("dep_time", "TIMESTAMP"), ("dep_delay", "INTEGER"), ("group", "VARCHAR")]
    new = [ID, ("departure_time", "TIMESTAMP"), ("departure_delay", "BIGINT"), ("group", "VARCHAR"), ("more", "DATE")]
    bridge = next(change.bridge for change in changes(old, new) if change.bridge)
    assert bridge.lacks == ()
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{chr(34)}{n}{chr(34)} {type_}' for n, type_ in new)})")
        described = connection.execute(f"DESCRIBE {bridge.sql}").fetchall()
    assert [(row[0], row[1]) for row in described] == old


def test_a_bridge_says_what_it_cannot_make() -> None:
    old = [ID, ("dep_time", "TIMESTAMP"), ("seats", "INTEGER[]")]
    bridge = next(change.bridge for change in changes(old, [ID, ("departure_time", "TIMESTAMP")]) if change.bridge)
    assert bridge.lacks == ("seats",)


def test_what_a_renamed_column_promises_is_compared_with_what_it_promised() -> None:
    old = Contract(
        "c", "1.0.0", (Table("t", (Column("id", "BIGINT"), Column("dep_time", "DATE", required=True))),), "c"
    )
    new = Contract("c", "1.0.0", (Table("t", (Column("id", "BIGINT"), Column("departure_time", "DATE"))),), "c")
    assert [change.kind for change in contract_changes(old, new, Known())] == ["column renamed", "made optional"]

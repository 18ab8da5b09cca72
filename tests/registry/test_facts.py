"""What the registry knows, as relations that anybody may query."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from weft.errors import Unknown
from weft.names import RESERVED
from weft.product.snapshot import ColumnEdge
from weft.registry.facts import RELATIONS
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import DOMAIN, Publisher, product

FLIGHTS = product()
PLANES = product("operations.planes")
LINE = FLIGHTS.line("flights", "1")


@pytest.fixture
def published(registry: Registry, publisher: Publisher) -> Registry:
    edge = ColumnEdge(LINE, "id", PLANES.line("planes", "1"), "id")
    registry.publish(replace(publisher.publication(FLIGHTS), lineage=(edge,)), DOMAIN)
    publisher.publish(PLANES)
    return registry


@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_is_as_it_is_described(published: Registry, name: str) -> None:
    relation, table = RELATIONS[name], published.journal.facts(name)
    described = duckdb.sql("SELECT * FROM described", connection=connected(table)).description
    assert [column[0] for column in described] == [column.name for column in relation.columns]
    types = duckdb.sql("DESCRIBE described", connection=connected(table)).fetchall()
    assert [row[1] for row in types] == [column.type for column in relation.columns]
    keys = list(zip(*(table[key].to_pylist() for key in relation.key), strict=True))
    assert len(keys) == len(set(keys))


def connected(table: object) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("described", table)
    return connection


@pytest.mark.parametrize("name", RELATIONS)
def test_every_column_has_a_name_that_needs_no_quotes_and_a_description(name: str) -> None:
    for column in RELATIONS[name].columns:
        assert column.name not in RESERVED
        assert column.description


@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_of_a_registry_that_is_not_there_is_empty(sqlite: Registry, settings: Settings, name: str) -> None:
    table = sqlite.journal.facts(name)
    assert (table.num_rows, table.column_names) == (0, [column.name for column in RELATIONS[name].columns])
    assert not settings.private.exists()


def test_a_relation_that_is_not_there_offers_the_closest(sqlite: Registry) -> None:
    with pytest.raises(Unknown, match="Did you mean 'products'"):
        sqlite.journal.facts("product")


def row(registry: Registry, relation: str, **where: object) -> dict[str, object]:
    rows = registry.journal.facts(relation).to_pylist()
    (found,) = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return dict(found)


def test_a_domain_counts_its_products(published: Registry) -> None:
    assert row(published, "domains", domain="operations")["products"] == 2
    assert row(published, "terms")["meaning"] == "minutes behind the timetable"


def test_a_product_says_when_it_last_published(published: Registry) -> None:
    planes = row(published, "products", product="operations.planes")
    assert (planes["revision"], planes["tags"], planes["team"]) == (2, ["core"], "ops")


def test_an_input_port_names_the_product_that_answers_it(published: Registry) -> None:
    found = row(published, "ports", product="operations.flights", direction="input")
    assert (found["producer"], found["line"], found["is_source"]) == ("operations.planes", "1", False)


def test_a_table_says_what_is_published_of_it(published: Registry) -> None:
    table = row(published, "tables", line_name=LINE)
    assert (table["rows"], table["bytes"], table["columns"], table["key_columns"]) == (3, 100, 2, ["id"])
    assert table["is_newest"]


def test_a_column_says_what_is_promised_of_it(published: Registry) -> None:
    column = row(published, "columns", line_name=LINE, column_name="name")
    assert (column["position"], column["type"], column["classification"], column["tags"]) == (
        2,
        "VARCHAR",
        "public",
        ["a", "b"],
    )
    assert row(published, "columns", line_name=LINE, column_name="id")["key_position"] == 1


def test_lineage_names_both_columns(published: Registry) -> None:
    edge = row(published, "column_lineage")
    assert (edge["line_name"], edge["column_name"], edge["source_product"], edge["source_column"]) == (
        LINE,
        "id",
        "operations.planes",
        "id",
    )


def test_people_are_told_of_domains_and_products(published: Registry) -> None:
    members = published.journal.facts("team_members").to_pylist()
    assert {(m["product"], m["username"]) for m in members} == {
        (None, "ann"),
        ("operations.flights", "ann"),
        ("operations.flights", "bob"),
        ("operations.planes", "ann"),
        ("operations.planes", "bob"),
    }


def test_publishes_say_which_lines_have_a_new_snapshot(published: Registry, publisher: Publisher) -> None:
    standing = published.recorded("prod").pointers[LINE]
    again = replace(publisher.publication(FLIGHTS), new_snapshots=())
    again = replace(again, pointers=(replace(again.pointers[0], snapshot=standing.snapshot),))
    published.publish(again, DOMAIN)
    assert published.journal.facts("publishes")["changed_lines"].to_pylist() == [
        [LINE],
        [PLANES.line("planes", "1")],
        [],
    ]


def test_facts_are_kept_until_the_registry_changes(
    published: Registry, publisher: Publisher, any_settings: Settings
) -> None:
    (kept,) = files(any_settings, "pointers", published)
    assert files(any_settings, "pointers", published) == [kept]
    publisher.publish(FLIGHTS)
    (newer,) = files(any_settings, "pointers", published)
    assert newer != kept
    assert row(published, "pointers", line_name=LINE)["revision"] == 3


def files(settings: Settings, relation: str, registry: Registry) -> list[Path]:
    registry.journal.facts(relation)
    return sorted((settings.private / "facts").iterdir())


def test_facts_that_are_deleted_or_broken_are_made_again(published: Registry, any_settings: Settings) -> None:
    (kept,) = files(any_settings, "pointers", published)
    kept.write_bytes(b"no arrow")
    assert published.journal.facts("pointers").num_rows == 2
    kept.unlink()
    assert published.journal.facts("pointers").num_rows == 2


def test_facts_are_of_one_environment(published: Registry) -> None:
    assert published.journal.facts("products", "branch").num_rows == 0

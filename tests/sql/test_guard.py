"""What may pass the guard, and what may not; and that SQLGlot and DuckDB read the same in what passes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.errors import Place, Refused
from weft.sql import guard, reading
from weft.sql.functions import ALLOWED, ALLOWED_NAMES, AS_OF_NAMES, COLLATIONS, REFUSED, REFUSED_FOR, TABLE_FUNCTIONS
from weft.sql.pinning import _STEMS

HERE = Path(__file__).parent
REFUSED_TEXTS = [
    (kind, group["says"], text)
    for kind, group in yaml.safe_load((HERE / "refused.yaml").read_text(encoding="utf-8")).items()
    for text in group["sql"]
]
ALLOWED_TEXTS = [
    (case["sql"], case["reads"]) for case in yaml.safe_load((HERE / "allowed.yaml").read_text(encoding="utf-8"))
]


TABLES = ("departures", "airlines", "planes", "weather.hourly", "orders")


@pytest.mark.parametrize(("kind", "says", "text"), REFUSED_TEXTS, ids=lambda value: repr(value)[:60])
def test_an_attack_is_refused_and_says_why(kind: str, says: str, text: str) -> None:
    with pytest.raises(Refused) as caught:
        guard(text)
    assert says in caught.value.message
    assert caught.value.place is not None


@pytest.mark.parametrize(("text", "reads"), ALLOWED_TEXTS, ids=lambda value: repr(value)[:60])
def test_a_transform_passes_and_its_reads_are_known(text: str, reads: list[str]) -> None:
    assert reading(text).names == tuple(reads)


@pytest.mark.parametrize("text", [text for text, _ in ALLOWED_TEXTS], ids=lambda text: repr(text)[:60])
def test_what_passes_runs_on_duckdb_as_one_select(text: str, world: duckdb.DuckDBPyConnection) -> None:
    statements = duckdb.extract_statements(text)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    world.execute(text)


@pytest.mark.parametrize(("text", "reads"), ALLOWED_TEXTS, ids=lambda value: repr(value)[:60])
def test_duckdb_needs_the_tables_that_it_reads_and_no_other(
    text: str, reads: list[str], world: duckdb.DuckDBPyConnection
) -> None:
    with _without(world, set(TABLES) - set(reads)):
        world.execute(text)
    for name in reads:
        with _without(world, {name}), pytest.raises(duckdb.Error, match=r"does not exist|Circular reference"):
            world.execute(text)


def asked(sql: str) -> list[tuple[Any, ...]]:
    """On a connection of its own: the process's default one may be in use."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


@contextmanager
def _without(world: duckdb.DuckDBPyConnection, names: set[str]) -> Iterator[None]:
    world.begin()
    try:
        for name in names:
            world.execute(f"DROP TABLE {name}")
        yield
    finally:
        world.rollback()


def test_there_are_enough_of_both() -> None:
    assert len(REFUSED_TEXTS) >= 120
    assert len(ALLOWED_TEXTS) >= 80


def _installed() -> set[str]:
    rows = asked("SELECT DISTINCT function_name FROM duckdb_functions()")
    return {str(name).lower().replace(" ", "_") for (name,) in rows}


def test_every_function_of_the_installed_duckdb_is_classified() -> None:
    known = ALLOWED_NAMES | REFUSED_FOR.keys() | TABLE_FUNCTIONS
    assert sorted(name for name in _installed() if name not in known and not name.startswith(COLLATIONS)) == []


def test_no_function_is_classified_twice_or_is_none() -> None:
    grammar = {
        *("coalesce", "current_time", "current_timestamp", "grouping", "grouping_id"),
        *("ifnull", "localtime", "localtimestamp", "try"),
    }
    words = " ".join([*ALLOWED.values(), *REFUSED.values()]).split()
    assert sorted(words) == sorted(set(words))
    assert set(words) - _installed() == grammar


def test_no_function_that_duckdb_calls_volatile_is_allowed() -> None:
    rows = asked("SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability = 'VOLATILE'")
    assert {name for (name,) in rows} & ALLOWED_NAMES == {"error"}


def test_what_duckdb_holds_constant_only_within_a_query_is_the_runs_time_or_refused() -> None:
    rows = asked(
        "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability = 'CONSISTENT_WITHIN_QUERY'"
    )
    assert {name for (name,) in rows} - REFUSED_FOR.keys() <= AS_OF_NAMES


def test_no_table_function_but_the_listed_may_stand_as_a_table() -> None:
    rows = asked("SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE function_type LIKE 'table%'")
    for (name,) in rows:
        if name not in TABLE_FUNCTIONS:
            with pytest.raises(Refused):
                guard(f"SELECT * FROM {name}('x')")


def _as_duckdb_reads(text: str, connection: duckdb.DuckDBPyConnection) -> tuple[set[str], set[str]]:
    """The functions and the tables of a text's tree, as DuckDB's own parser has it; CTEs among the tables."""
    row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone()
    assert row is not None
    functions, tables, stack = set(), set(), [json.loads(row[0])]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("class") == "FUNCTION":
                functions.add(node["function_name"].lower().replace(" ", "_"))
            if node.get("type") == "BASE_TABLE":
                tables.add(
                    ".".join(filter(None, (node["catalog_name"], node["schema_name"], node["table_name"]))).lower()
                )
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    return functions, tables


PIECES = [
    *(
        "'",
        "''",
        '"',
        "$$",
        "$a$",
        "E'",
        "\\",
        "--",
        "/*",
        "*/",
        "\n",
        " ",
        "(",
        ")",
        ",",
        ".",
        ";",
        "::",
        ":",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        "$",
        "@",
        "#",
        "?",
        "`",
        "x'",
        "U&'",
        "é",
        "t",
        "1",
        "SELECT ",
        " FROM ",
        "AS ",
        "WITH x AS (",
        "UNION ",
        "show tables",
    ),
    *("read_text('x')", " read_csv ", "'f.csv'", "random()", "WHERE "),
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_passes_is_read_by_duckdb_as_it_was_by_the_guard(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([text for text, _ in ALLOWED_TEXTS]))
    at = data.draw(st.integers(0, len(text)))
    put = "".join(data.draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)))
    text = text[:at] + put + text[at + data.draw(st.sampled_from([0, 0, 1, 3])) :]
    try:
        names = reading(text).names
        statements = duckdb.extract_statements(text)
    except (Refused, duckdb.Error):
        return
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    functions, tables = _as_duckdb_reads(text, duckdb.default_connection())
    assert not {name for name in functions if name in REFUSED_FOR}
    assert tables >= {name.lower() for name in names}


def test_a_refusal_says_where() -> None:
    with pytest.raises(Refused) as caught:
        guard("SELECT 1\nFROM t\nWHERE random() < 1", where="a.sql")
    assert caught.value.place == Place("a.sql", 3)
    assert str(caught.value).startswith("a.sql:3: the function random is not allowed")


def test_an_unknown_function_gets_the_closest_name() -> None:
    with pytest.raises(Refused, match="Did you mean 'regexp_replace'"):
        guard("SELECT regex_replace(a, 'b', 'c') FROM t")


NESTED = {
    "brackets": "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "lists": "SELECT " + "[" * 5000 + "1" + "]" * 5000,
    "structs": "SELECT " + "{'a': " * 5000 + "1" + "}" * 5000,
    "cases": "SELECT " + "CASE WHEN 1 THEN " * 5000 + "1" + " END" * 5000,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 5000 + "t" + ")" * 5000,
    "not": "SELECT " + "NOT " * 20000 + "1",
    "minus": "SELECT " + "- " * 20000 + "1",
    "joins": "SELECT 1 FROM t" + " JOIN t" * 5000 + " ON true" * 5000,
    "types": "SELECT 1::" + "STRUCT(a " * 5000 + "INT" + ")" * 5000,
    "lambdas": "SELECT list_transform(l, " + "x -> " * 5000 + "x)",
    "length": "SELECT " + "1, " * 400_000 + "1",
    "tokens": "SELECT 1" + "+1" * 40_000,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_a_text_too_deep_or_too_long_is_refused_and_kills_nothing(text: str) -> None:
    with pytest.raises(Refused, match=r"nested too deeply|is the most"):
        guard(text)


LONG = {
    "sum": "SELECT 1" + "+1" * 10_000,
    "union": "SELECT 1" + " UNION ALL SELECT 1" * 4_000,
    "casts": "SELECT 1" + "::INT" * 10_000,
    "and": "SELECT 1 WHERE 1" + " AND 1" * 10_000,
    "columns": "SELECT " + ", ".join(f"a{n}" for n in range(4_000)) + " FROM t",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_text_passes_even_on_a_small_stack(text: str) -> None:
    caught: list[BaseException] = []

    def read() -> None:
        try:
            reading(text)
        except BaseException as error:
            caught.append(error)

    previous = threading.stack_size(2 * 1024 * 1024)
    try:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(previous)
    assert caught == []


def test_every_name_of_the_time_has_a_stem_that_is_looked_for() -> None:
    assert all(any(stem in name for stem in _STEMS) for name in AS_OF_NAMES)


def test_quotes_around_a_whole_name_are_shown_where_they_belong() -> None:
    with pytest.raises(Refused) as caught:
        guard('FROM "fleet.planes.planes@1"')
    assert caught.value.mend == 'Write fleet.planes."planes@1".'

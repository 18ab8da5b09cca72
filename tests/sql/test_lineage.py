"""Where each column comes from: by pairs of queries and edges, and against the names that DuckDB gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from weft.sql import column_lineage
from weft.sql.lineage.flows import Edge

HERE = Path(__file__).parent
CASES = [(case["sql"], case["columns"]) for case in yaml.safe_load((HERE / "lineage.yaml").read_text(encoding="utf-8"))]
READS = {
    "t": (
        ("a", "INTEGER"),
        ("b", "INTEGER"),
        ("s", "STRUCT(x INTEGER, y INTEGER)"),
        ("l", "INTEGER[]"),
        ("k", "INTEGER"),
    ),
    "u": (("k", "INTEGER"), ("a", "INTEGER"), ("z", "INTEGER")),
    "p": (("g", "INTEGER"), ("a", "VARCHAR"), ("b", "INTEGER"), ("c", "INTEGER")),
    "fleet.planes": (("tailnum", "VARCHAR"), ("seats", "INTEGER")),
}


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA fleet")
        for name, columns in READS.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {type_}' for column, type_ in columns)})")
        yield connection


def _edges(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edge in column_lineage(text, READS):
        mark = "~" if edge.kind == "condition" else ""
        said = found.setdefault(edge.column, [])
        if edge.source:
            said.append(f"{mark}{edge.source}.{edge.source_column}")
    return {column: sorted(edges) for column, edges in found.items()}


@pytest.mark.parametrize(("text", "columns"), CASES, ids=[text for text, _ in CASES])
def test_a_column_comes_from_where_its_values_and_conditions_are(text: str, columns: dict[str, list[str]]) -> None:
    assert _edges(text) == {column: sorted(edges) for column, edges in columns.items()}


@pytest.mark.parametrize(("text", "columns"), CASES, ids=[text for text, _ in CASES])
def test_columns_are_called_as_duckdb_calls_them(
    text: str, columns: dict[str, list[str]], tables: duckdb.DuckDBPyConnection
) -> None:
    tables.execute(f"CREATE OR REPLACE TEMP TABLE result AS {text}")
    theirs = {row[0] for row in tables.execute("DESCRIBE result").fetchall()}
    assert columns.keys() <= theirs


def test_edges_are_sorted_and_said_once() -> None:
    edges = column_lineage("SELECT a + a + b AS s FROM t WHERE a > b AND a > 1", READS)
    assert list(edges) == sorted(set(edges))
    assert len(edges) == 2


def test_a_long_chain_does_not_run_out_of_stack() -> None:
    text = "SELECT a FROM t" + " UNION ALL SELECT z FROM u" * 2000
    assert [(edge.source, edge.source_column) for edge in column_lineage(text, READS)] == [("t", "a"), ("u", "z")]
    wide = "SELECT " + " + ".join(["a"] * 5000) + " AS s FROM t"
    assert len(column_lineage(wide, READS)) == 1


def test_a_column_that_nothing_read_has_comes_from_nothing() -> None:
    assert column_lineage("SELECT a FROM elsewhere", {}) == (Edge("a", "", ""),)

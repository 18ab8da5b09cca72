"""Two queries differ where their meaning does, and only there: by pairs, and against what DuckDB makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
import yaml

from weft.sql.difference import WORDS, Difference, Query, meaning_differences, query_differences
from weft.sql.normal import Unclear, normal
from weft.sql.normal.forms import PARTS

HERE = Path(__file__).parent
PAIRS = [(pair[0], pair[1], (pair[2:] or [{}])[0]) for pair in yaml.safe_load((HERE / "differences.yaml").read_text())]
SAME = [(old, new) for old, new, differ in PAIRS if not differ]
DIFFERENT = [(old, new, differ) for old, new, differ in PAIRS if differ]
LINEAGE = [case["sql"] for case in yaml.safe_load((HERE / "lineage.yaml").read_text(encoding="utf-8"))]
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
        connection.execute("""
            CREATE SCHEMA fleet;
            CREATE TABLE t AS SELECT i % 7 AS a, i % 5 AS b, {x: i, y: -i} AS s, [i, i + 1] AS l, i % 4 AS k FROM range(40) r(i);
            INSERT INTO t VALUES (NULL, 1, NULL, NULL, NULL), (1, NULL, NULL, [], 2);
            CREATE TABLE u AS SELECT i % 3 AS k, i % 6 AS a, i AS z FROM range(9) r(i);
            CREATE TABLE p AS SELECT i AS g, 'v' || i % 2 AS a, i AS b, i AS c FROM range(9) r(i);
            CREATE TABLE fleet.planes AS SELECT 'N' || i AS tailnum, i AS seats FROM range(5) r(i);
        """)
        yield connection


def found(old: str, new: str) -> dict[str, list[str]]:
    differences: dict[str, list[str]] = {}
    for difference in meaning_differences(old, new, READS):
        differences.setdefault(difference.kind, []).extend(difference.columns)
    return differences


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_says_the_same_does_not_differ(old: str, new: str) -> None:
    assert found(old, new) == {}
    assert found(new, old) == {}


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_does_not_differ_returns_the_same(old: str, new: str, tables: duckdb.DuckDBPyConnection) -> None:
    assert rows(old, tables) == rows(new, tables)


@pytest.mark.parametrize(("old", "new", "differ"), DIFFERENT)
def test_another_meaning_is_named_by_column(old: str, new: str, differ: dict[str, Any]) -> None:
    assert found(old, new) == differ
    assert found(new, old).keys() == differ.keys()


@pytest.mark.parametrize("text", [text for text in LINEAGE if "PIVOT" not in text])
def test_a_query_written_anew_does_not_differ(text: str) -> None:
    anew = sqlglot.parse_one(text, dialect="duckdb").sql("duckdb", pretty=True, comments=False)
    assert found(text, anew) == {}


def test_what_changed_is_shown_as_it_was_written() -> None:
    old, new = "SELECT a + b AS s FROM t WHERE a > 1", "SELECT a - b AS s FROM t WHERE a > 2 AND k = 1"
    expression, rows = meaning_differences(old, new, READS)
    assert expression == Difference("expression", ("s",), ("a + b",), ("a - b",))
    assert (rows.before, rows.after) == (("a > 1",), ("a > 2", "k = 1"))
    assert (expression.words, rows.words) == ("its expression changed", "rows are filtered otherwise")


def test_every_part_has_its_words() -> None:
    assert set(WORDS) == {*PARTS, "expression", "window"}


def test_columns_of_inputs_may_have_changed_too() -> None:
    old = Query("SELECT * FROM t", {"t": (("a", "INTEGER"),)})
    assert query_differences(old, Query(old.sql, {"t": (("a", "INTEGER"), ("b", "DATE"))})) == ()


def test_a_step_that_changed_changes_what_reads_it() -> None:
    sql, steps = "SELECT a, b FROM clean", {"raw": "SELECT * FROM t", "clean": "SELECT a + b AS a, b FROM raw"}
    old = Query(sql, READS, steps)
    assert query_differences(old, Query("SELECT a + b AS a, b FROM t", READS)) == ()
    (found,) = query_differences(old, Query(sql, READS, steps | {"raw": "SELECT * FROM t WHERE k > 1"}))
    assert (found.kind, found.columns) == ("filter", ("a", "b"))
    (found,) = query_differences(old, Query(sql, READS, steps | {"clean": "SELECT a - b AS a, b FROM raw"}))
    assert (found.kind, found.columns) == ("expression", ("a",))


def test_queries_of_one_normal_form_return_the_same(tables: duckdb.DuckDBPyConnection) -> None:
    alike: dict[object, list[str]] = {}
    for text in {text for old, new, _ in PAIRS for text in (old, new)} | set(LINEAGE):
        if "ORDER BY b LIMIT" not in text:
            alike.setdefault(form_of(text), []).append(text)
    several = [texts for texts in alike.values() if len(texts) > 1]
    assert len(several) >= len(SAME) // 2
    for texts in several:
        assert len({rows(text, tables) for text in texts}) == 1, texts


def form_of(text: str) -> object:
    """What has no normal form is like nothing but itself."""
    try:
        form = normal(text, READS)
    except Unclear:
        return text
    return (*sorted(form.columns.items()), *sorted(form.parts.items()))


def rows(text: str, tables: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """What a query returns, its columns by name and its rows in one order."""
    names = sorted(column[0] for column in tables.execute(text).description or ())
    chosen = ", ".join(f'"{name}"' for name in names)
    return (chosen, *sorted(map(repr, tables.execute(f"SELECT {chosen} FROM ({text}\n)").fetchall())))


def test_names_that_are_read_again_and_again_do_not_explode() -> None:
    steps = ["c0 AS (SELECT a, k FROM t)"]
    steps += [f"c{n} AS (SELECT x.a + y.a AS a, x.k FROM c{n - 1} x JOIN c{n - 1} y USING (k))" for n in range(1, 20)]
    text = f"WITH {', '.join(steps)} SELECT a FROM c19"
    assert found(text, text.replace("x.a + y.a", "x.a - y.a")) == {"expression": ["a"]}


def test_a_long_chain_does_not_run_out_of_stack() -> None:
    wide = "SELECT " + " || ".join(["a"] * 5000) + " AS s FROM t"
    assert found(wide, wide.replace("SELECT a", "SELECT b")) == {"expression": ["s"]}
    many = "SELECT a FROM t" + " UNION ALL SELECT z FROM u" * 900
    assert found(many, many + " UNION ALL SELECT k FROM u").keys() == {"expression", "join"}

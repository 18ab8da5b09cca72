"""Where a query is said to keep parts apart, each part of its result is computed from the same part of what it reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.sql.parts import Mixed, Rows, rows_kept

CASES = yaml.safe_load((Path(__file__).parent / "parts.yaml").read_text())
COLUMNS = {"sales": ("week", "shop", "amount"), "visits": ("week", "shop", "visitors"), "shops": ("shop", "town")}
READS = {
    name: Rows.free(columns) if name == "shops" else Rows.keyed(columns, "week") for name, columns in COLUMNS.items()
}
FILES = {**READS, "sales": Rows.of_files(COLUMNS["sales"]), "visits": Rows.free(COLUMNS["visits"])}
rows = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 4)), max_size=12)
FOLLOWED = [case["sql"] for case in CASES if case.get("keeps")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"].split("\n")[0][:60])
def test_what_keeps_parts_apart_is_told_from_what_mixes_them(case: dict[str, object]) -> None:
    found = rows_kept(str(case["sql"]), READS)
    if "mixes" in case:
        assert isinstance(found, Mixed)
        assert (found.why, found.line) == (case["mixes"], case.get("line", 1))
    else:
        assert isinstance(found, Rows)
        assert sorted(found.columns[at] for at in found.keys) == sorted(case["keeps"])  # type: ignore[call-overload]


@given(sales=rows, visits=rows)
@settings(max_examples=40, deadline=None)
def test_parts_computed_one_by_one_are_the_whole(sales: list[tuple[int, ...]], visits: list[tuple[int, ...]]) -> None:
    with duckdb.connect() as connection:
        for name, given_rows in (("all_sales", sales), ("all_visits", visits)):
            last = COLUMNS[name.removeprefix("all_")][2]
            connection.execute(f"CREATE TABLE {name} (week INTEGER, shop INTEGER, {last} INTEGER)")
            for row in given_rows:
                connection.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", row)
        connection.execute("CREATE TABLE shops AS SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS s(shop, town)")
        for sql in FOLLOWED:
            found = rows_kept(sql, READS)
            assert isinstance(found, Rows)
            key = found.columns[min(found.keys)]
            whole = _answer(connection, f"SELECT * FROM ({sql})", (1, 2, 3))
            parts = [
                row
                for week in (1, 2, 3)
                for row in _answer(connection, f"SELECT * FROM ({sql}) WHERE {key} = {week}", (week,))
            ]
            assert sorted(parts, key=str) == whole, sql


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, weeks: tuple[int, ...]) -> list[tuple[object, ...]]:
    chosen = ", ".join(map(str, weeks))
    for name in ("sales", "visits"):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM all_{name} WHERE week IN ({chosen})")
    return sorted(connection.execute(sql).fetchall(), key=str)


@pytest.mark.parametrize("sql", [
    "SELECT shop, amount * 2 AS twice FROM sales WHERE amount > 0",
    "WITH clean AS (SELECT shop, amount FROM sales) SELECT clean.*, town FROM clean LEFT JOIN shops USING (shop)",
    "SELECT * FROM sales UNION ALL SELECT * FROM sales",
])  # fmt: skip
def test_rows_that_are_each_their_own_keep_files_apart(sql: str) -> None:
    found = rows_kept(sql, FILES)
    assert isinstance(found, Rows)
    assert found.carries and found.keys == {-1}


@pytest.mark.parametrize("sql", [
    "SELECT DISTINCT * FROM sales",
    "SELECT shop, sum(amount) AS total FROM sales GROUP BY ALL",
    "SELECT * FROM sales UNION SELECT * FROM sales",
    "SELECT *, row_number() OVER (PARTITION BY week) AS n FROM sales",
    "SELECT a.shop FROM sales a JOIN sales b USING (shop)",
])  # fmt: skip
def test_what_compares_rows_mixes_files(sql: str) -> None:
    assert isinstance(rows_kept(sql, FILES), Mixed)


@pytest.mark.parametrize("sql", [
    "SELECT * FROM sales UNION ALL SELECT * FROM visits",
    "SELECT 0 AS week, 0 AS shop, 0 AS amount UNION ALL FROM sales",
    "SELECT shop FROM (SELECT shop FROM sales UNION ALL VALUES (9))",
])  # fmt: skip
def test_what_comes_in_no_file_would_come_again_with_each(sql: str) -> None:
    found = rows_kept(sql, FILES)
    assert isinstance(found, Mixed)
    assert found.why == "one side comes in no file, and would come again with each"


@pytest.mark.parametrize("sql", [
    "SELECT shop, (SELECT sum(amount) FROM sales s WHERE s.shop = d.shop) AS total FROM shops d",
    "SELECT * FROM shops WHERE shop IN (SELECT shop FROM sales)",
    "SELECT * FROM shops WHERE EXISTS (SELECT 1 FROM sales)",
    "SELECT shop FROM shops GROUP BY shop HAVING count(*) > (SELECT count(*) FROM sales)",
    "SELECT shop FROM shops ORDER BY shop LIMIT (SELECT count(*) FROM sales)",
    "SELECT d.shop FROM shops d JOIN shops e ON d.shop = (SELECT max(shop) FROM sales)",
    "SELECT v.x FROM (VALUES ((SELECT sum(amount) FROM sales))) AS v(x)",
    "SELECT x FROM unnest((SELECT list(amount) FROM sales)) AS u(x)",
    "SELECT n FROM visits JOIN (SELECT shop, (SELECT sum(amount) FROM sales) AS n FROM shops) USING (shop)",
    "SELECT shop FROM shops UNION ALL SELECT (SELECT max(shop) FROM sales)",
    "WITH all_of AS (SELECT * FROM sales) SELECT * FROM shops WHERE shop IN (SELECT shop FROM all_of)",
])  # fmt: skip
@pytest.mark.parametrize("reads", [READS, FILES])
def test_what_is_read_beside_the_from_is_read_of_all_parts(sql: str, reads: dict[str, Rows]) -> None:
    found = rows_kept(sql, reads)
    assert isinstance(found, Mixed)
    assert found.why == "a subquery reads all parts"


def test_a_query_that_reads_itself_and_parts_over_another_mixes_them() -> None:
    sql = (
        "WITH RECURSIVE s AS (SELECT * FROM sales), r AS (SELECT week FROM s UNION ALL SELECT week + 1 FROM r WHERE week < 3) "
        "SELECT * FROM r"
    )
    found = rows_kept(sql, READS)
    assert isinstance(found, Mixed)
    assert found.why == "`r` reads itself"


@pytest.mark.parametrize(
    ("sql", "holds"),
    [("SELECT week, week + 1 AS week FROM sales", True), ("SELECT week + 1 AS week, week FROM sales", False)],
)
def test_of_two_columns_of_one_name_the_first_is_called_so(sql: str, holds: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE sales AS SELECT 1 AS week")
        connection.execute(f"CREATE TABLE made AS SELECT * FROM ({sql}) AS made")
        assert connection.sql("SELECT week = 1 FROM made").fetchall() == [(holds,)]
    found = rows_kept(sql, READS)
    assert isinstance(found, Rows)
    assert (found.holds("week"), found.holds("weeks")) == (holds, False)

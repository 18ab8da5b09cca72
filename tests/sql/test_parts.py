"""Where a query is said to keep parts apart, each part of its result is computed from the same part of what it reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.sql.parts import Kept, Mixed, parts_kept

CASES = yaml.safe_load((Path(__file__).parent / "parts.yaml").read_text())
READS = {
    "sales": (("week", "INTEGER"), ("shop", "INTEGER"), ("amount", "INTEGER")),
    "visits": (("week", "INTEGER"), ("shop", "INTEGER"), ("visitors", "INTEGER")),
    "shops": (("shop", "INTEGER"), ("town", "VARCHAR")),
}
CARRIERS = {"sales": "week", "visits": "week"}
rows = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 4)), max_size=12)
FOLLOWED = [case["sql"] for case in CASES if case.get("keeps")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"].split("\n")[0][:60])
def test_what_keeps_parts_apart_is_told_from_what_mixes_them(case: dict[str, object]) -> None:
    found = parts_kept(str(case["sql"]), READS, CARRIERS)
    if "mixes" in case:
        assert isinstance(found, Mixed)
        assert (found.why, found.line) == (case["mixes"], case.get("line", 1))
    else:
        assert found == Kept(frozenset(case["keeps"]))  # type: ignore[arg-type]


@given(sales=rows, visits=rows)
@settings(max_examples=40, deadline=None)
def test_parts_computed_one_by_one_are_the_whole(sales: list[tuple[int, ...]], visits: list[tuple[int, ...]]) -> None:
    with duckdb.connect() as connection:
        for name, given_rows in (("all_sales", sales), ("all_visits", visits)):
            last = READS[name.removeprefix("all_")][2][0]
            connection.execute(f"CREATE TABLE {name} (week INTEGER, shop INTEGER, {last} INTEGER)")
            for row in given_rows:
                connection.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", row)
        connection.execute("CREATE TABLE shops AS SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS s(shop, town)")
        for sql in FOLLOWED:
            found = parts_kept(sql, READS, CARRIERS)
            assert isinstance(found, Kept)
            key = min(found.columns)
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

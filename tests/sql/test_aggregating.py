"""What is one number of all rows may share a scan; whatever is more than that is asked by itself."""

from __future__ import annotations

import pytest

from weft.sql import aggregate_of


@pytest.mark.parametrize(
    ("query", "number", "columns"),
    [
        ("SELECT COUNT(*) FROM t WHERE a < 0 OR b > 9", "coalesce(count_if(a < 0 OR b > 9), 0)", {"a", "b"}),
        ("select avg(Delay) from t;", "avg(Delay)", {"delay"}),
        ("SELECT 100.0 * COUNT(x) / COUNT(*) FROM t", "100.0 * COUNT(x) / COUNT(*)", {"x"}),
        ("SELECT AVG(EXTRACT(HOUR FROM at)) FROM t", "AVG(EXTRACT(HOUR FROM at))", {"at"}),
        ("SELECT COUNT(DISTINCT x) * 1.0 / NULLIF(COUNT(x), 0) FROM t", "COUNT(DISTINCT x) * 1.0 / NULLIF(COUNT(x), 0)", {"x"}),
    ],
)  # fmt: skip
def test_one_number_of_all_rows_is_an_expression(query: str, number: str, columns: set[str]) -> None:
    found = aggregate_of(query)
    assert found is not None
    assert (found.number, set(found.columns)) == (number, columns)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM t AS x WHERE x.a > 1",
        "SELECT count(*) FROM t GROUP BY a",
        "SELECT count(*) FROM t HAVING count(*) > 1",
        "SELECT count(*) FROM t LIMIT 0",
        "SELECT DISTINCT count(*) FROM t",
        "SELECT sum(a) FROM t WHERE b > 1",
        "SELECT count(*) FROM t, u",
        "SELECT count(*) FROM t JOIN u USING (a)",
        "SELECT count(*) FROM t WHERE a IN (SELECT a FROM u)",
        "WITH u AS (FROM t) SELECT count(*) FROM u",
        "SELECT count(*) FROM (SELECT a FROM t)",
        "SELECT count(*) FROM s.t WHERE t.a > 1",
        "SELECT count(*) FROM range(3)",
        "SELECT max(n) FROM t -- every one",
        "SELECT a FROM t",
        "SELECT a + count(*) FROM t",
        "SELECT sum(count(*)) OVER () FROM t",
        "SELECT count(COLUMNS(*)) FROM t",
        "SELECT 1",
        "SELECT count(*), sum(a) FROM t",
        "SELECT count(*) FROM t UNION ALL SELECT 1",
        "FROM t SELECT count(*)",
    ],
)
def test_whatever_is_more_is_none(query: str) -> None:
    assert aggregate_of(query) is None

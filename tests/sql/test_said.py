"""How a query says its columns, through its own WITH and subqueries."""

from __future__ import annotations

import pytest

from weft.sql import expressions


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT a + 1 AS b, c FROM t", {"b": "a + 1", "c": "c"}),
        ("WITH x AS (SELECT a + 1 AS b FROM t) SELECT b AS d FROM x", {"d": "a + 1"}),
        ("WITH x AS (SELECT a + 1 AS b FROM t) SELECT * FROM x", {"b": "a + 1"}),
        ("SELECT s.b FROM (SELECT a * 2 AS b FROM t) AS s", {"b": "a * 2"}),
        ("SELECT a AS b FROM t UNION ALL SELECT c FROM u", {"b": "a"}),
        ("SELECT * FROM t", {}),
    ],
)
def test_a_column_is_told_by_its_expression(sql: str, said: dict[str, str]) -> None:
    assert expressions(sql) == said

"""What a query reads: every column that it says, and those that a star of its result stands for."""

from __future__ import annotations

import pytest

from weft.sql import columns_read

READS = {
    "t": (("a", "INTEGER"), ("b", "INTEGER"), ("K", "INTEGER")),
    "d.p.u@1": (("k", "INTEGER"), ("z", "STRUCT(x INTEGER)")),
}
CASES = [
    ("SELECT * FROM t", "t.a t.b t.K"),
    ("SELECT * EXCLUDE (b) FROM t", "t.a t.K"),
    ("SELECT t FROM t", "t.a t.b t.K"),
    ("SELECT upper(k) FROM t", "t.K"),
    ("SELECT 1 FROM t", ""),
    ("SELECT count(*) FROM t WHERE b > 0", "t.b"),
    ("SELECT a FROM t ORDER BY k", "t.a t.K"),
    ("SELECT a FROM t GROUP BY a HAVING max(b) > 1", "t.a t.b"),
    ("SELECT a, row_number() OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY k)", "t.a t.b t.K"),
    ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY b) = 1", "t.a t.b"),
    ("WITH c AS (SELECT * FROM t) SELECT a FROM c", "t.a"),
    ("WITH c AS (SELECT a, b FROM t) SELECT a FROM c", "t.a t.b"),
    ("WITH c AS (SELECT b FROM t) SELECT 1", "t.b"),
    ('SELECT t.a FROM t JOIN d.p."u@1" u USING (k)', "t.a t.K d.p.u@1.k"),
    ('SELECT a FROM t WHERE EXISTS (FROM d.p."u@1" u WHERE u.k = t.b)', "t.a t.b d.p.u@1.k d.p.u@1.z"),
    ('SELECT u.z.x FROM d.p."u@1" u', "d.p.u@1.z"),
    ('SELECT a FROM t UNION ALL SELECT k FROM d.p."u@1"', "t.a d.p.u@1.k"),
    ("SELECT x.a FROM (SELECT * FROM t) AS x", "t.a"),
    ("SELECT COLUMNS('^[ab]$') FROM t", "t.a t.b"),
]


@pytest.mark.parametrize(("text", "said"), CASES, ids=[text for text, _ in CASES])
def test_the_columns_that_a_query_reads(text: str, said: str) -> None:
    found = columns_read(text, READS)
    assert [f"{name}.{column}" for name, columns in found.items() for column in columns] == said.split()

"""What counts to the meaning of a text, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import TokenType

from weft.sql import reading

ALLOWED = [case["sql"] for case in yaml.safe_load((Path(__file__).parent / "allowed.yaml").read_text(encoding="utf-8"))]
GAPS = st.sampled_from([" ", "\n", "\t", "  ", " -- a comment\n", " /* another */ ", "\r\n", "/* nested /* one */ */"])

SAME = [
    ("SELECT a FROM t", "select a from t"),
    ("SELECT a FROM t", "SELECT (a) FROM t;"),
    ("SELECT a FROM t", "-- what\nSELECT\n  a\nFROM t"),
    ("SELECT a + b FROM t WHERE a = 1 AND b = 2", "SELECT (a + b) FROM t WHERE (a = 1) AND ((b = 2))"),
    ("SELECT COUNT(*) FROM t", "SELECT count(*) FROM t"),
    ("SELECT sum(a) OVER (ORDER BY b) FROM t", "select SUM(a) over (order by (b)) from t"),
    ("SELECT CASE WHEN a THEN 1 END FROM t", "select case when (a) then (1) end from t"),
]
DIFFERENT = [
    ("SELECT a, b FROM t", "SELECT b, a FROM t"),
    ("SELECT 1", "SELECT 2"),
    ("SELECT 'a'", "SELECT 'A'"),
    ("SELECT 'a'", 'SELECT "a"'),
    ("SELECT a FROM t", "SELECT a FROM u"),
    ("SELECT a FROM t", 'SELECT a FROM "T"'),
    ("SELECT (a + b) * c FROM t", "SELECT a + b * c FROM t"),
    ("SELECT a FROM t WHERE NOT (a AND b)", "SELECT a FROM t WHERE NOT a AND b"),
    ("SELECT a IN (l) FROM t", "SELECT a IN l FROM t"),
    ("SELECT 1 IN ((1, 2))", "SELECT 1 IN (1, 2)"),
    ("SELECT a = ANY((SELECT l FROM t)) FROM t", "SELECT a = ANY(SELECT l FROM t) FROM t"),
    ("SELECT {Foo: 1} AS s", "SELECT {foo: 1} AS s"),
    ("SELECT struct_pack(Foo := 1) AS s", "SELECT struct_pack(foo := 1) AS s"),
    ("UNPIVOT t ON A, b INTO NAME n VALUE v", "UNPIVOT t ON a, b INTO NAME n VALUE v"),
    ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"),
    ("SELECT a FROM t UNION SELECT b FROM u", "SELECT a FROM t UNION ALL SELECT b FROM u"),
    ("SELECT count(DISTINCT a) FROM t", "SELECT count(a) FROM t"),
    ("SELECT (SELECT a FROM t LIMIT 1) UNION SELECT 1", "(SELECT (SELECT a FROM t) UNION SELECT 1) LIMIT 1"),
    ("SELECT E'a\\n'", "SELECT 'a\\n'"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_looks_do_not_count(one: str, other: str) -> None:
    assert reading(one).meaning == reading(other).meaning


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_it_says_counts(one: str, other: str) -> None:
    assert reading(one).meaning != reading(other).meaning


def test_no_two_transforms_share_a_meaning() -> None:
    meanings = {reading(text).meaning for text in ALLOWED if text not in ("SELECT 1 ; ;",)}
    assert len(meanings) == len(ALLOWED) - 1


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(ALLOWED), st.data())
def test_any_layout_and_any_comment_keeps_the_meaning(text: str, data: st.DataObject) -> None:
    tokens = DuckDB().tokenize(text)
    laid_out = data.draw(GAPS)
    for before, token in zip([None, *tokens], tokens, strict=False):
        word = text[token.start : token.end + 1]
        if token.token_type == TokenType.SELECT:
            word = data.draw(st.sampled_from(["SELECT", "select", "Select"]))
        apart = before is not None and before.end + 1 < token.start
        laid_out += (data.draw(GAPS) if apart else "") + word
    assert reading(laid_out) == reading(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("SELECT now()", True),
        ("SELECT NOW ( )", True),
        ("SELECT current_date FROM t", True),
        ("SELECT Current_Timestamp", True),
        ("SELECT a FROM t WHERE b < today()", True),
        ("SELECT localtime", True),
        ("SELECT 'now()' -- now()", False),
        ("SELECT t.current_date FROM t", False),
        ("SELECT 1 AS now", False),
        ("SELECT today FROM t", False),
    ],
)
def test_it_is_known_whether_a_text_asks_for_the_time(text: str, asks: bool) -> None:
    assert reading(text).as_of is asks


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("FROM Departures", ("departures",)),
        ('FROM "Departures"', ("Departures",)),
        ("FROM a.B.c", ("a.b.c",)),
        ('FROM a.b."c@1"', ("a.b.c@1",)),
        ('FROM a.b."c@1.3.0-beta.1"', ("a.b.c@1.3.0-beta.1",)),
        ("FROM b JOIN a ON true JOIN b x ON true", ("b", "a")),
        ("WITH t AS (FROM t) FROM t", ("t",)),
        ("WITH t AS (SELECT 1) FROM main.t", ("main.t",)),
        ('WITH T AS (SELECT 1) FROM "t"', ()),
        ("WITH RECURSIVE t AS (FROM t) FROM t", ("t",)),
        ("WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) FROM t", ()),
        ("WITH a AS (FROM b), b AS (SELECT 1) FROM a, b", ("b",)),
        ("SELECT (WITH t AS (SELECT 1 AS a) SELECT a FROM t) FROM t", ("t",)),
        ("FROM a, LATERAL (FROM b WHERE b.x = a.x) q, unnest(a.l)", ("a", "b")),
        ("SELECT a FROM t WHERE a IN (SELECT b FROM u WHERE EXISTS (FROM v))", ("t", "u", "v")),
        ("SELECT t FROM t", ("t",)),
        ("SELECT range FROM range(3)", ()),
    ],
)
def test_what_a_text_reads_is_known_by_name(text: str, names: tuple[str, ...]) -> None:
    assert reading(text).names == names

"""Binding a query against empty tables: what it returns, and how it is told what is wrong."""

from __future__ import annotations

import pytest

from weft.engine.seam import Engine
from weft.errors import EngineFault

READS = {
    "planes": (("tailnum", "VARCHAR"), ("seats", "BIGINT")),
    "weather.hourly": (("origin", "VARCHAR"), ("temp", "DOUBLE")),
}

BINDS = (
    ("SELECT tailnum, seats * 2 AS double_seats FROM planes", (("tailnum", "VARCHAR"), ("double_seats", "BIGINT"))),
    ("SELECT avg(temp) AS temp FROM weather.hourly -- in Fahrenheit", (("temp", "DOUBLE"),)),
    ("SELECT seats FROM planes; -- the end\n;", (("seats", "BIGINT"),)),
    ("SELECT ';' AS mark", (("mark", "VARCHAR"),)),
    ("FROM planes SELECT count(*) AS n", (("n", "BIGINT"),)),
    ("WITH p AS (FROM planes) SELECT seats::DECIMAL(10,2) AS s FROM p", (("s", "DECIMAL(10,2)"),)),
)

FAULTS = (
    ("SELECT tail_num FROM planes", "SQL:1: there is no column 'tail_num' in what this reads. Did you mean 'tailnum'?"),
    ("SELECT\n  seat\nFROM planes", "SQL:2: there is no column 'seat' in what this reads. Did you mean 'seats'?"),
    (
        "SELECT\n  any_value(seat) AS seat\nFROM planes",
        "SQL:2: there is no column 'seat' in what this reads. Did you mean 'seats'?",
    ),
    (
        "WITH w AS (FROM weather.hourly) SELECT seats AS seats FROM w",
        "SQL:1: there is no column 'seats' in what this reads. There is: origin, tailnum, temp.",
    ),
    ("SELECT 1 AS a FROM plane", "SQL:1: there is no table 'plane' among what this may read. Did you mean 'planes'?"),
    ("SELECT countt(seats) FROM planes", "SQL:1: there is no function 'countt'. Did you mean 'count'?"),
    ("SELECT 1 AS a, 2 AS A", "SQL: two columns are called 'A'. Name one of them with AS."),
    ("SELECT 1; SELECT 2", "SQL: this is not one SELECT. Write one query, and nothing else."),
    ("CREATE TABLE t (a INTEGER)", "SQL: this is not one SELECT. Write one query, and nothing else."),
    ("", "SQL: this is not one SELECT. Write one query, and nothing else."),
    ("SELECT 1 +", 'SQL:1: syntax error at or near "+".'),
    ("SELECT 1) TO 'x.csv'; SELECT (2", 'SQL:1: syntax error at or near ")".'),
    (
        "SELECT rowid FROM planes",
        "SQL:1: there is no column 'rowid' in what this reads. There is: origin, seats, tailnum, temp.",
    ),
)


@pytest.mark.parametrize(("sql", "expected"), BINDS)
def test_a_query_binds_to_names_and_types(engine: Engine, sql: str, expected: object) -> None:
    assert engine.bind(sql, READS) == expected


@pytest.mark.parametrize(("sql", "expected"), FAULTS)
def test_a_query_that_does_not_bind_is_explained(engine: Engine, sql: str, expected: str) -> None:
    with pytest.raises(EngineFault) as caught:
        engine.bind(sql, READS)
    assert str(caught.value) == expected


def test_a_name_of_one_binding_is_unknown_to_the_next(engine: Engine) -> None:
    engine.bind("FROM planes", READS)
    with pytest.raises(EngineFault, match="no table 'planes'"):
        engine.bind("FROM planes", {})


def test_a_type_that_is_none_is_told(engine: Engine) -> None:
    with pytest.raises(EngineFault, match="there is no type 'MONNEY'"):
        engine.assignable("BIGINT", "MONNEY")


WITHIN = (
    ("WITH planes AS (SELECT seats + 1 AS more FROM planes) FROM planes", (("more", "BIGINT"),)),
    (
        "WITH p AS (FROM planes), planes AS (SELECT 1 AS one) SELECT one, seats FROM p, planes",
        (("one", "INTEGER"), ("seats", "BIGINT")),
    ),
    (
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, planes WHERE n < 3) FROM r",
        (("n", "INTEGER"),),
    ),
    ('SELECT p.seats FROM "PLANES" AS p, weather."hourly"', (("seats", "BIGINT"),)),
    (
        "SELECT seats AS a, seats AS a_1, seats AS b_1 FROM planes",
        (("a", "BIGINT"), ("a_1", "BIGINT"), ("b_1", "BIGINT")),
    ),
    ("SELECT column_name FROM (DESCRIBE planes)", (("column_name", "VARCHAR"),)),
)


@pytest.mark.parametrize(("sql", "expected"), WITHIN)
def test_a_query_with_names_of_its_own_reads_what_it_would_read_of_tables(
    engine: Engine, sql: str, expected: object
) -> None:
    assert engine.bind(sql, READS) == expected


def test_two_columns_of_one_name_are_told_whatever_they_read(engine: Engine) -> None:
    with pytest.raises(EngineFault, match="two columns are called 'seats'"):
        engine.bind("SELECT a.seats, b.seats FROM planes AS a, planes AS b", READS)


def test_a_text_is_bound_anew_when_what_it_reads_has_changed(engine: Engine) -> None:
    for type_ in ("BIGINT", "VARCHAR"):
        assert engine.bind("FROM planes", {"planes": (("seats", type_),)}) == (("seats", type_),)


def test_a_promised_type_that_is_none_is_told_where_it_is_read(engine: Engine) -> None:
    with pytest.raises(EngineFault, match=r"'planes' cannot be read: .*MONNEY"):
        engine.bind("SELECT * FROM planes", {"planes": (("price", "MONNEY"),)})

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

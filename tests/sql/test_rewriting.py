"""Names and times put in place of others; every other byte stays, and the result runs on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest

from weft.errors import Refused
from weft.sql import parameters, pinned, references, renamed, rule_query
from weft.sql.names_read import Reference

AS_OF = datetime(2013, 7, 4, 12, 30, 15, 123456, tzinfo=UTC)
NAMES = {
    "ops.flights.departures": '"v1"',
    "ops.flights.departures@1": '"v2"',
    "fleet.planes.planes": '"v3"',
    "departures": '"v1"',
}

RENAMED = [
    ("SELECT 1", "SELECT 1"),
    ("FROM other", "FROM other"),
    ("FROM ops.flights.departures", 'FROM "v1" AS departures'),
    ("FROM Ops . Flights /* where */ . DEPARTURES -- all\n", 'FROM "v1" AS "DEPARTURES" -- all\n'),
    ('FROM "ops"."flights"."departures" d', 'FROM "v1" d'),
    ("FROM ops.flights.departures AS d WHERE d.id > 1", 'FROM "v1" AS d WHERE d.id > 1'),
    ("FROM d: ops.flights.departures", 'FROM d: "v1"'),
    ('FROM ops.flights."departures@1"', 'FROM "v2" AS "departures@1"'),
    (
        'SELECT "departures@1".id FROM ops.flights."departures@1"',
        'SELECT "departures@1".id FROM "v2" AS "departures@1"',
    ),
    ("TABLE ops.flights.departures", 'TABLE "v1"'),
    (
        "SELECT departures.id, ops.flights.departures.id, flights.departures.* FROM ops.flights.departures",
        'SELECT departures.id, departures.id, departures.* FROM "v1" AS departures',
    ),
    (
        "SELECT 'ops.flights.departures' FROM ops.flights.departures -- ops.flights.departures",
        "SELECT 'ops.flights.departures' FROM \"v1\" AS departures -- ops.flights.departures",
    ),
    (
        "WITH departures AS (FROM departures) FROM departures",
        'WITH departures AS (FROM "v1" AS departures) FROM departures',
    ),
    (
        "FROM ops.flights.departures JOIN fleet.planes.planes USING (id)",
        'FROM "v1" AS departures JOIN "v3" AS planes USING (id)',
    ),
    (
        "PIVOT ops.flights.departures ON id IN (1) USING count(*)",
        'PIVOT "v1" AS departures ON id IN (1) USING count(*)',
    ),
    (
        "FROM ops.flights.departures PIVOT (count(*) FOR id IN (1))",
        'FROM "v1" AS departures PIVOT (count(*) FOR id IN (1))',
    ),
]


@pytest.fixture(scope="module")
def views() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in ("v1", "v2", "v3", "other"):
            connection.execute(f"CREATE TABLE {name} (id INTEGER)")
        yield connection


@pytest.mark.parametrize(("text", "expected"), RENAMED)
def test_references_are_replaced_and_nothing_else(text: str, expected: str, views: duckdb.DuckDBPyConnection) -> None:
    assert renamed(text, NAMES) == expected
    views.execute(expected)


def test_two_tables_of_one_last_name_keep_apart(views: duckdb.DuckDBPyConnection) -> None:
    text = "SELECT a.b.t.id, d.t.id FROM a.b.t JOIN c.d.t ON b.t.id = c.d.t.id"
    expected = 'SELECT "a.b.t".id, "c.d.t".id FROM "v1" AS "a.b.t" JOIN "v2" AS "c.d.t" ON "a.b.t".id = "c.d.t".id'
    assert renamed(text, {"a.b.t": '"v1"', "c.d.t": '"v2"'}) == expected
    views.execute(expected)


def test_references_have_a_line_and_a_column() -> None:
    text = "WITH c AS (FROM a)\nSELECT *\n  FROM c JOIN b.x USING (k)"
    assert references(text) == (Reference(1, 17, "a"), Reference(3, 15, "b.x"))


PINNED = [
    ("SELECT 1", "SELECT 1"),
    ("SELECT 'now()', t.now FROM t -- now()", "SELECT 'now()', t.now FROM t -- now()"),
    ("SELECT a FROM t WHERE b < current_date", "SELECT a FROM t WHERE b < (DATE '2013-07-04')"),
    ("SELECT now() AS n", "SELECT (TIMESTAMPTZ '2013-07-04 12:30:15.123456+00') AS n"),
    ("SELECT current_date", "SELECT (DATE '2013-07-04') AS \"current_date\""),
    ("SELECT a, today( ), b FROM t", "SELECT a, (DATE '2013-07-04') AS \"today()\", b FROM t"),
    ("SELECT today()::TIMESTAMP - INTERVAL 1 DAY", "SELECT (DATE '2013-07-04')::TIMESTAMP - INTERVAL 1 DAY"),
    (
        "SELECT a FROM t GROUP BY a, localtimestamp",
        "SELECT a FROM t GROUP BY a, (TIMESTAMP '2013-07-04 12:30:15.123456')",
    ),
    ("SELECT localtime AS l", "SELECT (TIME '12:30:15.123456') AS l"),
    ("SELECT current_time AS l", "SELECT (TIMETZ '12:30:15.123456+00') AS l"),
    (
        "SELECT coalesce(a, current_timestamp) FROM t",
        "SELECT coalesce(a, (TIMESTAMPTZ '2013-07-04 12:30:15.123456+00')) FROM t",
    ),
]


@pytest.mark.parametrize(("text", "expected"), PINNED)
def test_the_time_is_the_runs(text: str, expected: str) -> None:
    assert pinned(text, AS_OF) == expected


TIMES = [
    *("now()", "current_timestamp", "current_date", "today()", "current_time", "localtime", "localtimestamp"),
    *("transaction_timestamp()", "get_current_timestamp()", "get_current_time()", "current_localtime()"),
    *("current_localtimestamp()", "current_date()"),
]


@pytest.mark.parametrize("call", TIMES)
def test_a_pinned_time_has_the_type_and_the_name_that_it_had(call: str, views: duckdb.DuckDBPyConnection) -> None:
    text = f"SELECT {call} FROM other"
    before, after = views.sql(text), views.sql(pinned(text, AS_OF))
    assert (before.columns, before.types) == (after.columns, after.types)
    assert pinned(text, AS_OF) != text


def test_a_time_of_another_zone_is_said_in_utc() -> None:
    there = AS_OF.astimezone(timezone(timedelta(hours=-10)))
    assert pinned("SELECT now()", there) == pinned("SELECT now()", AS_OF)


def test_a_rule_gets_its_table_and_column() -> None:
    text = "SELECT count(*) FROM {object} WHERE ${column} IS NULL OR {property} < 0 -- ${table}.${property} ${object}"
    assert rule_query(text, "planes", "seats") == (
        'SELECT count(*) FROM "planes" WHERE "seats" IS NULL OR "seats" < 0 -- "planes"."seats" "planes"'
    )


def test_a_rule_of_a_table_has_no_column() -> None:
    with pytest.raises(Refused, match=r"query:2: \{property\} stands in a rule of a whole table"):
        rule_query("SELECT 1\nWHERE {property}", "planes", None)


def test_names_are_quoted_so_that_nothing_gets_out() -> None:
    assert rule_query("FROM {object}", 'a"; DROP TABLE x', None) == 'FROM "a""; DROP TABLE x"'


def test_parameters_stay_where_they_are_and_are_told_by_name() -> None:
    text = "SELECT $a, departures.x FROM a.b.departures WHERE y = $1 LIMIT ?"
    assert parameters(text) == ("", "1", "a")
    assert renamed(text, {"a.b.departures": "t0"}) == (
        "SELECT $a, departures.x FROM t0 AS departures WHERE y = $1 LIMIT ?"
    )


@pytest.mark.parametrize("text", ["FROM $a", "SELECT * FROM read_csv($a)", "FROM a.b.t TABLESAMPLE $a"])
def test_a_parameter_stands_for_no_table_and_no_file(text: str) -> None:
    with pytest.raises(Refused):
        parameters(text)

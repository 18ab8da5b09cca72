"""The acceptance test: the example on all of its data, held against what DuckDB alone says of the CSV files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weft.names import PROD
from weft.session import Session, open_session

Ask = Callable[[str], list[tuple[Any, ...]]]

DELAYS = """
    count(*), count(*) FILTER (dep_time IS NULL), round(100 * avg(CAST(dep_time IS NULL AS INTEGER)), 2),
    round(avg(dep_delay), 2), round(avg(arr_delay), 2),
    round(100.0 * count(*) FILTER (arr_delay > 15) / nullif(count(arr_delay), 0), 2)"""
PUBLISHED = "flights, cancelled, cancelled_percent, mean_departure_delay, mean_arrival_delay, late_percent"
WEATHER = """(
    SELECT f.*, CASE
        WHEN w.origin IS NULL THEN 'unknown' WHEN precip > 0 AND temp <= 32 THEN 'snow' WHEN precip > 0 THEN 'rain'
        WHEN visib < 3 THEN 'low visibility' WHEN wind_speed > 20 AND wind_speed <= 150 THEN 'windy' ELSE 'fair' END AS condition
    FROM flights f LEFT JOIN weather w USING (origin, time_hour))"""
AGES = """(
    SELECT f.*, CASE
        WHEN p.year IS NULL THEN 'unknown' WHEN p.year >= 2008 THEN 'up to 5 years' WHEN p.year >= 1998 THEN '6 to 15 years'
        ELSE 'over 15 years' END AS age
    FROM flights f LEFT JOIN planes p USING (tailnum))"""


def test_the_example_is_right_as_written(session: Session) -> None:
    assert session.check() == ()


@pytest.mark.parametrize(
    ("table", "file"),
    [
        ("flights.departures", "flights"),
        ("observations.hourly", "weather"),
        ("planes.planes", "planes"),
        ("directory.airports", "airports"),
        ("directory.carriers", "airlines"),
    ],
)
def test_no_row_is_lost_and_none_is_added(published: Ask, reported: Ask, table: str, file: str) -> None:
    assert published(f"SELECT count(*) FROM {table}") == reported(f"SELECT count(*) FROM {file}")


@pytest.mark.parametrize(
    ("table", "key", "source", "groups"),
    [
        ("by_carrier", "carrier", "flights", "carrier"),
        ("by_airport", "airport", "flights", "origin"),
        ("by_hour", "hour", "flights", "hour"),
        ("by_weather", "condition", WEATHER, "condition"),
        ("by_plane_age", "age", AGES, "age"),
        ("by_month", "airport, month(month)", "flights", "origin, month"),
        ("routes", "origin, destination", "flights", "origin, dest"),
    ],
)
def test_each_report_says_what_the_files_say(
    published: Ask, reported: Ask, table: str, key: str, source: str, groups: str
) -> None:
    found = published(f"SELECT {key}, {PUBLISHED} FROM punctuality.{table} ORDER BY ALL")
    assert found == reported(f"SELECT {groups}, {DELAYS} FROM {source} GROUP BY ALL ORDER BY ALL")


def test_the_worst_routes_are_those_of_the_files(published: Ask, reported: Ask) -> None:
    found = published(
        "SELECT origin, destination FROM punctuality.routes WHERE rank_from_worst <= 20 ORDER BY rank_from_worst"
    )
    worst = "SELECT origin, dest FROM flights GROUP BY ALL HAVING count(arr_delay) >= 100 ORDER BY avg(arr_delay) DESC LIMIT 20"
    assert found == reported(worst)


SEATS = """
    SELECT origin, dest, f.carrier, count(*), round(100.0 * count(p.seats) / count(*), 1), round(count(*) * avg(p.seats))
    FROM flights f LEFT JOIN planes p USING (tailnum) WHERE dep_time IS NOT NULL GROUP BY ALL ORDER BY ALL"""


def test_the_seats_of_a_route_are_those_of_its_planes(published: Ask, reported: Ask) -> None:
    columns = "origin, destination, carrier, flights, known_percent, seats_offered"
    assert published(f"SELECT {columns} FROM capacity.offered ORDER BY ALL") == reported(SEATS)


def test_the_worst_days_of_the_year_are_bad_days(published: Ask, reported: Ask) -> None:
    worst = "SELECT origin, make_date(year, month, day) FROM flights GROUP BY ALL ORDER BY avg(dep_delay) DESC LIMIT 3"
    assert set(reported(worst)) <= set(published("SELECT airport, day FROM punctuality.bad_days"))


def test_a_flight_leaves_when_its_clock_said_so(published: Ask, reported: Ask) -> None:
    """The published time is schedule and delay; the file's own clock, where midnight is 2400, agrees in New York."""
    clock = "strftime(departure AT TIME ZONE 'America/New_York', '%H%M')"
    key = "carrier, flight_number, origin, flight_date"
    found = published(f"SELECT {key}, {clock} FROM flights.departures WHERE status <> 'cancelled' ORDER BY ALL")
    day = "carrier, flight, origin, make_date(year, month, day)"
    said = "lpad(CAST(dep_time % 2400 AS VARCHAR), 4, '0')"
    told = reported(f"SELECT {day}, {said} FROM flights WHERE dep_time IS NOT NULL ORDER BY ALL")
    assert len(found) == len(told)
    moved = sum(one != other for one, other in zip(found, told, strict=True))
    assert moved == reported(CLOCKS_CHANGED)[0][0]


CLOCKS_CHANGED = """
    SELECT count(*) FROM (
        SELECT make_timestamp(year, month, day, hour, minute, 0) AS planned, planned + to_minutes(dep_delay) AS left_at FROM flights)
    WHERE planned < TIMESTAMP '2013-03-10 02:00:00' AND left_at >= TIMESTAMP '2013-03-10 02:00:00'
       OR planned < TIMESTAMP '2013-11-03 02:00:00' AND left_at >= TIMESTAMP '2013-11-03 02:00:00'"""
"""Flights that were late across a change of the clock: the file adds minutes to the old clock."""


WARNINGS = {
    "airports in the eastern hemisphere": "SELECT count(*) FROM airports WHERE lon > 0 AND faa <> 'SYA'",
    "winds that no anemometer survives": "SELECT count(*) FROM weather WHERE wind_speed > 150",
    "flights to airports that the directory does not know": "SELECT count(*) FROM flights WHERE dest NOT IN (SELECT faa FROM airports)",
    "percent of flights by planes that no registry knows": """
        SELECT round(100.0 * count(*) FILTER (tailnum NOT IN (SELECT tailnum FROM planes)) / count(*), 1)
        FROM flights WHERE dep_time IS NOT NULL""",
}


def test_the_checks_find_what_is_not_as_promised_and_nothing_else(session: Session, reported: Ask) -> None:
    results = session.registry.journal.facts("checks", PROD).to_pylist()
    failed = {
        row["check_name"]: (row["severity"], float(row["measured"])) for row in results if row["outcome"] == "failed"
    }
    expected = {name: ("warning", pytest.approx(float(reported(sql)[0][0]))) for name, sql in WARNINGS.items()}
    assert failed == expected


def test_nothing_is_built_when_nothing_changed(root: Path) -> None:
    with open_session(root) as session:
        assert session.plan().plan.is_empty


def test_every_transform_is_proved_by_its_cases(session: Session) -> None:
    results = session.unit()
    assert len(results) >= 10
    assert [result for result in results if not result.passed] == []

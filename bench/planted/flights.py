"""Real departures of 2013, a week a batch. Days are drawn from two pools that share none: one that is learnt from, one that is tested on.

Within a pool days come in an order of the seed's and get consecutive dates, so that weeks differ as real days do and seasons do not count.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from bench.planted.batches import DAYS, Batch, Shape, days_of, delivered

COLUMNS = {
    "departed_on": "DATE", "carrier": "VARCHAR", "flight": "BIGINT", "tailnum": "VARCHAR", "origin": "VARCHAR", "dest": "VARCHAR", "sched_dep_time": "BIGINT",
    "scheduled_at": "TIMESTAMP", "dep_delay": "DOUBLE", "arr_delay": "DOUBLE", "air_time": "DOUBLE", "distance": "DOUBLE", "hour": "BIGINT",
}  # fmt: skip
ROLES = {
    "departed_on": "day", "carrier": "category", "flight": "number", "tailnum": "code", "origin": "category", "dest": "category", "sched_dep_time": "number",
    "scheduled_at": "moment", "dep_delay": "amount", "arr_delay": "amount", "air_time": "amount", "distance": "amount", "hour": "step",
}  # fmt: skip
LEARNT_DAYS = 210


@cache
def days() -> dict[date, list[dict[str, Any]]]:
    """Every departure of the year, by day."""
    import duckdb

    from weft.session.demo import data_folder

    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(data_folder() / "flights.csv.zip") as packed:
        packed.extractall(folder)
        table = (
            duckdb.connect()
            .sql(
                f"""SELECT make_date(year, month, day) AS departed_on, carrier, flight, tailnum, origin, dest, sched_dep_time, time_hour + to_minutes(minute) AS scheduled_at,
            dep_delay, arr_delay, air_time, distance, hour
            FROM read_csv('{folder}/*.csv', nullstr='NA', types={{'time_hour': 'TIMESTAMP', 'dep_delay': 'DOUBLE', 'arr_delay': 'DOUBLE', 'air_time': 'DOUBLE', 'distance': 'DOUBLE'}})
            ORDER BY ALL"""
            )
            .to_arrow_table()
        )
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        found[row["departed_on"]].append(row)
    return dict(found)


@cache
def pools() -> tuple[tuple[date, ...], tuple[date, ...]]:
    order = sorted(days())
    Random(2013).shuffle(order)
    return tuple(order[:LEARNT_DAYS]), tuple(order[LEARNT_DAYS:])


def week(random: Random, number: int, *, learnt: bool) -> Batch:
    rows: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    drawn = pools()[0][DAYS * number : DAYS * (number + 1)] if learnt else random.sample(pools()[1], DAYS)
    for real, day in zip(drawn, days_of(number), strict=True):
        moved = timedelta(days=(day - real).days)
        for row in days()[real]:
            for name, value in row.items():
                rows[name].append(value + moved if isinstance(value, (date, datetime)) else value)
    return Batch(rows, delivered(number))


def shape(*, learnt: bool) -> Shape:
    def make(random: Random, number: int) -> Batch:
        return week(random, number, learnt=learnt)

    pairs = (("dep_delay", "arr_delay"), ("distance", "air_time"), ("sched_dep_time", "hour"), ("dest", "distance"))
    return Shape("flights", COLUMNS, ROLES, make, pairs)

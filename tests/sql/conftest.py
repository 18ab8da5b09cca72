"""Empty tables of the kinds that transforms read, in a real DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

TABLES = {
    "departures": (
        ("id", "BIGINT"),
        ("carrier", "VARCHAR"),
        ("origin", "VARCHAR"),
        ("dest", "VARCHAR"),
        ("tailnum", "VARCHAR"),
        ("dep_time", "TIMESTAMP"),
        ("dep_delay", "INTEGER"),
        ("arr_delay", "INTEGER"),
        ("distance", "DOUBLE"),
        ("cancelled", "BOOLEAN"),
    ),
    "airlines": (("carrier", "VARCHAR"), ("name", "VARCHAR")),
    "planes": (("tailnum", "VARCHAR"), ("seats", "INTEGER"), ("model", "VARCHAR")),
    "weather.hourly": (("origin", "VARCHAR"), ("hour", "TIMESTAMP"), ("wind", "DOUBLE")),
    "orders": (
        ("id", "BIGINT"),
        ("placed_at", "TIMESTAMP"),
        ("amount", "DOUBLE"),
        ("items", "STRUCT(sku VARCHAR, price DOUBLE, quantity INTEGER)[]"),
        ("address", "STRUCT(city VARCHAR, zip VARCHAR)"),
        ("tags", "MAP(VARCHAR, VARCHAR)"),
        ("payload", "JSON"),
    ),
}


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA weather")
        for name, columns in TABLES.items():
            fields = ", ".join(f'"{column}" {type_}' for column, type_ in columns)
            connection.execute(f"CREATE TABLE {name} ({fields})")
        yield connection

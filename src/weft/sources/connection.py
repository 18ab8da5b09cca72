"""The sources' own DuckDB, opened when the first source arrives: in UTC, and it never fetches an extension."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
OPENING = Lock()


def cursor() -> duckdb.DuckDBPyConnection:
    """A session of its own over the one database of this process. Close it, or let it go."""
    with OPENING:
        return _database().cursor()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    import duckdb

    database = duckdb.connect(":memory:", config=SETTINGS)
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    return database

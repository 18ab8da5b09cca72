"""Tables for profiles: written as Parquet from a query, and looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from weft.profile.measuring import Means, Subject, measured
from weft.profile.values import ColumnProfile, Finding, TableProfile
from weft.settings import EngineSettings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENGINE = EngineSettings(threads=2)


def subject(folder: Path, name: str, sql: str) -> Subject:
    path = folder / f"{name}.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        described = connection.execute(f"DESCRIBE {sql}").fetchall()
    return Subject(name, [path], tuple((row[0], row[1]) for row in described))


def looked_at(folder: Path, sql: str, seed: int = 20) -> TableProfile:
    return measured([subject(folder, "table", sql)], Means(ENGINE, folder, seed, NOW))[0]


def column(folder: Path, values: Iterable[object], type_: str = "VARCHAR") -> ColumnProfile:
    """The one column `v` of a table of these values."""
    return looked_at(folder, listed(values, type_)).columns[0]


def found(folder: Path, values: Iterable[object], name: str = "v", type_: str = "VARCHAR") -> dict[str, Finding]:
    """What is untidy in a column of that name, by kind."""
    return {one.kind: one for one in looked_at(folder, listed(values, type_, name)).findings}


def listed(values: Iterable[object], type_: str = "VARCHAR", name: str = "v") -> str:
    rows = ", ".join(f"({_literal(value)})" for value in values)
    return f'SELECT CAST(v AS {type_}) AS "{name}" FROM (VALUES {rows}) t(v)'


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"

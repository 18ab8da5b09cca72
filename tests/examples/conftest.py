"""The applied demo: what it published, and its source files as DuckDB alone reads them."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.flights import applied_demo

from weft.session import Session, open_session
from weft.session.demo import data_folder

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return applied_demo(tmp_path_factory, request.config)


@pytest.fixture(scope="session")
def session(root: Path) -> Iterator[Session]:
    with open_session(root) as opened:
        yield opened


@pytest.fixture(scope="session")
def published(session: Session) -> Iterator[Ask]:
    """Answers of the files that the registry points at, by `product.table`."""
    pointers = session.recorded.pointers
    snapshots = session.registry.snapshots(pointer.snapshot for pointer in pointers.values())
    with in_utc() as connection:
        for line, pointer in pointers.items():
            _, product, table = line.partition("@")[0].split(".")
            files = [str(path) for path in session.store.paths(snapshots[pointer.snapshot])]
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {product}")
            connection.execute(f"CREATE VIEW {product}.{table} AS FROM read_parquet({files})")
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def reported() -> Iterator[Ask]:
    """Answers of the CSV files as they come, with NA for null: what all that is published is held against."""
    folder = data_folder()
    with in_utc() as connection, tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(folder / "flights.csv.zip") as archive:
            archive.extractall(scratch)
        for path in (Path(scratch) / "flights.csv", *folder.glob("*.csv")):
            reading = f"read_csv('{path}', header = true, nullstr = ['NA', ''])"
            connection.execute(f"CREATE TABLE {path.stem} AS FROM {reading}")
        yield lambda sql: connection.execute(sql).fetchall()


def in_utc() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET timezone = 'UTC'")
    return connection

"""The demo, made and applied once for all tests here and in all test processes; and its source files, as DuckDB alone reads them."""

from __future__ import annotations

import fcntl
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from weft.session import Session, open_session
from weft.session.demo import data_folder, make_demo

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The applied demo: made by whichever process comes first, while the others wait for it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if hasattr(request.config, "workerinput") else shared
    root, done = shared / "flights-demo", shared / "flights-demo.applied"
    with (shared / "flights-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make_demo(root)
            with open_session(root) as session:
                report = session.apply(session.plan())
            assert report.succeeded, [product.message for product in report.products]
            done.touch()
    return root


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

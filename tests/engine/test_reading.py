"""A question's own DuckDB: what it may read, what it may not, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import duckdb
import pyarrow as pa
import pytest

from weft.engine.reading import Files, Reading
from weft.engine.seam import Bench, Build
from weft.errors import EngineFault
from weft.names import LineName
from weft.settings import EngineSettings

from .conftest import AS_OF

SETTINGS = EngineSettings(threads=2, memory="500MB")
COLUMNS = (("id", "BIGINT"), ("kind", "ENUM('a', 'b')"))


@pytest.fixture
def reading(bench: Bench, tmp_path: Path) -> Iterator[Reading]:
    file = tmp_path / "t.parquet"
    bench.build(Build(LineName("a.b.t@1"), "SELECT range AS id, 'a' AS kind FROM range(10)", COLUMNS, file))
    (tmp_path / "beside.csv").write_text("a\n1\n")
    names = {"operations.flights.t": Files([file], COLUMNS), "mesh_domains": pa.table({"name": ["fleet"]})}
    with Reading({name.replace(".", "__"): behind for name, behind in names.items()}, SETTINGS, AS_OF) as opened:
        yield opened


def test_files_and_arrow_are_read_by_their_names(reading: Reading) -> None:
    rows = reading.read(
        "SELECT count(*) AS n, any_value(kind) AS kind, any_value(name) AS name FROM operations__flights__t, mesh_domains"
    )
    assert rows.read_all().to_pylist() == [{"n": 10, "kind": "a", "name": "fleet"}]


def test_one_question_follows_another(reading: Reading) -> None:
    assert reading.columns("SELECT id, kind FROM operations__flights__t") == COLUMNS
    for _ in range(3):
        assert reading.read("FROM operations__flights__t").read_all().num_rows == 10


def test_the_time_is_what_was_said(reading: Reading) -> None:
    assert reading.read("SELECT current_date AS d").read_all().to_pylist() == [{"d": AS_OF.date()}]


def test_an_instant_comes_with_its_zone(reading: Reading) -> None:
    assert str(reading.read("SELECT now() AS t").schema.field("t").type) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{}/beside.csv')",
        "SELECT * FROM '{}/beside.csv'",
        "SELECT * FROM glob('{}/*')",
        "COPY (SELECT 1) TO '{}/t.parquet'",
        "COPY (SELECT 1) TO '{}/new.parquet'",
        "ATTACH '{}/new.db'",
        "SET memory_limit = '1TB'",
        "CREATE TABLE t AS SELECT 1",
        "SELECT 1; SELECT 2",
    ],
)
def test_a_question_that_slips_the_guard_reaches_nothing(reading: Reading, tmp_path: Path, sql: str) -> None:
    before = (tmp_path / "t.parquet").read_bytes()
    with pytest.raises(EngineFault):
        reading.read(sql.format(tmp_path)).read_all()
    assert (tmp_path / "t.parquet").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["beside.csv", "t.parquet"]


def test_a_variable_of_python_is_no_table(reading: Reading) -> None:
    secret = pa.table({"a": [1]})
    with pytest.raises(EngineFault, match="no table 'secret'"):
        reading.read("FROM secret")
    assert secret.num_rows == 1


def test_a_failure_on_data_is_told_in_words(reading: Reading) -> None:
    with pytest.raises(EngineFault, match="Could not convert string 'xyz0' to INT32"):
        reading.read("SELECT ('xyz' || id)::INTEGER AS a FROM operations__flights__t").read_all()


def test_memory_is_limited(reading: Reading) -> None:
    with pytest.raises(EngineFault, match="memory"):
        reading.read("SELECT list(range) AS l FROM range(500000000)").read_all()


def test_a_question_can_be_interrupted_from_another_thread(reading: Reading) -> None:
    timer = Timer(0.2, reading.interrupt)
    timer.start()
    with pytest.raises((EngineFault, KeyboardInterrupt, duckdb.InterruptException)):
        reading.read("SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(10000000) b").read_all()
    timer.join()

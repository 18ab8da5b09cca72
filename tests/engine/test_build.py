"""Building one table: the author's text, straight into a file, exactly as promised or not at all."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weft.engine.connection import locked_connection, reaching_folders
from weft.engine.seam import Bench, Build, Built, Columns, Engine
from weft.engine.text import rows_of
from weft.errors import EngineFault, Place, StoreFault, TransformFault
from weft.names import LineName
from weft.product.snapshot import ColumnStatistics
from weft.settings import EngineSettings

from .conftest import AS_OF

LINE = LineName("fleet.planes.plane@1")


def built(bench: Bench, sql: str, columns: Columns, path: Path) -> Built:
    return bench.build(Build(LINE, sql, columns, path))


def rows(path: Path) -> list[dict[str, object]]:
    return list(pq.read_table(path).to_pylist())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 2 AS b, 'x' AS a; -- the end",
        "SELECT 'x' AS a, 2::BIGINT AS b",
        "SELECT 'x' AS a, 2 AS b /* ; */ ;",
        "SELECT 'x' AS A, 2 AS B -- upper",
        "FROM (VALUES ('x', 2)) AS t (a, b)",
        "PIVOT (SELECT 'x' AS a, 'b' AS k, 2 AS v) ON k IN ('b') USING max(v)::INTEGER GROUP BY a",
    ],
)
def test_a_query_is_written_with_the_promised_columns_in_order(bench: Bench, tmp_path: Path, sql: str) -> None:
    made = built(bench, sql, (("a", "VARCHAR"), ("b", "BIGINT")), tmp_path / "t.parquet")
    assert made.rows == 1
    table = pq.read_table(tmp_path / "t.parquet")
    assert table.schema.names == ["a", "b"]
    assert table.to_pylist() == [{"a": "x", "b": 2}]


def test_the_order_of_an_author_is_kept_through_casts(bench: Bench, tmp_path: Path) -> None:
    built(bench, "SELECT range AS a FROM range(300000) ORDER BY a DESC", (("a", "INTEGER"),), tmp_path / "t.parquet")
    column = pq.read_table(tmp_path / "t.parquet")["a"].to_numpy()
    assert (column[:-1] > column[1:]).all()


LOSSES = (
    ("1.5::DOUBLE", "BIGINT", "1.5"),
    ("1.5::DECIMAL(3,1)", "INTEGER", "1.5"),
    ("3000000000", "INTEGER", "3000000000"),
    ("-1", "UINTEGER", "-1"),
    ("'inf'::DOUBLE", "BIGINT", "inf"),
    ("10 / 3", "DECIMAL(10,2)", "3.3333333333333335"),
    ("12.345", "DECIMAL(10,2)", "12.345"),
    ("123456.5", "DECIMAL(5,1)", "123456.5"),
    ("9007199254740993::BIGINT", "DOUBLE", "9007199254740993"),
    ("TIMESTAMP_NS '2020-01-01 00:00:00.123456789'", "TIMESTAMP", "2020-01-01 00:00:00.123456789"),
    ("TIMESTAMP '2020-01-01 00:00:00.5'", "TIMESTAMP_S", "2020-01-01 00:00:00.5"),
    ("'green'", "ENUM('red')", "green"),
    ("'no-uuid'", "UUID", "no-uuid"),
    ("[1.5::DOUBLE]", "BIGINT[]", "[1.5]"),
    ("{'x': 1.25}", "STRUCT(x DECIMAL(3,1))", "{'x': 1.25}"),
    ("MAP {'k': 2.5::DOUBLE}", "MAP(VARCHAR, INTEGER)", "{k=2.5}"),
    ("[1, 2]", "INTEGER[3]", "[1, 2]"),
    ("170141183460469231731687303715884105727::HUGEINT", "HUGEINT", "170141183460469231731687303715884105727"),
)


@pytest.mark.parametrize(("value", "promised", "example"), LOSSES)
def test_a_value_that_would_change_fails_the_build(
    bench: Bench, tmp_path: Path, value: str, promised: str, example: str
) -> None:
    sql = f"SELECT * FROM (SELECT {value} AS a UNION ALL SELECT NULL)"
    with pytest.raises(TransformFault) as caught:
        built(bench, sql, (("a", promised),), tmp_path / "t.parquet")
    assert caught.value.message.startswith("column 'a': 1 row has a value that")
    assert caught.value.message.endswith(f"such as {example}")
    assert not (tmp_path / "t.parquet").exists()


KEPT = (
    ("2.0::DOUBLE", "BIGINT", 2),
    ("2.00", "INTEGER", 2),
    ("0.1::DOUBLE", "DECIMAL(10,2)", "0.10"),
    ("0.1", "DOUBLE", 0.1),
    ("0.1::DOUBLE", "FLOAT", 0.10000000149011612),
    ("sum(2)", "BIGINT", 2),
    ("sum(2)", "HUGEINT", "2"),
    ("NULL", "DATE", None),
    ("DATE '2020-01-02'", "TIMESTAMP", "2020-01-02 00:00:00"),
    ("TIMESTAMP '2020-01-02'", "TIMESTAMPTZ", "2020-01-02 00:00:00+00:00"),
    ("'red'", "ENUM('red')", "red"),
    ("[1, NULL]", "BIGINT[]", [1, None]),
    ("[1, 2]", "FLOAT[2]", [1.0, 2.0]),
    ("{'y': 1, 'x': NULL}", "STRUCT(x BIGINT, y DOUBLE)", {"x": None, "y": 1.0}),
)


@pytest.mark.parametrize(("value", "promised", "expected"), KEPT)
def test_a_value_that_survives_its_cast_is_written(
    bench: Bench, tmp_path: Path, value: str, promised: str, expected: object
) -> None:
    built(bench, f"SELECT {value} AS a", (("a", promised),), tmp_path / "t.parquet")
    (row,) = rows(tmp_path / "t.parquet")
    assert row["a"] == expected or str(row["a"]) == expected


@pytest.mark.parametrize(
    "type_",
    [
        *("BOOLEAN", "TINYINT", "UBIGINT", "UINTEGER", "FLOAT", "DOUBLE", "DECIMAL(9,2)", "DECIMAL(38, 3)", "VARCHAR"),
        *("BLOB", "UUID", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "TIME"),
    ],
)
def test_a_type_that_is_read_without_a_cast_is_what_parquet_kept(bench: Bench, tmp_path: Path, type_: str) -> None:
    file = tmp_path / "t.parquet"
    built(bench, f"SELECT NULL::{type_} AS a", (("a", type_),), file)
    assert "CAST" not in rows_of([file], (("a", type_),))
    with duckdb.connect() as connection:
        asked = f"SELECT typeof(a), typeof(NULL::{type_}) FROM '{file}'"
        ((kept, promised),) = connection.execute(asked).fetchall()
    assert kept == promised


def test_a_type_that_parquet_does_not_keep_comes_back_from_an_offer(bench: Bench, tmp_path: Path) -> None:
    columns = (("a", "HUGEINT"), ("b", "ENUM('x', 'y')"), ("c", "FLOAT[2]"), ("d", "TIMESTAMP_S"))
    built(
        bench,
        "SELECT 1::HUGEINT AS a, 'x' AS b, [1, 2] AS c, TIMESTAMP_S '2020-01-01' AS d",
        columns,
        tmp_path / "t.parquet",
    )
    bench.offer("t", [tmp_path / "t.parquet"], columns)
    types = (
        bench.arrow("SELECT typeof(a) AS a, typeof(b) AS b, typeof(c) AS c, typeof(d) AS d FROM t")
        .read_all()
        .to_pylist()
    )
    assert types == [{"a": "HUGEINT", "b": "ENUM('x', 'y')", "c": "FLOAT[2]", "d": "TIMESTAMP_S"}]


MISMATCHES = (
    ("SELECT 1 AS seat", "column 'seats' is promised, and the SQL does not return it. Did you mean 'seat'?"),
    (
        "SELECT 1 AS seats, 2 AS seat",
        "the SQL returns column 'seat', which the contract does not promise. Did you mean 'seats'?",
    ),
    (
        "SELECT 'x' AS seats",
        "column 'seats' is VARCHAR, and the contract promises BIGINT. Cast it in the SQL, or promise VARCHAR.",
    ),
    ("SELECT 1 AS seats\nFROM nowhere", "there is no table 'nowhere' among what this may read."),
)


@pytest.mark.parametrize(("sql", "message"), MISMATCHES)
def test_a_query_that_is_not_what_is_promised_is_explained(
    bench: Bench, tmp_path: Path, sql: str, message: str
) -> None:
    with pytest.raises(EngineFault) as caught:
        built(bench, sql, (("seats", "BIGINT"),), tmp_path / "t.parquet")
    assert str(caught.value).partition(": ")[2] == message


@pytest.mark.parametrize("columns", [(("a", "INTEGER"),), (("a", "BIGINT"),)])
def test_an_authors_own_failing_cast_is_told_with_its_line(bench: Bench, tmp_path: Path, columns: Columns) -> None:
    with pytest.raises(TransformFault, match="Could not convert string 'x9' to INT32") as caught:
        built(bench, "SELECT\n  ('x' || range)::INTEGER AS a\nFROM range(9, 10)", columns, tmp_path / "t.parquet")
    assert caught.value.place == Place(LINE, 2)


def test_statistics_say_what_the_writer_knew_exactly(bench: Bench, tmp_path: Path) -> None:
    columns = (
        ("i", "INTEGER"),
        ("f", "DOUBLE"),
        ("n", "DOUBLE"),
        ("d", "DECIMAL(9,2)"),
        ("t", "DATE"),
        ("s", "VARCHAR"),
        ("l", "VARCHAR"),
        ("a", "INTEGER[]"),
    )
    sql = """SELECT i, i / 2 AS f, CASE WHEN i = 1 THEN 'nan'::DOUBLE ELSE 1 END AS n, i::DECIMAL(9,2) AS d,
        DATE '2020-01-01' + i::INTEGER AS t, NULLIF('s' || i, 's1') AS s, repeat('l', 3000) AS l, [i] AS a FROM range(1, 4) r(i)"""
    made = built(bench, sql, columns, tmp_path / "t.parquet")
    assert made.statistics == {
        "i": ColumnStatistics(0, 1, 3),
        "f": ColumnStatistics(0, 0.5, 1.5),
        "n": ColumnStatistics(0, None, None),
        "d": ColumnStatistics(0, "1.00", "3.00"),
        "t": ColumnStatistics(0, "2020-01-02", "2020-01-04"),
        "s": ColumnStatistics(1, "s2", "s3"),
        "l": ColumnStatistics(0, None, None),
        "a": ColumnStatistics(0, None, None),
    }


def test_no_rows_are_a_whole_file(bench: Bench, tmp_path: Path) -> None:
    made = built(bench, "SELECT 1 AS a WHERE false", (("a", "BIGINT"),), tmp_path / "t.parquet")
    assert (made.rows, made.statistics) == (0, {"a": ColumnStatistics(0)})
    bench.offer("t", [tmp_path / "t.parquet"], (("a", "BIGINT"),))
    assert bench.arrow("FROM t").read_all().num_rows == 0


def test_the_time_is_the_runs(bench: Bench) -> None:
    sql = """SELECT now()::VARCHAR, current_date::VARCHAR, today()::VARCHAR, current_timestamp::VARCHAR, localtimestamp::VARCHAR,
        localtime::VARCHAR, current_time::VARCHAR, age(DATE '2012-01-02')::VARCHAR, age(DATE '2012-01-02', DATE '2011-01-02')::VARCHAR,
        get_current_timestamp()::VARCHAR, transaction_timestamp()::VARCHAR"""
    (row,) = bench.arrow(sql).read_all().to_pylist()
    moment = "2013-01-02 03:04:05+00"
    assert list(row.values()) == [
        moment, "2013-01-02", "2013-01-02", moment, "2013-01-02 03:04:05",
        "03:04:05", "03:04:05+00", "1 year", "1 year", moment, moment,
    ]  # fmt: skip


def test_names_of_one_bench_are_its_own(engine: Engine) -> None:
    one, other = engine.bench(AS_OF), engine.bench(AS_OF)
    one.step("port.t", "SELECT 1 AS a", stored=False)
    other.step("port.t", "SELECT 2 AS a", stored=True)
    assert one.arrow("FROM port.t").read_all().to_pylist() == [{"a": 1}]
    assert other.arrow("FROM port.t").read_all().to_pylist() == [{"a": 2}]
    one.close()
    other.close()


def test_a_light_bench_computes_in_one_thread_and_reads_what_another_wrote(engine: Engine, tmp_path: Path) -> None:
    light, full = engine.bench(AS_OF, light=True), engine.bench(AS_OF)
    threads = "SELECT current_setting('threads')::BIGINT AS threads"
    for bench, file in ((light, "light.parquet"), (full, "full.parquet")):
        built(bench, threads, (("threads", "BIGINT"),), tmp_path / file)
        bench.offer("light", [tmp_path / "light.parquet"], (("threads", "BIGINT"),))
    assert full.arrow("FROM light").read_all().to_pylist() == [{"threads": 1}]
    assert rows(tmp_path / "full.parquet") == [{"threads": 2}]
    for bench in (light, full):
        bench.close()


def test_arrow_that_is_handed_over_can_be_read_twice(bench: Bench) -> None:
    bench.offer_arrow("handed", pa.table({"a": [1, 2]}).to_reader())
    bench.step("again", "SELECT l.a FROM handed l JOIN handed r USING (a)", stored=True)
    assert bench.arrow("FROM again ORDER BY a").read_all().to_pylist() == [{"a": 1}, {"a": 2}]


def test_two_readers_of_one_bench_do_not_disturb_each_other(bench: Bench) -> None:
    bench.step("n", "SELECT range AS a FROM range(500000)", stored=False)
    first, second = bench.arrow("FROM n"), bench.arrow("FROM n")
    assert sum(batch.num_rows for batch in second) == 500_000
    bench.step("m", "FROM n LIMIT 1", stored=True)
    assert sum(batch.num_rows for batch in first) == 500_000


def test_benches_build_side_by_side_in_threads(engine: Engine, tmp_path: Path) -> None:
    counted: dict[int, int] = {}

    def work(number: int) -> None:
        bench = engine.bench(AS_OF)
        for turn in range(20):
            bench.step("t", f"SELECT range AS a FROM range({number * 100 + turn})", stored=number % 2 == 0)
            made = built(bench, "SELECT count(*) AS n FROM t", (("n", "BIGINT"),), tmp_path / f"{number}.parquet")
            counted[number] = counted.get(number, 0) + int(str(made.statistics["n"].maximum))
        bench.close()

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == {number: sum(number * 100 + turn for turn in range(20)) for number in range(4)}


def test_closing_the_engine_ends_what_runs(engine: Engine, tmp_path: Path) -> None:
    bench, raised = engine.bench(AS_OF), []

    def work() -> None:
        try:
            built(
                bench,
                "SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b",
                (("n", "HUGEINT"),),
                tmp_path / "t.parquet",
            )
        except (KeyboardInterrupt, Exception) as error:
            raised.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join(0.3)
    engine.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(raised) == 1


@pytest.mark.parametrize("sql", ["SELECT * FROM read_text('{}')", "SELECT * FROM '{}'", "SELECT * FROM glob('{}*')"])
def test_a_query_that_slips_the_guard_reads_no_file_outside(
    bench: Bench, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, sql: str
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("secret\n1\n")
    (tmp_path / "link.csv").symlink_to(outside)
    for file in (outside, tmp_path / "link.csv", tmp_path / ".." / outside.parent.name / "secret.csv"):
        with pytest.raises((EngineFault, StoreFault)):
            built(bench, sql.format(file), (("content", "VARCHAR"),), tmp_path / "t.parquet")


@pytest.mark.parametrize(
    "setting", ["enable_external_access = true", "memory_limit = '1TB'", "allowed_directories = ['/']", "threads = 64"]
)
def test_settings_are_locked(tmp_path: Path, setting: str) -> None:
    connection = locked_connection(EngineSettings(), reaching_folders([tmp_path]), tmp_path)
    with pytest.raises(duckdb.Error, match="locked"):
        connection.execute(f"SET {setting}")
    connection.close()


def test_what_a_text_names_itself_goes_before_what_is_offered(bench: Bench, tmp_path: Path) -> None:
    offered(bench, tmp_path)
    sql = "WITH planes AS (SELECT seats + 1 AS seats FROM planes) SELECT seats FROM planes ORDER BY seats DESC"
    built(bench, sql, (("seats", "BIGINT"),), tmp_path / "t.parquet")
    assert [row["seats"] for row in rows(tmp_path / "t.parquet")] == [4, 3]


def test_a_fault_in_data_is_told_with_its_line_whatever_the_text_reads(bench: Bench, tmp_path: Path) -> None:
    offered(bench, tmp_path)
    with pytest.raises(TransformFault) as caught:
        built(
            bench,
            "SELECT\n  1 AS a,\n  name::INTEGER AS b\nFROM planes",
            (("a", "BIGINT"), ("b", "INTEGER")),
            tmp_path / "t.parquet",
        )
    assert caught.value.place == Place(LINE, 3)


def test_a_step_and_a_reader_see_what_is_offered(bench: Bench, tmp_path: Path) -> None:
    offered(bench, tmp_path)
    bench.step("large", "SELECT seats AS n FROM planes WHERE seats > 2", stored=False)
    bench.step("all_of_it", "SELECT large.n, o.seats FROM large, own.planes AS o -- two", stored=True)
    assert bench.arrow("SELECT count(*) AS c, sum(seats) AS s FROM all_of_it").read_all().to_pylist() == [
        {"c": 2, "s": 5}
    ]


def test_a_reader_of_a_schemas_table_has_it_before_it_is_stored(bench: Bench, tmp_path: Path) -> None:
    offered(bench, tmp_path)
    sql = "SELECT max(seats) AS m FROM own.planes"
    assert [bench.arrow(sql).read_all().to_pylist() for _ in range(2)] == [[{"m": 3}], [{"m": 3}]]


def test_a_file_that_is_gone_is_told_when_it_is_read(bench: Bench, tmp_path: Path) -> None:
    offered(bench, tmp_path)
    (tmp_path / "planes.parquet").unlink()
    for _ in range(2):
        with pytest.raises(StoreFault, match="could not read or write a file"):
            built(bench, "SELECT seats FROM planes", (("seats", "BIGINT"),), tmp_path / "t.parquet")


def offered(bench: Bench, folder: Path) -> None:
    columns = (("name", "VARCHAR"), ("seats", "BIGINT"))
    built(bench, "SELECT * FROM (VALUES ('a', 2), ('b', 3)) AS t (name, seats)", columns, folder / "planes.parquet")
    for name in ("planes", "own.planes", "unread"):
        bench.offer(name, [folder / "planes.parquet"], columns)


def test_parts_of_what_python_returned_are_held_against_the_contract_each_time(engine: Engine, tmp_path: Path) -> None:
    """The columns of a Python result are known by name alone, so that nothing is remembered of them."""

    def build(name: str, weeks: pa.Array) -> Built:
        bench = engine.bench(AS_OF)
        try:
            bench.offer_arrow("made", pa.table({"week": weeks, "shop": ["a"]}).to_reader())
            columns = (("week", "BIGINT"), ("shop", "VARCHAR"))
            return bench.build(Build(LINE, "SELECT * FROM made", columns, tmp_path / name, ("shop",)))
        finally:
            bench.close()

    assert build("numbers", pa.array([1], pa.int64())).rows == 1
    with pytest.raises(EngineFault, match="column 'week' is VARCHAR, and the contract promises BIGINT"):
        build("texts", pa.array(["1"], pa.string()))

"""What masks, row filters and their barrier cost on six million rows, and inheritance on five thousand tables: `python -m bench.masking`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from weft.access.classifications import Classification, Classifications, RowRule
from weft.access.inheriting import Said, Web, inherited
from weft.access.masks import Mask, RowFilter
from weft.engine import masking
from weft.engine.masking import hashing, projection, row_filter
from weft.engine.reading import Files, Reading
from weft.product.contract import Column
from weft.settings import EngineSettings

ROWS = 6_000_000
COLUMNS = (("id", "BIGINT"), ("tail", "VARCHAR"), ("region", "VARCHAR"), ("amount", "BIGINT"), ("day", "DATE"))
MASKS = {"tail": Mask("hash"), "amount": Mask("bucket", width=100), "day": Mask("year")}
KEY = hashing(b"a key for measuring alone, no more")
QUESTIONS = {
    "read all": "SELECT * FROM v",
    "group": "SELECT day, sum(amount) FROM v GROUP BY day",
    "count": "SELECT count(*) FROM v",
    "range of keys": "SELECT sum(amount) FROM v WHERE id BETWEEN 1000 AND 2000",
}


def best(work: Callable[[], object]) -> float:
    """Milliseconds, the best of five."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def rows(folder: Path) -> Path:
    file = folder / "rows.parquet"
    duckdb.execute(f"""COPY (SELECT i AS id, 'N' || (i % 7919) AS tail, ['north', 'south', 'east', 'west'][1 + i % 4] AS region,
        (i * 7) % 1000 AS amount, DATE '2013-01-01' + (i % 365)::INT AS day FROM range({ROWS}) t(i)) TO '{file}' (FORMAT parquet)""")
    return file


def by_hand(file: Path, projections: tuple[masking.Projection, ...]) -> duckdb.DuckDBPyConnection:
    """The same expressions, typed into a DuckDB of one's own."""
    connection = duckdb.connect()
    masked = {one.column: one.sql for one in projections}
    chosen = ", ".join(f"{masked.get(name, name)} AS {name}" for name, _ in COLUMNS)
    connection.execute(f"CREATE VIEW v AS SELECT {chosen} FROM '{file}' r")
    return connection


def read(reading: Reading, sql: str) -> int:
    return sum(batch.num_rows for batch in reading.read(sql))


def measure(file: Path) -> None:
    types = dict(COLUMNS)
    projections = tuple(projection(name, types[name], mask, KEY) for name, mask in MASKS.items())
    filters = (row_filter(RowFilter("region", ("north",)), COLUMNS),)
    kinds = {
        "clear": Files((file,), COLUMNS),
        "masked": Files((file,), COLUMNS, projections),
        "filtered": Files((file,), COLUMNS, (), filters),
        "both": Files((file,), COLUMNS, projections, filters),
    }
    for name, files in kinds.items():
        with Reading({"v": files}, EngineSettings(), datetime.now(UTC)) as reading:
            show(name, {what: best(lambda sql=sql: read(reading, sql)) for what, sql in QUESTIONS.items()})
    barrier, masking.BARRIER = masking.BARRIER, ""
    with Reading({"v": kinds["filtered"]}, EngineSettings(), datetime.now(UTC)) as reading:
        show(
            "filtered, no barrier", {what: best(lambda sql=sql: read(reading, sql)) for what, sql in QUESTIONS.items()}
        )
    masking.BARRIER = barrier
    hand = by_hand(file, projections)
    took = {
        what: best(lambda sql=sql: [0 for _ in hand.sql(sql).to_arrow_reader(122_880)])
        for what, sql in QUESTIONS.items()
    }
    show("masked by hand", took)


def show(name: str, took: dict[str, float]) -> None:
    print(f"{name:22}" + "".join(f"{what}: {ms:8.1f} ms   " for what, ms in took.items()), flush=True)


def inheritance(tables: int = 5000, columns: int = 10) -> None:
    """A chain of ten products deep, each column made of two columns above it; one table in ten classified."""
    names = [f"d.p{number}.t@1" for number in range(tables)]
    said = {
        name: Said(
            tuple(
                Column(f"c{c}", "VARCHAR", classification="secret" if n < tables // 10 and c < 2 else "")
                for c in range(columns)
            )
        )
        for n, name in enumerate(names)
    }
    step = tables // 10
    values = {
        (names[n], f"c{c}"): ((names[n - step], f"c{c}"), (names[n - step], f"c{(c + 1) % columns}"))
        for n in range(step, tables)
        for c in range(columns)
    }
    reads = {names[n]: (names[n - step],) for n in range(step, tables)}
    rules = Classifications(
        (Classification("secret", ("secret",), mask=Mask("null")),), (RowRule("r", ("regional",), "region", "regions"),)
    )
    print(f"inheritance over {tables:,} tables: {best(lambda: inherited(Web(said, values, reads), rules)):.0f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(rows(Path(folder)))
    inheritance()

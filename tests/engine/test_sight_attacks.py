"""Two worlds that look alike to a reader must answer alike: whatever they ask, nothing tells hidden rows or masked values apart.

The worlds differ in rows that a row filter leaves out (their values, and how many there are) and in values that masks cover.
An answer is what a query returns, or the error that it ends with, word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from weft.access.masks import Mask, RowFilter
from weft.engine import masking
from weft.engine.masking import hashing, projection, row_filter
from weft.engine.reading import Files, Reading
from weft.errors import WeftError
from weft.settings import EngineSettings

ATTACKS = yaml.safe_load((Path(__file__).parent / "attacks_on_sight.yaml").read_text())
COLUMNS = (
    ("id", "BIGINT"),
    ("grp", "VARCHAR"),
    ("secret", "VARCHAR"),
    ("num", "VARCHAR"),
    ("part", "VARCHAR"),
    ("hex", "VARCHAR"),
    ("js", "VARCHAR"),
    ("re", "VARCHAR"),
    ("tz", "VARCHAR"),
    ("big", "BIGINT"),
    ("day", "DATE"),
    ("flag", "INTEGER"),
    ("phone", "VARCHAR"),
    ("pay", "BIGINT"),
    ("born", "DATE"),
)
MASKS = {"phone": Mask("last_four"), "pay": Mask("bucket", width=1000), "born": Mask("year")}
HARMLESS = "'safe' || i, '5', 'year', '00', '{\"a\":1}', '[a-z]', 'UTC', 1, DATE '2020-01-01' + (i % 9)::INT, 1"
HARMFUL = "'secret' || i, 'x' || i, 'p' || i, 'zz', '{' || i, '[', 'Mars', 9223372036854775807, DATE '2020-01-01', 0"
WORLDS = {
    "one": (HARMLESS, 4, "'31501234', 12001, DATE '1980-01-02'"),
    "two": (HARMFUL, 3, "'55501234', 12345, DATE '1980-07-18'"),
}
"""What hidden rows hold, every how many rows one is the reader's own, and what masks cover."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("worlds")
    with duckdb.connect() as duck:
        for name, (hidden, step, covered) in WORLDS.items():
            # Hidden rows stand before, between and after those that are seen.
            duck.execute(f"""
                COPY (SELECT * FROM (
                    SELECT i * 4 AS id, 'mine' AS grp, {HARMLESS}, {covered} FROM range(600) t(i) UNION ALL
                    SELECT -1 - i, 'theirs', {hidden}, {covered} FROM range(1500) t(i) WHERE i % {step} > 0)
                    AS t({", ".join(column for column, _ in COLUMNS)}) ORDER BY abs(id) % 97, id)
                TO '{folder / name}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 500)""")
    return {name: folder / f"{name}.parquet" for name in WORLDS}


def opened(file: Path, *, is_filtered: bool = True) -> Reading:
    types = dict(COLUMNS)
    projections = tuple(projection(name, types[name], mask, hashing(b"k" * 32)) for name, mask in MASKS.items())
    filters = (row_filter(RowFilter("grp", ("mine", "ours")), COLUMNS),) if is_filtered else ()
    return Reading(
        {"v": Files((file,), COLUMNS, projections, filters)},
        EngineSettings(threads=1),
        datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def readings(worlds: dict[str, Path]) -> Iterator[list[Reading]]:
    found = [opened(file) for file in worlds.values()]
    yield found
    for reading in found:
        reading.close()


@pytest.fixture(scope="module")
def unfiltered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reading]]:
    """Worlds of the same rows, which differ in what masks cover."""
    folder = tmp_path_factory.mktemp("unfiltered")
    with duckdb.connect() as duck:
        for name, (_, _, covered) in WORLDS.items():
            rows = f"SELECT i, 'mine', {HARMLESS}, {covered} FROM range(600) t(i)"
            columns = ", ".join(column for column, _ in COLUMNS)
            duck.execute(f"COPY (SELECT * FROM ({rows}) t({columns})) TO '{folder / name}.parquet' (FORMAT parquet)")
    found = [opened(folder / f"{name}.parquet", is_filtered=False) for name in WORLDS]
    yield found
    for reading in found:
        reading.close()


def answered(reading: Reading, sql: str) -> Any:
    try:
        return reading.relation(sql).fetchall()
    except (WeftError, duckdb.Error) as error:
        return str(error)


@pytest.mark.parametrize("expression", ATTACKS["expressions"])
def test_an_expression_tells_nothing_of_what_is_hidden(readings: list[Reading], expression: str) -> None:
    for shape in ATTACKS["shapes"]:
        one, two = (answered(reading, shape.format(e=expression)) for reading in readings)
        assert one == two, shape


@pytest.mark.parametrize("query", ATTACKS["queries"])
def test_a_query_tells_nothing_of_what_is_hidden(readings: list[Reading], query: str) -> None:
    one, two = (answered(reading, query) for reading in readings)
    assert one == two
    assert not any(word in str(one) for word in ("theirs", "secret1", "3150", "5550", "12001", "12345", "1980-07"))


def test_most_attacks_are_answered_and_not_merely_refused(readings: list[Reading]) -> None:
    answers = [answered(readings[0], ATTACKS["shapes"][0].format(e=e)) for e in ATTACKS["expressions"]]
    assert sum(not isinstance(answer, str) for answer in answers) > 50


def test_without_the_barrier_an_error_tells_of_hidden_rows(
    worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "BARRIER", "")
    attack = "SELECT count(*) FROM v WHERE 'a' LIKE (CASE WHEN flag = 1 THEN 'a' ELSE 'a!' END) ESCAPE '!'"
    with opened(worlds["one"]) as one, opened(worlds["two"]) as two:
        assert answered(one, attack) != answered(two, attack)


def test_without_masks_what_they_cover_is_told(worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "MASKS", {})
    with opened(worlds["one"]) as one, opened(worlds["two"]) as two:
        assert answered(one, "SELECT max(pay) FROM v") != answered(two, "SELECT max(pay) FROM v")


def test_the_barrier_stands_above_the_filters(readings: list[Reading]) -> None:
    asked = "EXPLAIN SELECT id FROM v WHERE 'a' LIKE secret ESCAPE '!' AND pay > 3"
    plan = readings[0]._stage.cursor.execute(asked).fetchall()[0][1].lower()
    assert plan.index("like_escape") < plan.index("limit") < plan.index("parquet")


@pytest.mark.parametrize("query", [*ATTACKS["expressions"], *ATTACKS["queries"]])
def test_masks_hold_by_themselves_where_no_row_is_left_out(unfiltered: list[Reading], query: str) -> None:
    sql = (
        query if query in ATTACKS["queries"] else f"SELECT id, ({query}) AS z FROM v WHERE {query} ORDER BY id LIMIT 9"
    )
    one, two = (answered(reading, sql) for reading in unfiltered)
    assert one == two

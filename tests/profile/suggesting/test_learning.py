"""What is learnt of past batches, rule by rule: from tables of a few columns whose past is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weft.engine import open_engine
from weft.engine.seam import Engine
from weft.profile.suggesting.history import Batch, History, Reference
from weft.profile.suggesting.learning import suggested
from weft.profile.suggesting.values import Suggested, Suggestion
from weft.settings import EngineSettings
from weft.sql import guard, rule_query

TYPES = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "VARCHAR": pa.string(), "DATE": pa.date32()}
DAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
ROWS = 200
Value = Callable[[Random, int, int], Any]
"""What stands in a row of a batch."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_engine(EngineSettings(), [tmp_path])
    yield found
    found.close()


def learnt(
    engine: Engine, folder: Path, columns: dict[str, tuple[str, Value]], batches: int = 12, *, is_split: bool = False
) -> Suggested:
    random, bench = Random(5), engine.bench(DAY)
    past = []
    for number in range(batches):
        schema = pa.schema([(name, TYPES[type_]) for name, (type_, _) in columns.items()])
        rows = {name: [value(random, number, at) for at in range(ROWS)] for name, (_, value) in columns.items()}
        pq.write_table(pa.table(rows, schema=schema), folder / f"{number}.parquet")
        types = tuple((name, type_) for name, (type_, _) in columns.items())
        bench.offer(f"past {number}", [folder / f"{number}.parquet"], types)
        past.append(Batch(f"past {number}", DAY + timedelta(days=number)))
    pq.write_table(pa.table({"code": [f"K{n}" for n in range(40)]}), folder / "keys.parquet")
    bench.offer("keys", [folder / "keys.parquet"], (("code", "VARCHAR"),))
    whole = " UNION ALL ".join(f'SELECT * FROM "{one.name}"' for one in past)
    bench.step("whole", whole, stored=True)
    content = Batch("whole", DAY) if is_split else None
    history = History(bench, "t", types, tuple(past), "batches", (Reference("keys", "code", "VARCHAR"),), content)
    try:
        return suggested(history)
    finally:
        bench.close()


def one(found: Suggested, identity: str) -> Suggestion:
    return next(one for one in found.suggestions if one.id == identity)


def ids(found: Suggested) -> set[str]:
    return {one.id for one in found.suggestions}


COLUMN: tuple[tuple[str, Value, str, dict[str, Any]], ...] = (
    ("BIGINT", lambda r, n, at: r.randrange(5000), "nulls(x)", {"metric": "nullValues", "mustBe": 0}),
    ("BIGINT", lambda r, n, at: 1000 * n + at, "unique(x)", {"metric": "duplicateValues", "mustBe": 0}),
    ("VARCHAR", lambda r, n, at: r.choice("abc"), "values(x)", {"metric": "invalidValues", "arguments": {"validValues": ["a", "b", "c"]}, "mustBe": 0}),
    ("VARCHAR", lambda r, n, at: r.choice("abc"), "kept values(x)", {"query": "SELECT COUNT(DISTINCT {property}) FROM {object} WHERE {property} IN ('a', 'b', 'c')", "mustBe": 3}),
    ("BIGINT", lambda r, n, at: 7, "constant(x)", {"metric": "invalidValues", "arguments": {"validValues": [7.0]}, "mustBe": 0}),
    ("VARCHAR", lambda r, n, at: f"{r.choice('ABC')}{r.randrange(100, 999)}", "pattern(x)", {"metric": "invalidValues", "arguments": {"pattern": "^[A-ZÀ-ÖØ-Þ][0-9]{3}$"}, "mustBe": 0}),
    ("VARCHAR", lambda r, n, at: f"word {r.randrange(10**6)}", "blanks(x)", {"query": "SELECT COUNT(*) FROM {object} WHERE {property} <> TRIM({property})", "mustBe": 0}),
    ("VARCHAR", lambda r, n, at: f"K{r.randrange(40)}", "relationship(x, keys.code)", {"relationships": {"to": "keys.code"}}),
    ("DATE", lambda r, n, at: date(2026, 3, 1) + timedelta(days=n - at % 5), "missing days(x)", {"mustBeLessOrEqualTo": 0.5096}),
    ("DATE", lambda r, n, at: date(2026, 3, 1) + timedelta(days=n - at % 5), "recency(x)", {"query": "SELECT MIN(CURRENT_DATE - CAST({property} AS DATE)) FROM {object}"}),
)  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "identity", "rule"), COLUMN, ids=[f"{c[0]} {c[2]}" for c in COLUMN])
def test_a_column_s_past_becomes_a_rule(
    engine: Engine, tmp_path: Path, type_: str, value: Value, identity: str, rule: dict[str, Any]
) -> None:
    found = one(learnt(engine, tmp_path, {"x": (type_, value)}), identity).rule
    known = {name: found[name] for name in rule if name != "mustBeLessOrEqualTo"}
    assert known == {name: said for name, said in rule.items() if name != "mustBeLessOrEqualTo"}


def test_bounds_hold_what_was_and_say_what_they_cost(engine: Engine, tmp_path: Path) -> None:
    found = learnt(engine, tmp_path, {"x": ("DOUBLE", lambda r, n, at: r.gauss(50, 10))})
    mean = one(found, "mean(x)")
    low, high = mean.rule["mustBeBetween"]
    assert 40 < low < 49
    assert 51 < high < 60
    assert 0 < mean.false_alarms.rate <= 0.005
    assert mean.false_alarms.batches == 12
    assert "12 batches" in mean.evidence
    assert found.expected_rate <= 0.006


def test_what_drifts_is_left_out_with_its_reason(engine: Engine, tmp_path: Path) -> None:
    found = learnt(engine, tmp_path, {"x": ("DOUBLE", lambda r, n, at: 100.0 * n + r.random())})
    assert "mean(x)" not in ids(found)
    assert [left.why for left in found.left_out if left.kind == "mean"] == [
        "it drifts, so that a bound would be wrong before long"
    ]


def test_new_values_that_keep_coming_leave_no_list(engine: Engine, tmp_path: Path) -> None:
    found = learnt(engine, tmp_path, {"x": ("VARCHAR", lambda r, n, at: f"of {n}" if at < 50 else r.choice("ab"))})
    assert "values(x)" not in ids(found)
    assert any(left.kind == "values" and "never seen before" in left.why for left in found.left_out)


def test_two_columns_say_something_of_each_other(engine: Engine, tmp_path: Path) -> None:
    def town(random: Random, number: int, at: int) -> str:
        return "Rome" if at % 4 == 0 else "Paris" if at % 4 == 1 else "Nice"

    found = learnt(
        engine,
        tmp_path,
        {
            "town": ("VARCHAR", town),
            "land": ("VARCHAR", lambda r, n, at: "Italy" if at % 4 == 0 else "France"),
            "a": ("DOUBLE", lambda r, n, at: at + r.random()),
            "b": ("DOUBLE", lambda r, n, at: 3 * at + 9 * r.random()),
            "begun": ("DATE", lambda r, n, at: date(2026, 1, 1) + timedelta(days=at)),
            "ended": ("DATE", lambda r, n, at: date(2026, 1, 1) + timedelta(days=at + at % 3)),
        },
    )
    assert {"dependency(land, town)", "correlation(b, a)", "order(ended, begun)"} <= ids(found)
    assert not {"dependency(town, land)", "order(begun, ended)"} & ids(found)


def test_parts_of_one_content_tell_nothing_of_its_size(engine: Engine, tmp_path: Path) -> None:
    columns: dict[str, tuple[str, Value]] = {
        "x": ("DOUBLE", lambda r, n, at: r.gauss(5, 1)),
        "day": ("DATE", lambda r, n, at: date(2026, 3, 1) - timedelta(days=at % 9)),
        "at": ("BIGINT", lambda r, n, at: at),
    }
    found = learnt(engine, tmp_path, columns, is_split=True)
    assert not {"recency(day)", "days(day)", "mean(day)"} & ids(found)
    assert "unique(at)" not in ids(found)
    assert one(found, "row count()").rule["mustBeGreaterOrEqualTo"] == 12 * ROWS // 2
    assert "guess" in one(found, "row count()").evidence


def test_every_rule_in_sql_passes_the_guard_and_says_the_standard_s_placeholders(
    engine: Engine, tmp_path: Path
) -> None:
    found = learnt(engine, tmp_path, {f"x{at}": (kind, value) for at, (kind, value, _, _) in enumerate(COLUMN)})
    queries = [(one.column, one.rule["query"]) for one in found.suggestions if one.rule.get("type") == "sql"]
    assert len(queries) > 20
    for column, query in queries:
        assert "{object}" in query
        guard(rule_query(query, "t", column or None), where="rule")


def test_no_column_has_two_rules_of_one_metric(engine: Engine, tmp_path: Path) -> None:
    found = learnt(engine, tmp_path, {f"x{at}": (kind, value) for at, (kind, value, _, _) in enumerate(COLUMN)})
    said = [(one.column, one.rule["metric"]) for one in found.suggestions if one.column and "metric" in one.rule]
    assert len(said) == len(set(said))

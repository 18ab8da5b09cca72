"""What the benchmark says of what it measured."""

from __future__ import annotations

import pytest
from bench.processes import Measured
from bench.report import BENCH, rewritten, sat, table
from bench.rows import Promise, Row


def runs(*seconds: float) -> list[Measured]:
    return [Measured(second, second, 100.0) for second in seconds]


ROW = Row("first build", {"raw DuckDB": runs(1.0, 9.0, 1.2), "Weft": runs(2.4, 2.5, 2.3)}, Promise(2.2, "floor"))


def test_a_row_says_medians_ratios_and_whether_the_promise_is_kept() -> None:
    assert table([ROW]).splitlines()[-1] == "| first build | 1.20 s | 2.40 s (2.00 x) |  |  | 2.2 x raw |"
    assert ROW.is_kept


def test_other_ways_of_asking_stand_beside_the_first() -> None:
    asked = Row("nothing changed", {"dbt": runs(17.7), "dbt, state selection": runs(5.3)})
    assert table([asked]).splitlines()[-1] == "| nothing changed |  |  |  | 17.7 s; state selection 5.30 s |  |"


def test_a_promise_that_is_not_kept_is_said() -> None:
    slow = Row("plan", {"Weft": runs(0.7)}, Promise(0.6, "seconds"))
    assert table([slow]).splitlines()[-1].endswith("| 0.6 s (not kept) |")


def test_only_what_stands_between_the_marks_is_written() -> None:
    document = "above\n<!-- bench -->\nold\n<!-- /bench -->\nbelow\n"
    written = rewritten(document, BENCH, sat([ROW]))
    assert written.startswith("above\n<!-- bench -->\n| what |")
    assert written.endswith("<!-- /bench -->\nbelow\n")
    assert "old" not in written
    with pytest.raises(ValueError, match="bench"):
        rewritten("no marks", BENCH, "")

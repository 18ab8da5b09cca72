"""What is shown to people: tables that fit, numbers that read well, progress that is plain where it must be."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from weft.cli.render.checks import said, spoken
from weft.cli.render.counting import ago, counted, lasted, measured, sized
from weft.cli.render.layout import aligned, cut, length
from weft.cli.render.outcome import product_lines
from weft.cli.render.progress import Going
from weft.cli.render.table import arrow_lines, hidden, table_lines
from weft.cli.render.terminal import Harmless, Worded, paint
from weft.names import LineName, ProductName
from weft.plan.plan import Plan, ProductPlan, Step
from weft.product.checks import CheckResult
from weft.run.report import Event, ProductReport, TableReport

WIDE = [(f"column_{number}", "VARCHAR") for number in range(6)]


def test_numbers_stand_to_the_right_and_null_is_a_dot() -> None:
    lines = table_lines([("name", "VARCHAR"), ("n", "BIGINT")], [["a", "5"], [None, "1000"]], 80)
    assert lines == ["name     n", "────  ────", "a        5", "·     1000"]


def test_a_value_neither_moves_the_cursor_nor_colours_anything() -> None:
    shown = table_lines([("x", "VARCHAR")], [["a\x1b[31mb\nc"]], 80)[2]
    assert shown == "a\\x1b[31mb⏎c"


def test_an_answer_for_programs_commands_a_terminal_as_little() -> None:
    terminal = io.StringIO()
    bytes_of = Worded(terminal)
    for part in (b"\x1b[31mred\x07,\xc3", b"\xbc,\x9b\n"):
        bytes_of.write(part)
    bytes_of.flush()
    assert terminal.getvalue() == "\\x1b[31mred\\x07,ü,\ufffd\n"


def test_only_words_and_colours_reach_a_terminal() -> None:
    terminal = io.StringIO()
    print("\x1b[31mred\x1b[0m \x1b[2J\x1b]0;title\a back\r \u202eend", file=Harmless(terminal))
    assert terminal.getvalue() == "\x1b[31mred\x1b[0m \\x1b[2J\\x1b]0;title\\x07 back\\r \\u202eend\n"


def test_a_columns_name_neither_moves_the_cursor_nor_colours_anything() -> None:
    assert table_lines([("a\x1b[2J", "BIGINT")], [["1"]], 80)[0] == "a\\x1b[2J"


def test_rows_of_arrow_are_written_as_duckdb_writes_them() -> None:
    rows = pa.table(
        {"at": pa.array([datetime(2026, 3, 1, 9, 30, tzinfo=UTC)], pa.timestamp("us", "UTC")), "l": [[1, None]]}
    )
    assert arrow_lines([("at", "TIMESTAMP WITH TIME ZONE"), ("l", "BIGINT[]")], rows, 80)[2:] == [
        "2026-03-01 09:30:00+00  [1, NULL]"
    ]


def test_wide_characters_take_two_columns() -> None:
    assert length("日本") == 4
    assert table_lines([("x", "VARCHAR"), ("y", "VARCHAR")], [["日本", "a"], ["abcd", "b"]], 80)[2:] == [
        "日本  a",
        "abcd  b",
    ]
    assert cut("日本語", 4) == "日…"


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_a_table_is_never_wider_than_the_terminal(width: int) -> None:
    rows = [["x" * 30] * 6] * 5
    assert max(map(length, table_lines(WIDE, rows, width))) <= width
    assert len(hidden(WIDE, rows, width)) == 6 - len(table_lines(WIDE, rows, width)[1].split())


def test_few_rows_that_do_not_fit_are_records() -> None:
    lines = table_lines(WIDE, [["x" * 30] * 6], 40)
    assert lines[2] == f"column_0  {'x' * 29}…" or lines[2] == f"column_0  {'x' * 30}"
    assert hidden(WIDE, [["x" * 30] * 6], 40) == ()


def test_a_long_last_cell_hangs_below_itself_or_below_its_row() -> None:
    assert aligned([("a", "one two three four five six seven")], 40) == ["  a  one two three four five six seven"]
    assert aligned([("a", "one two three four five six seven eight nine")], 32) == [
        "  a  one two three four five six",
        "     seven eight nine",
    ]
    assert aligned([("a" * 25, "one two three four five")], 40)[1] == "      one two three four five"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (counted(1, "row"), "1 row"),
        (counted(336776, "row"), "336,776 rows"),
        (sized(812), "812 B"),
        (sized(4_700_000), "4.7 MB"),
        (sized(206_000), "206 kB"),
        (lasted(0.0081), "8 ms"),
        (lasted(8.32), "8.3 s"),
        (lasted(125), "2 min 5 s"),
        (lasted(7260), "2 h 1 min"),
        (measured("14.77835511"), "14.7784"),
        (measured("7602"), "7,602"),
        (measured("n/a"), "n/a"),
    ],
)
def test_numbers_are_said_as_people_read_them(given: str, shown: str) -> None:
    assert given == shown


def test_ages_are_said_in_one_unit() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago(now - timedelta(seconds=30), now) == "just now"
    assert ago(now - timedelta(minutes=1), now) == "1 minute ago"
    assert ago(now - timedelta(days=3), now) == "3 days ago"


def test_a_check_says_what_was_found_and_what_must_be() -> None:
    found = CheckResult(
        LineName("a.b.c@1"),
        "share",
        "sql",
        "failed",
        "warning",
        measured=14.778,
        threshold="mustBeLessThan 5",
        description="why",
    )
    assert said(found) == "found 14.778, must be less than 5 (warning): why"
    assert spoken("mustBeBetween 1 and 5") == "must be between 1 and 5"


def test_colours_are_left_out_where_nobody_sees_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paint("x", "red") == "x"
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert paint("x", "red") == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint("x", "red") == "x"


def test_progress_names_what_is_at_work_and_counts_what_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = ProductName("a.one"), ProductName("a.two")
    steps = tuple(ProductPlan(name, (Step(LineName(f"{name}.t@1"), "build"),)) for name in (one, two))
    going = Going(Plan("prod", datetime.now(UTC), 1, steps))
    going.observe(Event("began", one))
    going.observe(Event("began", two))
    table = TableReport(LineName("a.one.t@1"), "built", 1200, 4000, 0.25)
    going.observe(Event("ended", one, report=ProductReport(one, "published", (table,))))
    assert capsys.readouterr().err == "✓ a.one.t@1        1,200 rows    4.0 kB    250 ms\n"
    shown = str(going.renderable())
    assert "1 of 2 products" in shown
    assert "▸ a.two" in shown
    assert "a.one" not in shown


def test_of_a_table_in_parts_it_is_said_how_many_were_made() -> None:
    line = LineName("a.one.t@1")
    few, all_ = (TableReport(line, "built", 1200, 4000, 0.25, parts=(made, 104)) for made in (1, 104))
    report = ProductReport(ProductName("a.one"), "published", (few, all_))
    said = [text.rpartition("ms")[2] for text in product_lines(report, 16)]
    assert said == ["  1 of 104 parts", ""]


def test_a_run_of_many_products_names_only_what_did_not_come(capsys: pytest.CaptureFixture[str]) -> None:
    names = [ProductName(f"a.p{number}") for number in range(100)]
    plans = tuple(ProductPlan(name, (Step(LineName(f"{name}.t@1"), "build"),)) for name in names)
    going = Going(Plan("prod", datetime.now(UTC), 1, plans))
    for name in names[1:]:
        going.observe(Event("ended", name, report=ProductReport(name, "published")))
    going.observe(Event("ended", names[0], report=ProductReport(names[0], "failed", message="it broke")))
    assert capsys.readouterr().err == "✗ a.p0  not published\n    it broke\n"

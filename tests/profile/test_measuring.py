"""What a profile says of tables whose answers are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.profile.looked_at import column, looked_at

from weft.profile.sampling import sample_rows
from weft.profile.values import Frequent

TYPES = """
    SELECT 1::TINYINT a, 1::UBIGINT b, 1::HUGEINT c, 1.5::FLOAT d, 'nan'::DOUBLE e, 1.50::DECIMAL(38, 2) f, true g, 'x' h, '\\xAA'::BLOB i,
    DATE '2026-01-01' j, TIMESTAMP '2026-01-01 01:02:03' k, TIMESTAMPTZ '2026-01-01 01:02:03+00' l, TIME '01:02:03' m, INTERVAL 1 DAY n,
    uuid() o, [1, 2] p, {'q': 1, 'r': [NULL]} q, MAP {'a': 1} r, 'b'::ENUM ('a', 'b') s, TIMESTAMP_NS '2026-01-01' t, NULL u, '{}'::JSON w
"""


def test_a_column_of_numbers_is_counted(tmp_path: Path) -> None:
    found = looked_at(tmp_path, "SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE i END AS n FROM range(1000) t(i)").columns[
        0
    ]
    assert (found.rows, found.nulls, found.distinct, found.is_distinct_exact) == (1000, 100, 900, True)
    assert (found.minimum, found.maximum, found.mean) == (1, 999, pytest.approx(500))
    assert found.deviation == pytest.approx(288.8, abs=0.1)
    assert {one.share: one.value for one in found.quantiles}[0.5] == pytest.approx(500, abs=1)
    assert sum(one.rows for one in found.histogram) == 900
    assert found.histogram[0].low == 1
    assert found.number is not None and found.number.is_whole


def test_a_column_of_texts_is_described(tmp_path: Path) -> None:
    found = column(tmp_path, ["AB-12", "AB-13", "cd-1", "", None, " x", "x ", "N/A", '"q"', "a\tb"])
    text = found.text
    assert text is not None
    assert (found.nulls, found.empties, found.placeholders) == (1, 1, 1)
    assert found.placeholder_values == (Frequent("N/A", 1),)
    assert found.patterns[0] == Frequent("AA-99", 2)
    assert (text.leading_blanks, text.trailing_blanks, text.quoted, text.delimiters) == (1, 1, 1, 1)
    assert (text.shortest, text.longest) == (2, 5)


@pytest.mark.parametrize(
    ("values", "form"), [(("2026-01-31", "2026-02-01"), "%Y-%m-%d"), (("01/31/2026", "02/11/2026"), "%m/%d/%Y"), (("31.01.2026", "1.2.2026"), "%d.%m.%Y")]
)  # fmt: skip
def test_dates_in_texts_are_seen(tmp_path: Path, values: tuple[str, ...], form: str) -> None:
    text = column(tmp_path, values).text
    assert text is not None and (text.dates, text.date_format) == (2, form)


def test_numbers_in_texts_are_seen(tmp_path: Path) -> None:
    text = column(tmp_path, ["1", "-2.5", "1,234.50", "$ 3", "12%", "x", "007", "1e5", "1,23,4", "."]).text
    assert text is not None and (text.numbers, text.zero_led) == (7, 1)


def test_days_are_counted_with_their_gaps(tmp_path: Path) -> None:
    days = "SELECT DATE '2026-01-01' + i::INTEGER AS d FROM range(100) t(i) WHERE i NOT BETWEEN 40 AND 80"
    moment = looked_at(tmp_path, days).columns[0].moment
    assert moment is not None
    assert (moment.days, moment.missing_days, moment.longest_gap_days, moment.months) == (59, 41, 41, 4)
    assert moment.by_day is not None and (moment.by_day.most, moment.by_day.empty) == (1, 41)


def test_days_that_no_calendar_has_are_counted(tmp_path: Path) -> None:
    found = column(
        tmp_path, ["infinity", "9999-12-31", "0001-01-01", "2026-01-01", "2027-01-01", "5877642-06-25 (BC)"], "DATE"
    )
    assert found.moment is not None and (found.moment.unlikely, found.moment.future) == (4, 2)


@pytest.mark.parametrize(
    ("sql", "order", "strict"),
    [
        ("i", "rising", True),
        ("i // 2", "rising", False),
        ("-i", "falling", True),
        ("hash(i)", "", False),
        ("1", "constant", False),
    ],
)
def test_the_order_of_rows_is_seen(tmp_path: Path, sql: str, order: str, strict: bool) -> None:
    found = looked_at(tmp_path, f"SELECT {sql} AS v FROM range(5000) t(i)").columns[0]
    assert (found.order, found.is_strictly_ordered) == (order, strict)


def test_every_type_has_a_profile(tmp_path: Path) -> None:
    found = looked_at(tmp_path, TYPES)
    assert [one.rows for one in found.columns] == [1] * 22
    assert found.column("u") is not None and found.columns[20].nulls == 1
    assert {one.name: one.family for one in found.columns}["q"] == "other"


@pytest.mark.parametrize("where", ["false", "i = 1"])
def test_a_table_of_no_row_and_of_one_has_a_profile(tmp_path: Path, where: str) -> None:
    found = looked_at(
        tmp_path, f"SELECT i, i::VARCHAR AS s, i / 2 AS d, DATE '2026-01-01' AS day FROM range(3) t(i) WHERE {where}"
    )
    assert found.rows == (0 if where == "false" else 1)
    assert found.scores[0].percent == 100


def test_a_column_of_nulls_alone_has_a_profile(tmp_path: Path) -> None:
    for type_ in ("VARCHAR", "DOUBLE", "DATE", "BOOLEAN", "INTEGER[]"):
        found = column(tmp_path, [None, None], type_)
        assert (found.nulls, found.distinct, found.minimum, found.frequent) == (2, 0, None, ())


def test_five_hundred_columns_of_odd_names_have_a_profile(tmp_path: Path) -> None:
    names = ", ".join(f'i % {at + 1} AS "c""{at}; DROP TABLE t0 --"' for at in range(500))
    found = looked_at(tmp_path, f"SELECT {names} FROM range(200) t(i)")
    assert len(found.columns) == 500
    assert found.columns[6].distinct == 7


def test_columns_that_are_called_as_ours_are_do_no_harm(tmp_path: Path) -> None:
    found = looked_at(
        tmp_path, 'SELECT i AS file_row_number, -i AS "C0", i % 2 AS nth, 7 AS filename FROM range(9) t(i)'
    )
    assert [one.distinct for one in found.columns] == [9, 9, 2, 1]


def test_hostile_texts_are_counted_as_any(tmp_path: Path) -> None:
    values = ["'; DROP TABLE s0; --", "\\", "%_[(*", "\u202eabc", "\x01", "a" * 10_000, "{0}", "日本"]
    found = column(tmp_path, values)
    assert found.distinct == 8
    assert all(len(str(one.value)) <= 200 for one in found.frequent)


def test_infinite_numbers_have_a_mean_of_the_others(tmp_path: Path) -> None:
    found = column(tmp_path, ["inf", "-inf", "nan", "1", "3"], "DOUBLE")
    assert found.mean == 2
    assert found.number is not None and found.number.not_finite == 3
    assert sum(one.rows for one in found.histogram) == 2


def test_digits_after_the_point_are_counted(tmp_path: Path) -> None:
    number = column(tmp_path, ["1.50", "2.125", "3"], "DECIMAL(10, 4)").number
    assert number is not None and (number.is_whole, number.decimals) == (False, 3)


def test_what_is_enormous_has_a_profile(tmp_path: Path) -> None:
    found = column(tmp_path, ["1" + "0" * 35, "-1" + "0" * 35], "DECIMAL(38, 2)")
    assert (found.minimum, found.maximum, found.mean) == (-1e35, 1e35, 0)


def test_a_large_table_is_sampled_and_counted_in_whole(tmp_path: Path) -> None:
    found = looked_at(tmp_path, "SELECT i AS id, i % 7 AS k, 'x' || (i % 50000) AS s FROM range(300_000) t(i)")
    assert found.is_sampled and abs(found.sampled_rows - sample_rows(300_000, 3)) < 3000
    identity, few, text = found.columns
    assert (identity.distinct, identity.is_distinct_exact, identity.order) == (300_000, True, "rising")
    assert (few.distinct, few.is_distinct_exact) == (7, True)
    assert not text.is_distinct_exact and abs(text.distinct / 50_000 - 1) < 5 * text.distinct_error
    assert found.keys[0].columns == ("id",)


def test_the_same_seed_gives_the_same_profile(tmp_path: Path) -> None:
    sql = "SELECT i AS id, (i * 7919) % 1000 / 7 AS k, 'x' || (i % 5000) AS s FROM range(210_000) t(i)"
    first, again = (looked_at(tmp_path, sql, seed=1) for _ in range(2))
    assert first.is_sampled
    assert (first.columns, first.findings) == (again.columns, again.findings)

"""What is untidy is found, and what is tidy is left alone: one row for each kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.profile.looked_at import ENGINE, NOW, found, looked_at, subject

from weft.profile.hygiene import KINDS, rolled_up
from weft.profile.measuring import Means, measured

MANY = [f"AB{n:03}" for n in range(200)]
WORDS = ["oak", "elm", "ash", "fir", "yew"] * 40
NAMES = ["Ann", "Bob", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal"] * 20
ZIPS = ["50010", "52240-1234", "10001", "94103"] * 10
CASES: list[tuple[str, list[object], str]] = [
    ("no-values", [None, None], "v"),
    ("blank-texts", ["a", " ", ""], "v"),
    ("placeholders", [*WORDS, "N/A", "unknown"], "v"),
    ("leading-blanks", ["a", " b"], "v"),
    ("trailing-blanks", ["a", "b "], "v"),
    ("odd-blanks", ["a b", "a\u00a0b"], "v"),
    ("quoted", ["a", '"b"'], "v"),
    ("non-printing", ["a", "b\u200b"], "v"),
    ("embedded-delimiters", ["a", "b|c"], "v"),
    ("truncated", [*(f"{n:02} is a sentence that goes on {'on' * n}"[:30] for n in range(5, 40)), "short", "longer", "middling", "a few words", "six of them now"], "v"),
    ("inconsistent-casing", [*(word.upper() for word in WORDS), "oak tree"], "v"),
    ("standardized-duplicates", ["Acme, Inc.", "Acme, Inc.", "ACME INC", "Other"], "v"),
    ("numbers-as-text", ["1.5", "2", "30"], "v"),
    ("dates-as-text", ["2026-01-01", "2026-02-01"], "v"),
    ("truths-as-text", ["Y", "N", "Y"], "v"),
    ("truths-and-others", [*(["Y", "N"] * 50), "maybe"], "v"),
    ("coded-variants", ["Y", "Yes", "N", "No", "Y"], "v"),
    ("few-missing", [*MANY, None], "v"),
    ("few-divergent", [*(["open"] * 200), "shut"], "v"),
    ("nearly-unique", [*MANY, "AB007"], "v"),
    ("personal-data", [f"ann{n}@example.org" for n in range(20)], "contact"),
    ("text-among-numbers", [*(str(n) for n in range(50)), "about 12"], "v"),
    ("numbers-among-text", [*WORDS, "12"], "v"),
    ("dates-among-text", [*WORDS, "2026-01-01"], "v"),
    ("text-among-dates", [*(f"2026-01-{n:02}" for n in range(1, 29)), "soon"], "v"),
    ("mixed-date-formats", [*(f"2026-01-{n:02}" for n in range(1, 29)), "13/01/2026"], "v"),
    ("numbers-with-units", ["12 kg", "3.5 kg", "7 kg"], "weight"),
    ("pattern-mismatch", [*MANY, "A-12"], "v"),
    ("invalid-zip", [*ZIPS, "5001"], "zip"),
    ("invalid-zip3", [*ZIPS, "00012"], "zip"),
    ("unexpected-states", [*["IA", "NY", "CA", "TX"] * 5, "ZZ"], "state"),
    ("unlike-meaning", [*(f"ann{n}@example.org" for n in range(20)), "ann at example"], "email"),
    ("unexpected-emails", ["call me", "write to ann@example.org", "no"], "note"),
    ("unexpected-ssn", ["call me", "her number is 123-45-6789", "no"], "note"),
    ("names-without-letters", [*NAMES, "12"], "first_name"),
    ("names-beginning-oddly", [*NAMES, "*Ivy"], "first_name"),
]  # fmt: skip
OF_OTHERS = {"unlikely-dates", "future-dates", "stale-half-year", "stale-year", "missing-months", "outliers", "duplicate-rows", "broken-dependency", "orphans", "types-differ", "types-vary", "patterns-differ"}  # fmt: skip
"""Kinds of columns that are no text, of tables, or of several: tested below."""


@pytest.mark.parametrize(("kind", "values", "name"), CASES, ids=[case[0] for case in CASES])
def test_what_is_untidy_is_found(kind: str, values: list[object], name: str, tmp_path: Path) -> None:
    told = found(tmp_path, values, name)
    assert kind in told, sorted(told)
    assert told[kind].said.startswith(("'", "The", "One", "1")) and "{" not in told[kind].said


def test_every_kind_is_tried() -> None:
    assert {kind.name for kind in KINDS} == {case[0] for case in CASES} | OF_OTHERS


@pytest.mark.parametrize(
    ("kind", "values", "type_"),
    [
        ("unlikely-dates", ["1066-10-14", "2026-01-01", "2026-02-01"], "DATE"),
        ("future-dates", ["2026-01-01", "2026-02-01", "2027-01-01"], "DATE"),
        ("stale-half-year", ["2026-01-01", "2026-02-01"], "DATE"),
        ("stale-year", ["2024-01-01", "2024-02-01"], "DATE"),
        ("outliers", [*range(1000), 999_999], "BIGINT"),
        ("missing-months", [f"20{y}-{m:02}-{d:02}" for y in (24, 25) for m in range(1, 13) if (y, m) != (24, 7) for d in range(1, 29)], "DATE"),
        ("placeholders", [*range(1, 500), 99999], "BIGINT"),
        ("placeholders", ["1900-01-01", "2026-01-02"], "DATE"),
    ],
)  # fmt: skip
def test_what_is_untidy_in_numbers_and_days_is_found(
    kind: str, values: list[object], type_: str, tmp_path: Path
) -> None:
    assert kind in found(tmp_path, values, type_=type_)


def test_rows_that_are_there_twice_are_found(tmp_path: Path) -> None:
    told = looked_at(tmp_path, "SELECT i % 9 AS a, i % 9 AS b FROM range(10) t(i)")
    assert told.duplicate_rows == 1
    assert [one.rows for one in told.findings if one.kind == "duplicate-rows"] == [1]


def test_a_rule_that_a_few_rows_break_is_found(tmp_path: Path) -> None:
    sql = "SELECT i % 20 AS plant, CASE WHEN i = 7 THEN 'x' ELSE 'site ' || (i % 20 // 5) END AS site FROM range(1000) t(i)"
    (rule,) = [one for one in looked_at(tmp_path, sql).dependencies if one.determinant == "plant"]
    assert (rule.dependent, rule.exceptions) == ("site", 1)


@pytest.mark.parametrize(
    "values",
    [MANY, WORDS, NAMES, [f"{n:04}" for n in range(100)], ["2026-10-01", "x"] * 20, [str(n) + ".5" for n in range(9)]],
)
def test_what_is_tidy_is_left_alone(values: list[object], tmp_path: Path) -> None:
    told = {kind for kind, one in found(tmp_path, values).items() if one.likelihood in ("definite", "likely")}
    assert told <= {"dates-as-text"}


def test_tables_are_compared(tmp_path: Path) -> None:
    orders = subject(
        tmp_path, "orders", "SELECT i AS order_id, i % 40 AS customer_id, 'x' AS amount_due FROM range(500) t(i)"
    )
    customers = subject(
        tmp_path, "customers", "SELECT i AS customer_id, 1.5 AS amount_due, i::INTEGER AS order_id FROM range(38) t(i)"
    )
    first, _ = measured([orders, customers], Means(ENGINE, tmp_path, now=NOW))
    (key,) = [one for one in first.foreign_keys if one.column == "customer_id"]
    assert (key.table, key.to_column, key.share, key.orphans) == ("customers", "customer_id", 0.95, 2)
    assert {one.kind for one in first.findings} >= {"orphans", "types-differ", "types-vary"}


def test_patterns_that_differ_between_tables_are_found(tmp_path: Path) -> None:
    tables = [
        subject(tmp_path, name, f"SELECT '{pre}' || (100 + i) AS part FROM range(50) t(i)")
        for name, pre in (("a", "AB"), ("b", "ab-"))
    ]
    first, _ = measured(tables, Means(ENGINE, tmp_path, now=NOW))
    assert "patterns-differ" in {one.kind for one in first.findings}


def test_a_score_is_the_share_that_nothing_untidy_touches(tmp_path: Path) -> None:
    told = looked_at(tmp_path, "SELECT CASE WHEN i < 50 THEN ' a' || i ELSE 'b' || i END AS v, i FROM range(100) t(i)")
    by_name = {score.dimension: score for score in told.scores}
    assert by_name["conformity"].percent == 75
    assert by_name["conformity"].points == 200
    whole = rolled_up("both", [told, told])
    assert (whole.tables, whole.scores[0].points, whole.scores[0].percent) == (2, 400, told.scores[0].percent)


def test_a_classified_column_is_not_in_the_open(tmp_path: Path) -> None:
    one = subject(tmp_path, "people", "SELECT 'ann' || i || '@example.org' AS email FROM range(30) t(i)")
    from dataclasses import replace

    (told,) = measured([replace(one, classified=frozenset({"email"}))], Means(ENGINE, tmp_path, now=NOW))
    assert told.columns[0].personal == "likely"
    assert "personal-data" not in {finding.kind for finding in told.findings}

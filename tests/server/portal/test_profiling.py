"""Pictures and words of a profile: what has an order is a histogram, what repeats is its most frequent values, and shares are never rounded to a lie."""

from __future__ import annotations

import pytest

from weft.profile.values import Bin, ColumnProfile, Finding, Frequent, Score
from weft.server.portal.profiling import parts, scored, share, spread, told, value


def column(**facts: object) -> ColumnProfile:
    return ColumnProfile(**{"name": "a", "type": "BIGINT", "family": "number", "rows": 100, "nulls": 0, **facts})  # type: ignore[arg-type]


def test_what_has_an_order_is_a_histogram_between_its_two_ends() -> None:
    found = spread(column(minimum=1, maximum=8500, histogram=(Bin(1, 4000, 60), Bin(4000, 8500, 40)), distinct=90), 100)
    assert found.picture is not None and found.picture.count("<rect") == 2
    assert "4\u202f000 to 8\u202f500: 40" in found.picture
    assert (found.low, found.high, found.empty, found.distinct) == ("1", "8\u202f500", "none", "90")


def test_what_repeats_is_its_most_frequent_values_and_all_others() -> None:
    found = spread(column(family="text", frequent=(Frequent("EWR", 60), Frequent("<b>", 30)), distinct=3), 100)
    assert found.picture is not None and "EWR: 60" in found.picture and "all others: 10" in found.picture
    assert "&lt;b&gt;" in found.picture and "<b>" not in found.picture


def test_what_never_repeats_has_no_picture_and_two_ends() -> None:
    found = spread(column(family="text", frequent=(Frequent("N1", 1),), minimum="N1", maximum="N99", distinct=100), 100)
    assert (found.picture, found.low, found.high) == (None, "N1", "N99")


def test_what_is_masked_has_counts_and_says_why_no_picture() -> None:
    found = spread(column(withheld=True, nulls=50, distinct=7, is_distinct_exact=False), 100)
    assert found.picture is None and "masked" in found.why
    assert (found.empty, found.distinct) == ("50.0 %", "about 7")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 10, "none"),
        (10, 10, "all"),
        (1, 1_000_000, "under 0.1 %"),
        (999_999, 1_000_000, "99.9 %"),
        (1, 8, "12.5 %"),
        (0, 0, "none"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [(None, ""), (True, "true"), (8500, "8\u202f500"), (2.0, "2"), (0.123456, "0.1235"), ("x" * 50, "x" * 39 + "…")],
)
def test_values_are_said_shortly(found: object, said: str) -> None:
    assert value(found) == said  # type: ignore[arg-type]


def test_frequent_values_have_their_share() -> None:
    assert [(one.text, one.share) for one in parts((Frequent("a", 75), Frequent(None, 25)), 100)] == [
        ("a", "75.0 %"),
        ("", "25.0 %"),
    ]


def test_a_score_is_never_rounded_to_whole_and_has_a_tone() -> None:
    found = scored(
        (Score("", 99.99, 10), Score("accuracy", 100.0, 10), Score("timeliness", 80.0, 10), Score("coverage", 100.0, 0))
    )
    assert [(one.name, one.percent, one.tone) for one in found] == [
        ("overall", "99.9 %", "good"),
        ("accuracy", "100 %", "good"),
        ("timeliness", "80.0 %", "bad"),
    ]


def test_a_finding_says_how_many_rows_and_whether_that_is_estimated() -> None:
    one = Finding(
        "placeholder", "a", "likely", "completeness", 1200, ("N/A", None), "It has placeholders.", is_estimated=True
    )
    (said,) = told([one])
    assert (said.rows, said.examples, said.tone) == ("about 1\u202f200 rows", ("N/A", ""), "warn")

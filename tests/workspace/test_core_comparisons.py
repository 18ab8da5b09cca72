"""A comparison takes fields that its measure compares, and says nothing that this does not look at."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from weft.core_data.comparing import levels_of
from weft.product.core_data import Comparison, Measure
from weft.workspace.core_comparisons import WITH_ALTERNATIVES, WITH_EXCHANGE, WITH_FREQUENCIES, unfit

KINDS = dict.fromkeys(("zip", "city", "state", "former"), "text") | {"born": "date", "died": "date"}
MEASURES: tuple[Measure, ...] = get_args(Measure)


def said(measure: Measure, field: str, *alternatives: str) -> list[str]:
    fields = ("former", "zip", "city", "state") if measure == "place" else (field,)
    return [message for message, _ in unfit(Comparison("c", measure, fields, alternatives), KINDS)]  # type: ignore[arg-type]


def test_dates_are_compared_as_dates_or_exactly() -> None:
    assert [measure for measure in MEASURES if measure != "place" and not said(measure, "born")] == ["exact", "date"]
    assert said("text", "born") == ["'text' compares texts, and 'born' is a date"]
    assert said("exact", "born", "died") == []


@pytest.mark.parametrize("fields", [("born", "former"), ("former", "born")])
def test_a_date_and_a_text_are_not_compared(fields: tuple[str, str]) -> None:
    assert said("exact", *fields) == ["'former' is compared with dates here, and is none"]


@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_looked_at_is_what_may_be_said(measure: Measure) -> None:
    plain = Comparison("c", measure, ("former", "zip", "city", "state") if measure == "place" else ("former",))
    levels = levels_of(plain)
    assert (levels_of(replace(plain, alternatives=("city",))) != levels) == (measure in WITH_ALTERNATIVES)
    assert (levels_of(replace(plain, exchanged_with="city")) != levels) == (measure in WITH_EXCHANGE)
    assert any(level.is_same for level in levels) == (measure in WITH_FREQUENCIES)

"""Waterfalls and probabilities as people read them."""

from __future__ import annotations

import pytest

from weft.errors import Misuse
from weft.product.core_data import RecordId
from weft.query.stewarding.values import PRIOR, Evidence, likely, record_of, waterfall
from weft.query.stewarding.wording import chance


def test_each_bar_begins_where_the_one_before_it_ended() -> None:
    steps = waterfall([Evidence(PRIOR, "", -8.0), Evidence("name", "the same", 10.0), Evidence("city", "else", -1.5)])
    assert [(one.before, one.after) for one in steps] == [(0.0, -8.0), (-8.0, 2.0), (2.0, 0.5)]


@pytest.mark.parametrize(
    ("bits", "probability"), [(0.0, 0.5), (1.0, 2 / 3), (-1.0, 1 / 3), (5000.0, 1.0), (-5000.0, 0.0)]
)
def test_a_sum_of_bits_is_a_probability(bits: float, probability: float) -> None:
    assert likely(bits) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (None, ""), (0.5, "50 %"), (0.9534, "95.3 %"), (1.0, "100 %"), (0.0, "0 %"), (0.99933, "99.933 %"),
        (0.9999999, "over 99.999 %"), (0.0000001, "under 0.001 %"), (0.0004, "0.04 %"),
    ],
)  # fmt: skip
def test_next_to_certain_is_not_said_to_be_certain(probability: float | None, said: str) -> None:
    assert chance(probability) == said


def test_an_id_may_hold_colons() -> None:
    assert record_of("crm:a:b|c") == RecordId("crm", "a:b|c")


@pytest.mark.parametrize("said", ["", "crm", "crm:", ":1"])
def test_what_is_no_record_is_refused(said: str) -> None:
    with pytest.raises(Misuse, match="is no record"):
        record_of(said)

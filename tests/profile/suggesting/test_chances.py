"""Bounds are broken as seldom as they say, and what is said of chance is what chance does."""

from __future__ import annotations

from random import Random

import pytest

from weft.profile.suggesting.chances import chance_of_new, drifts, expected, rows_beyond, student


@pytest.mark.parametrize(
    ("share", "freedom", "quantile"),
    [(0.975, 10, 2.228139), (0.9995, 29, 3.659405), (0.95, 1, 6.313752), (0.99995, 4, 15.54410)],
)
def test_quantiles_of_student_s_distribution_are_those_of_the_tables(
    share: float, freedom: int, quantile: float
) -> None:
    assert student(share, freedom) == pytest.approx(quantile, rel=1e-5)


@pytest.mark.parametrize("draw", ["gauss", "lognormvariate"])
def test_bounds_are_broken_no_oftener_than_they_say(draw: str) -> None:
    random = Random(7)
    broken = 0
    for _ in range(2000):
        *past, following = [getattr(random, draw)(1, 0.4) for _ in range(25)]
        bounds = expected(past, 0.02)
        broken += bounds is not None and not bounds.low <= following <= bounds.high
    assert broken / 2000 < 0.02


def test_what_never_varied_may_vary_as_much_as_counting_does() -> None:
    bounds = expected([7.0] * 20, 0.001, 0.1)
    assert bounds is not None
    assert 6 < bounds.low < 7 < bounds.high < 8


def test_rows_beyond_all_earlier_ones_are_as_seldom_as_is_said() -> None:
    random = Random(11)
    most = rows_beyond(100, 9, 0.01)
    assert most == 2
    more = 0
    for _ in range(3000):
        earlier = max(random.random() for _ in range(900))
        more += sum(random.random() > earlier for _ in range(100)) >= most
    assert more / 3000 < 0.013


def test_a_rise_is_a_drift_and_noise_is_none() -> None:
    random = Random(3)
    assert drifts([float(n) + random.random() for n in range(12)])
    assert sum(drifts([random.random() for _ in range(30)]) for _ in range(200)) <= 1


def test_new_values_are_expected_where_some_were_seen_once() -> None:
    assert chance_of_new([10, 10, 10], 10) == 0
    assert chance_of_new([10, 1], 10) == 0.1
    assert chance_of_new([10, 2], 10) == pytest.approx(2 * 2 / 90 / 2)

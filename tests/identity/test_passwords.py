"""Passwords are kept as argon2id, and weak ones are refused with what a good one has."""

from __future__ import annotations

import statistics
import time

import pytest

from weft.errors import Misuse
from weft.identity.passwords import hashed, is_outdated, is_right, refuse_weak

PASSWORD = "seven slow yellow ferries"


@pytest.fixture(scope="module")
def kept() -> str:
    return hashed(PASSWORD)


def test_a_password_is_kept_as_argon2id_with_64_megabytes(kept: str) -> None:
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "ferries" not in kept


def test_the_right_one_alone_is_right(kept: str) -> None:
    assert is_right(kept, PASSWORD)
    assert not is_right(kept, PASSWORD.upper())
    assert not is_right(kept, "")
    assert not is_right("", PASSWORD)
    assert not is_right("no hash", PASSWORD)


def test_letters_are_the_same_however_they_are_composed() -> None:
    assert is_right(hashed("seven slow f\u00e4hren"), "seven slow fa\u0308hren")


def test_nobody_s_password_takes_as_long_as_somebody_s(kept: str) -> None:
    def seconds(of: str) -> float:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            is_right(of, "wrong wrong wrong")
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    is_right("", "warm")
    assert 0.33 < seconds("") / seconds(kept) < 3


def test_an_endless_password_costs_no_more(kept: str) -> None:
    assert not is_right(kept, PASSWORD + "x" * 50_000_000)


def test_a_hash_of_weaker_parameters_is_outdated(kept: str) -> None:
    from argon2 import PasswordHasher

    assert not is_outdated(kept)
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD))


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "12 to 256"),
        ("x" * 257, "12 to 256"),
        ("abababababababab", "5 different"),
        ("ada.lovelace1!", "a name that anybody would try"),
        ("Flights-2026", "a name that anybody would try"),
    ],
)
def test_a_weak_password_is_refused(password: str, says: str) -> None:
    with pytest.raises(Misuse, match=says):
        refuse_weak(password, ("ada.lovelace@example.org", "flights"))


def test_four_words_are_good() -> None:
    refuse_weak(PASSWORD, ("ada@example.org", "flights"))

"""Guessing slows down for whoever guesses, and for nobody else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from weft.access.identities import Attempt
from weft.identity.lock_out import TRIES_OF_ONE, TRIES_OF_ORIGIN, network, rule, tried

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ONE = tried("ada@example.org", "203.0.113.7").of_one
ORIGIN = tried("ada@example.org", "203.0.113.7").of_origin


def after(count: int, seconds: float = 0.0, key: str = ONE) -> Attempt | float:
    return rule(NOW)(key, Attempt(count, NOW - timedelta(seconds=seconds)))


def test_five_failures_are_nobody_s_trouble() -> None:
    assert after(TRIES_OF_ONE - 1) == Attempt(TRIES_OF_ONE, NOW)


@pytest.mark.parametrize(("more", "seconds"), [(0, 30), (1, 60), (2, 120), (5, 900), (1000, 900)])
def test_each_further_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour(more: int, seconds: float) -> None:
    assert after(TRIES_OF_ONE + more) == seconds
    assert after(TRIES_OF_ONE + more, seconds - 1) == 1
    assert after(TRIES_OF_ONE + more, seconds) == Attempt(TRIES_OF_ONE + more + 1, NOW)


def test_an_hour_without_a_failure_forgets() -> None:
    assert after(1000, 3600) == Attempt(1, NOW)


def test_an_address_may_fail_oftener_than_one_account_from_it() -> None:
    assert after(TRIES_OF_ORIGIN - 1, key=ORIGIN) == Attempt(TRIES_OF_ORIGIN, NOW)
    assert after(TRIES_OF_ORIGIN, key=ORIGIN) == 30


def test_an_account_is_tried_from_each_address_for_itself() -> None:
    assert tried("ada", "203.0.113.7").of_one != tried("ada", "203.0.113.8").of_one
    assert tried("ada", "203.0.113.7").of_one != tried("bob", "203.0.113.7").of_one
    assert tried("ada", "203.0.113.7").of_origin == tried("bob", "203.0.113.7").of_origin


def test_a_known_device_counts_for_itself_alone() -> None:
    known = tried("ada", "203.0.113.7", "digest of a device")
    assert not set(known.keys) & set(tried("ada", "203.0.113.7").keys)
    assert known == tried("ada", "198.51.100.1", "digest of a device")


def test_a_key_says_neither_the_name_nor_the_address() -> None:
    assert re.fullmatch(r"one:[0-9a-f]{64}", ONE)
    assert re.fullmatch(r"origin:[0-9a-f]{64}", ORIGIN)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", "unknown"),
    ],
)
def test_an_origin_is_an_address_or_a_network_of_version_6(address: str, origin: str) -> None:
    assert network(address) == origin

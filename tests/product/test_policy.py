"""A policy's header, what it is for, and how what it finds stands on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from weft.errors import Fault, Place
from weft.product.policy import Found, Policy, covers, violation
from weft.product.policy_text import policy_from, with_header
from weft.product.rule import Waiver

FILE = "policies/keys.sql"
TEXT = """\
-- title: Every table says its key,
--   in order
-- severity: warning
-- scope: *, !sandbox
-- grace_until: 2027-03-31
-- owner: gina@example.org
-- parameters: days = 90, share = 0.5, word = "x", strict = true
--
-- A reader has to know
-- what one row is.
SELECT 1 AS subject, 2 AS message -- severity: error
"""
LEAST = "-- title: Keys\n-- owner: gina\nSELECT 1 AS subject, 2 AS message\n"
TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def read(text: str) -> Policy:
    policy, faults = policy_from("keys", text, FILE)
    assert faults == ()
    assert policy is not None
    return policy


def test_a_header_says_all_of_a_policy() -> None:
    policy = read(TEXT)
    assert (policy.title, policy.severity) == ("Every table says its key, in order", "warning")
    assert (policy.scope, policy.grace_until) == (("*", "!sandbox"), date(2027, 3, 31))
    assert policy.parameters == {"days": 90, "share": 0.5, "word": "x", "strict": True}
    assert (policy.owner, policy.description) == ("gina@example.org", "A reader has to know what one row is.")


def test_all_but_title_and_owner_has_a_default() -> None:
    policy = read(LEAST)
    assert (policy.severity, policy.scope, policy.grace_until, policy.parameters) == ("error", ("*",), None, {})


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ("SELECT 1", 1, "the policy says no title", "A policy begins with comments"),
        ("-- title: x\nSELECT 1", 1, "the policy says no owner", "A policy begins with comments"),
        (f"-- severty: error\n{LEAST}", 1, "the header of a policy has no 'severty'", "Did you mean 'severity'?"),
        (f"-- severity: fatal\n{LEAST}", 1, "'fatal' is no severity", "error"),
        (f"-- owner: y\n{LEAST}", 3, "'owner' is said twice", "Keep one."),
        (f"-- grace_until: soon\n{LEAST}", 1, "'soon' is no day", "Write it as 2027-03-31."),
        (f"-- parameters: 90\n{LEAST}", 1, "'90' is no parameter", "Write it as `days = 90`."),
        (f"-- some words\n{LEAST}", 1, "this line of the header says no field", "Write `-- key: value`"),
    ],
)
def test_what_is_wrong_with_a_header_is_said_with_its_line(text: str, line: int, message: str, mend: str) -> None:
    policy, (fault, *_) = policy_from("keys", text, FILE)
    assert policy is None
    assert (fault.place, fault.message) == (Place(FILE, line), message)
    assert mend in fault.mend


def test_a_policy_has_a_name_of_its_own_kind() -> None:
    assert policy_from("No Name", LEAST, FILE)[1][0].message == "'No Name' is no name of a policy"


def test_other_values_take_the_place_of_those_in_the_header() -> None:
    text, faults = with_header(TEXT, {"days": 30, "severity": "error", "grace_until": "2028-01-01"}, FILE)
    policy = read(text)
    assert faults == ()
    assert policy.parameters == {"days": 30, "share": 0.5, "word": "x", "strict": True}
    assert (policy.severity, policy.grace_until) == ("error", date(2028, 1, 1))
    assert policy.title == "Every table says its key, in order"


def test_a_number_that_no_engine_holds_is_a_text() -> None:
    said = f"a = {'9' * 30}, b = nan, c = 1e999, d = -5, e = 1_000"
    policy = read(f"-- parameters: {said}\n{LEAST}")
    assert policy.parameters == {"a": "9" * 30, "b": "nan", "c": "1e999", "d": -5, "e": "1_000"}


def test_a_text_with_commas_stays_one_value() -> None:
    text, _ = with_header(TEXT, {"word": "a, b"}, FILE)
    assert read(text).parameters["word"] == "a, b"


def test_a_value_that_the_header_lacks_is_added_to_it() -> None:
    assert read(with_header(LEAST, {"severity": "info"}, FILE)[0]).severity == "info"


def test_a_parameter_that_a_policy_does_not_have_is_a_fault() -> None:
    _, faults = with_header(TEXT, {"day": 3}, "mesh.yaml")
    assert faults == (Fault(Place("mesh.yaml"), "the policy has no parameter 'day'", "Did you mean 'days'?"),)


@pytest.mark.parametrize(
    ("pattern", "subject", "is_covered"),
    [
        ("*", "operations", True),
        ("operations", "operations.flights.departures@1.dep_time", True),
        ("operations.flights", "operations.flights", True),
        ("operations.flights", "operations.flights.departures", True),
        ("operations.flights", "operations.flightsims", False),
        ("operations.*", "operations.flights.departures", True),
        ("*.flights", "operations.flights.departures", True),
        ("operations.flights.departures.tail", "operations.flights.departures@1.tail", True),
        ("operations.flights.departures", "operations.flights.departures@2.0.0-beta.1", True),
        ("operations.flights.departures@1.tail", "operations.flights.departures@1.tail", True),
        ("operations.flights.departures@1.tail", "operations.flights.departures@2.tail", False),
        ("fleet", "operations.flights", False),
    ],
)
def test_a_name_covers_what_lies_in_it(pattern: str, subject: str, is_covered: bool) -> None:
    assert covers((pattern,), subject) is is_covered


def test_a_policy_is_not_for_what_its_scope_spares() -> None:
    policy = read(f"-- scope: operations, !operations.sandbox\n{LEAST}")
    assert [name for name in ("operations.flights", "operations.sandbox", "fleet.planes") if policy.is_for(name)] == [
        "operations.flights"
    ]


def waived(until: date, **more: bool) -> Waiver:
    return Waiver("keys", "operations", "they come in spring.", "gina", until, AT, **more)


def told(*waivers: Waiver, header: str = "", today: date = TODAY) -> tuple[str, str]:
    found = violation(
        read(header + LEAST), Found("operations.flights", "it has no key.", "Say one."), waivers, today
    ).fault
    return found.severity, found.message


def test_a_violation_of_an_error_is_an_error() -> None:
    assert told() == ("error", "policy keys: it has no key")


def test_until_the_end_of_its_grace_an_error_is_a_warning_that_shows_the_date() -> None:
    header = "-- grace_until: 2026-12-31\n"
    assert told(header=header) == ("warning", "policy keys: it has no key; an error after 2026-12-31")
    assert told(header=header, today=date(2027, 1, 1))[0] == "error"


def test_a_waiver_lets_pass_until_its_last_day_and_says_who_and_why() -> None:
    until = date(2026, 12, 31)
    message = "policy keys: it has no key; waived until 2026-12-31 by gina: they come in spring"
    assert told(waived(until)) == ("info", message)
    assert told(waived(until), today=until)[0] == "info"


def test_an_expired_waiver_says_so() -> None:
    ended = "policy keys: it has no key; the waiver of gina ended on 2026-11-20"
    assert told(waived(date(2026, 11, 20))) == ("error", ended)


def test_a_withdrawn_waiver_says_so() -> None:
    severity, message = told(waived(date(2027, 1, 1), is_withdrawn=True))
    assert (severity, message.partition("; ")[2]) == ("error", "gina withdrew the waiver: they come in spring")


def test_a_waiver_of_another_policy_waives_nothing() -> None:
    other = Waiver("owners", "*", "x", "gina", date(2027, 1, 1), AT)
    assert told(other)[0] == "error"

"""Agreements that end are told before, twice, and once when they are over; never twice the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from weft.governance.agreements.deciding import approve
from weft.governance.agreements.ending import endings, tell_endings
from weft.governance.agreements.requesting import renew
from weft.product.agreement import Agreement
from weft.query.facts import Facts
from weft.query.library import Library

from .conftest import AT, PLANE, Desk
from .test_deciding import asked


def granted(desk: Desk, days: int) -> Agreement:
    one = asked(desk, PLANE)
    found = approve(desk(), one.id, AT.date() + timedelta(days=days)).agreement
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lasts", "after", "told"),
    [
        (100, 0, []),
        (100, 85, []),
        (100, 86, ["access ends soon"]),
        (100, 97, ["access ends soon"]),
        (100, 100, ["access ends soon"]),
        (100, 101, ["access ended"]),
        (100, 107, ["access ended"]),
        (100, 108, []),
        (10, 0, []),
        (10, 7, ["access ends soon"]),
        (2, 1, []),
    ],
)
def test_an_end_is_told_fourteen_and_three_days_before(desk: Desk, lasts: int, after: int, told: list[str]) -> None:
    one = granted(desk, lasts)
    assert [event.kind for event in endings([one], AT + timedelta(days=after))] == told


def test_each_notice_is_recorded_once_and_says_what_to_do(desk: Desk) -> None:
    one, office = granted(desk, 100), desk()
    for days in (80, 86, 87, 97, 98, 99):
        tell_endings(office.registry, office.settings, AT + timedelta(days=days))
    found = [event for event in Facts(_library(desk, "bob")).rows("events", "kind", "message") if "ends" in event[0]]
    assert [message.rpartition(". ")[2] for _, message in found] == [f"Renew it: weft access renew {one.id}"] * 2
    assert "ends in 14 days" in found[0][1] and "ends in 3 days" in found[1][1]


def test_what_is_renewed_is_told_anew_before_its_new_end(desk: Desk) -> None:
    one, office = granted(desk, 20), desk()
    tell_endings(office.registry, office.settings, AT + timedelta(days=10))
    renew(desk("bob"), one.id, AT.date() + timedelta(days=60))
    longer = approve(desk(), one.id).agreement
    assert longer is not None
    assert [event.kind for event in endings([longer], AT + timedelta(days=10))] == []
    assert [event.run for event in endings([longer], AT + timedelta(days=50))] == [f"{one.id}.{longer.until}.14"]


def test_an_end_is_told_its_parties_alone(desk: Desk) -> None:
    granted(desk, 100)
    office = desk()
    tell_endings(office.registry, office.settings, AT + timedelta(days=90))

    def seen(name: str) -> int:
        return sum(kind == "access ends soon" for (kind,) in Facts(_library(desk, name)).rows("events", "kind"))

    assert (seen("bob"), seen("eve")) == (1, 0)


def _library(desk: Desk, name: str) -> Library:
    from weft.access import Reader
    from weft.session import open_session

    office = desk()
    with open_session(office.settings.root) as session:
        return Library(session.settings, office.registry, session.store, "prod", Reader(name))

"""Requests and notices in the portal: what happens next, who decides, what is new, and what ends before it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from weft.governance.agreements.ending import tell_endings
from weft.names import ProductName
from weft.product.snapshot import Event

from .walking import NASTY, PLANE, Walk, walking

TODAY = datetime.now(UTC).date()
WISH = {"name": PLANE, "purpose": "seats by route", "use_case": "capacity"}


@pytest.fixture
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with walking(tmp_path_factory.mktemp("requests") / "mesh") as found:
        yield found


def asked(walk: Walk, who: str = "newt", **more: str) -> str:
    answer = walk.say(who, "post", "/agreements", {**WISH, **more})
    assert answer.status_code == 201, answer.text
    identity: str = answer.json()["agreement"]["id"]
    return identity


def granted(walk: Walk, days: int) -> str:
    """As it stands when so many days are left."""
    identity = asked(walk)
    assert walk.say("olga", "post", f"/agreements/{identity}/approve", {}).status_code == 200
    agreements = walk.session.registry.agreements
    one = agreements.named(identity)
    assert one is not None
    past = tuple(replace(ruling, at=ruling.at - timedelta(days=100)) for ruling in one.rulings)
    agreements.change(replace(one, until=TODAY + timedelta(days=days), rulings=past))
    return identity


def test_who_asked_sees_who_decides_and_the_owner_that_it_waits_for_them(walk: Walk) -> None:
    identity = asked(walk)
    mine = walk.look("newt", "/requests").text
    assert "olga decides" in mine and "waits" in mine
    theirs = walk.look("olga", "/requests").text
    assert (
        "Yours to decide (1)" in theirs and "It waits for your word" in walk.look("olga", f"/requests/{identity}").text
    )
    assert "It waits for your word" not in walk.look("newt", f"/requests/{identity}").text
    assert walk.look("otto", f"/requests/{identity}").status_code == 404


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (200, "It holds until"),
        (14, "It ends in 14 days"),
        (1, "It ends tomorrow"),
        (0, "It ends today"),
        (-1, "It ended on"),
    ],
)
def test_an_agreement_says_what_happens_next(walk: Walk, days: int, said: str) -> None:
    identity = granted(walk, days)
    assert said in walk.look("newt", "/requests").text
    page = walk.look("newt", f"/requests/{identity}").text
    assert said in page and "Renew it" in page


def test_a_refusal_says_why_and_how_to_ask_anew(walk: Walk) -> None:
    identity = asked(walk)
    walk.say("olga", "post", f"/agreements/{identity}/refuse", {"because": "use the summary"})
    page = walk.look("newt", "/requests").text
    assert "olga: use the summary" in page and "asked for anew" in page


def test_an_end_is_told_before_it_comes_where_one_looks(walk: Walk) -> None:
    identity = granted(walk, 10)
    registry, settings = walk.session.registry, walk.session.settings
    tell_endings(registry, settings)
    tell_endings(registry, settings)
    page = walk.look("newt", "/notices").text
    assert (
        page.count(">access ends soon<") == 1 and f'href="/requests/{identity}"' in page and "weft access" not in page
    )
    assert "Coming up" in page and "Your agreement on" in page
    assert "access ends soon" not in walk.look("otto", "/notices").text
    assert "1 agreement of yours ends soon" in walk.look("newt", "/requests").text
    assert "access ends soon" in walk.look("olga", "/notices?about=agreements").text


def test_a_query_says_that_its_agreement_ends(walk: Walk) -> None:
    from weft.access import Reader
    from weft.query.library import Library
    from weft.query.naming import question
    from weft.query.noting import endings_of

    identity = granted(walk, 5)
    session = walk.session
    pointers = session.registry.recorded("prod").pointers
    asks = question(f"SELECT * FROM {PLANE}", pointers)

    def told(name: str) -> list[str]:
        return list(endings_of(asks, Library(session.settings, session.registry, session.store, "prod", Reader(name))))

    assert [identity in one for one in told("newt")] == [True] and told("rita") == []


def happened(walk: Walk, product: str, kind: str, message: str) -> None:
    event = Event(datetime.now(UTC), ProductName(product), kind, message, "", "prod", "", "somebody")
    walk.session.registry.journal.record(events=[event])


def test_notices_are_of_what_concerns_whoever_looks(walk: Walk) -> None:
    happened(walk, "fleet.planes", "published", f"1 check is another: plane. Try it: weft test {PLANE}")
    happened(walk, "network.routes", "deprecated", "delays ends")
    assert "1 check is another" in walk.look("rita", "/notices").text
    assert "1 check is another" in walk.look("otto", "/notices").text, "operations reads fleet.planes"
    assert "delays ends" not in walk.look("rita", "/notices").text
    assert "is another" not in walk.look("newt", "/notices").text
    assert "weft test" not in walk.look("rita", "/notices").text
    assert "1 check" not in walk.look("rita", "/notices?about=endings").text


def test_what_is_new_since_the_last_visit_is_marked(walk: Walk) -> None:
    happened(walk, "fleet.planes", "failed", "the first")
    first = walk.look("rita", "/notices")
    assert "1 new since" in first.text and "seen=" in first.headers["set-cookie"]
    number = first.headers["set-cookie"].partition("seen=")[2].split(".")[1]
    walk._client.cookies.clear()
    happened(walk, "fleet.planes", "recovered", "the second")
    walk._client.cookies.set("seen", f"0.{number}.1")
    second = walk.look("rita", "/notices")
    assert "1 new since" in second.text
    walk._client.cookies.set("seen", "x.y.z")
    assert walk.look("rita", "/notices").status_code == 200


def test_what_somebody_asks_for_is_escaped(walk: Walk) -> None:
    identity = asked(walk, purpose=NASTY, use_case=NASTY)
    for name, path in (
        ("newt", "/requests"),
        ("olga", "/requests?view=decide"),
        ("olga", f"/requests/{identity}"),
        ("olga", "/notices"),
    ):
        assert "<img" not in walk.look(name, path).text

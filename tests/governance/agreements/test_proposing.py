"""Asking for what a product keeps to itself becomes a proposal; what nobody may know of is not told of."""

from __future__ import annotations

import pytest

from weft.errors import Misuse, Refused, Unknown
from weft.governance.agreements.listing import proposals
from weft.governance.agreements.proposing import answer, propose
from weft.governance.agreements.requesting import Wish, request
from weft.product.proposal import Proposal

from .conftest import DEPARTURES, Desk


def wished(desk: Desk, name: str) -> Proposal:
    found = request(desk("bob"), Wish(name, "crews are missing", "rostering"))
    assert found.agreement is None
    assert found.proposal is not None
    return found.proposal


def test_asking_for_a_step_becomes_a_proposal(desk: Desk) -> None:
    found = wished(desk, "operations.flights.cleaned")
    assert (found.product, found.wanted, found.state) == ("operations.flights", "cleaned", "open")
    assert proposals(desk("dora")) == (found,)
    assert proposals(desk("carl")) == ()


def test_asking_for_a_column_that_is_not_promised_becomes_one_for_its_port(desk: Desk) -> None:
    found = wished(desk, f"{DEPARTURES}.crew")
    assert (found.wanted, found.port) == ("departures.crew", DEPARTURES)


def test_a_column_that_is_promised_is_asked_for_with_its_port(desk: Desk) -> None:
    with pytest.raises(Refused, match="'delay' is promised already"):
        wished(desk, f"{DEPARTURES}.delay")
    with pytest.raises(Misuse, match="is promised already"):
        propose(desk("bob"), DEPARTURES, "why not")


def test_what_is_not_there_at_all_is_unknown_and_may_be_proposed(desk: Desk) -> None:
    with pytest.raises(Unknown, match=r"Did you mean 'departures'.*weft access propose operations.flights.departure "):
        wished(desk, "operations.flights.departure")
    found = propose(desk("bob"), "operations.flights.crews", "rosters").proposal
    assert found is not None
    assert found.wanted == "crews"


def test_asking_twice_is_asking_once(desk: Desk) -> None:
    first = wished(desk, "operations.flights.cleaned")
    assert wished(desk, "operations.flights.cleaned") == first


def test_its_owner_answers_once_and_says_why(desk: Desk) -> None:
    one = wished(desk, "operations.flights.cleaned")
    with pytest.raises(Refused, match="bob does not answer for"):
        answer(desk("bob"), one.id, "accepted", "mine")
    with pytest.raises(Misuse, match="says why"):
        answer(desk("dora"), one.id, "declined", "")
    found = answer(desk("dora"), one.id, "declined", "it is half done").proposal
    assert found is not None
    assert (found.state, found.answer, found.answered_by) == ("declined", "it is half done", "dora")
    assert not answer(desk("dora"), one.id, "declined", "it is half done").is_changed
    with pytest.raises(Refused, match="was declined by dora"):
        answer(desk("otto"), one.id, "accepted", "well")


def test_of_a_product_that_is_not_discoverable_nobody_outside_is_told(desk: Desk) -> None:
    for name in ("network.crews.duties", "network.crews.dutie", "network.nothing.duties"):
        with pytest.raises(Unknown) as error:
            request(desk("bob"), Wish(name, "x", "y"))
        assert "crews" not in error.value.mend
        assert error.value.message == f"there is no product '{'.'.join(name.split('.')[:2])}'"
    with pytest.raises(Unknown):
        propose(desk("bob"), "network.crews.more", "x")


def test_its_own_owner_asks_for_whoever_is_to_know(desk: Desk) -> None:
    found = request(desk("nora"), Wish("network.crews.duties", "payroll", "payroll", reader="bob")).agreement
    assert found is not None
    again = request(desk("bob"), Wish("network.crews.duties", "payroll", "payroll"))
    assert (again.agreement, again.is_changed) == (found, False)

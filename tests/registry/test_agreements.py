"""Agreements and proposals, on every kind of registry."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from weft.errors import Moved
from weft.names import ProductName
from weft.product.agreement import Agreement, Ruling, Terms
from weft.product.proposal import Proposal
from weft.registry.seam import Registry

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKED = Agreement(
    "",
    "bob",
    "ops.flights.departures",
    "1",
    "delays",
    "route planning",
    "bob",
    AT,
    "analyst",
    asked_until=date(2026, 12, 31),
    terms=Terms("1.2.0", usage="as it is"),
    rulings=(Ruling("requested", "bob", AT),),
)
WISH = Proposal("", ProductName("ops.flights"), "cleaned", "bob", "needs the crew", "rostering", AT)


def test_what_is_asked_for_is_found_by_reader_product_and_id(registry: Registry) -> None:
    kept, _ = registry.agreements.ask(ASKED)
    other, _ = registry.agreements.ask(replace(ASKED, reader="ada", port="net.routes.delays"))
    assert kept == replace(ASKED, id=kept.id)
    assert registry.agreements.of("bob") == (kept,)
    assert registry.agreements.on([ProductName("net.routes")]) == (other,)
    assert registry.agreements.on() == (kept, other)
    assert registry.agreements.named(kept.id) == kept
    assert registry.agreements.named("a999") is None


def test_asking_twice_asks_once(registry: Registry) -> None:
    kept, _ = registry.agreements.ask(ASKED)
    assert registry.agreements.ask(replace(ASKED, purpose="another")) == (kept, False)


def test_what_is_in_force_is_not_asked_for_again_unless_it_is_for_something_else(registry: Registry) -> None:
    kept, _ = registry.agreements.ask(ASKED)
    granted = registry.agreements.change(replace(kept, state="granted", until=date(2026, 12, 31), asked_until=None))
    assert registry.agreements.ask(ASKED) == (granted, False)
    assert registry.agreements.ask(replace(ASKED, purpose="another"))[1]


def test_a_change_counts_only_from_the_revision_that_was_seen(registry: Registry) -> None:
    kept, _ = registry.agreements.ask(ASKED)
    granted = registry.agreements.change(replace(kept, state="granted"))
    assert granted.revision == 1
    with pytest.raises(Moved):
        registry.agreements.change(replace(kept, state="refused"))
    assert registry.agreements.named(kept.id) == granted


def test_of_many_who_ask_for_the_same_at_once_one_is_kept(registry: Registry) -> None:
    registry.agreements.ask(replace(ASKED, reader="first"))
    start = Barrier(4)

    def ask(_: int) -> str:
        start.wait()
        return registry.agreements.ask(ASKED)[0].id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert len(registry.agreements.of("bob")) == 1


def test_of_two_who_change_it_at_once_one_wins(registry: Registry) -> None:
    kept, _ = registry.agreements.ask(ASKED)
    start = Barrier(2)

    def change(state: str) -> bool:
        start.wait()
        try:
            registry.agreements.change(replace(kept, state=state))  # type: ignore[arg-type]
        except Moved:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, ["granted", "refused"])) == [False, True]


def test_a_proposal_is_kept_once_and_answered_once(registry: Registry) -> None:
    proposals = registry.agreements.proposals
    kept, _ = proposals.propose(WISH)
    assert proposals.propose(replace(WISH, reason="another")) == (kept, False)
    answered = proposals.answer(replace(kept, state="declined", answer="it is internal", answered_by="ann"))
    assert proposals.on([WISH.product]) == proposals.on() == (answered,)
    assert proposals.named(kept.id) == answered
    with pytest.raises(Moved):
        proposals.answer(replace(kept, state="accepted"))
    assert proposals.propose(WISH)[1]


def test_a_registry_that_is_not_there_has_none(registry: Registry) -> None:
    assert registry.agreements.of("bob") == registry.agreements.on() == registry.agreements.proposals.on() == ()

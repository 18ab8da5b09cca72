"""What is to be told is kept until it is told, once by each channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from weft.names import ProductName, RunId
from weft.product.delivery import Addressed, Delivery
from weft.product.snapshot import Event
from weft.registry.seam import Outbox, Registry

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
FLIGHTS = ProductName("operations.flights")
EVENT = Event(NOW, FLIGHTS, "failed", "a check did not hold", "", "prod", "run-1", "ann")
ANN, CHAT = "mail:ann@example.org", "webhook:${CHAT_URL}"


def taken(outbox: Outbox, now: datetime = NOW) -> tuple[Delivery, ...]:
    return outbox.take(now, now + LEASE)


def test_an_event_waits_for_each_of_its_channels(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN, CHAT, ANN))])
    found = taken(outbox)
    assert [(one.channel, one.event, one.attempts) for one in found] == [(ANN, EVENT, 1), (CHAT, EVENT, 1)]


def test_nothing_is_due_in_a_registry_that_is_not_there(registry: Registry) -> None:
    assert taken(registry.journal.outbox) == ()


def test_the_same_event_of_a_run_is_kept_once(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN,))])
    outbox.keep([Addressed(replace(EVENT, at=NOW + LEASE), (ANN, CHAT))])
    assert outbox.of_run(RunId("run-1")) == (EVENT,)
    assert [one.channel for one in taken(outbox)] == [ANN, CHAT]


def test_without_a_run_the_same_thing_at_another_time_is_another_event(registry: Registry) -> None:
    outbox = registry.journal.outbox
    alone = replace(EVENT, run="")
    outbox.keep([Addressed(alone, (ANN,)), Addressed(replace(alone, at=NOW + LEASE), (ANN,)), Addressed(alone, (ANN,))])
    assert registry.journal.facts("events").num_rows == 2


def test_what_one_has_taken_another_does_not_get(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN,))])
    assert len(taken(outbox)) == 1
    assert taken(outbox) == ()


def test_what_was_taken_and_never_settled_falls_due_again(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN,))])
    taken(outbox)
    assert [one.attempts for one in taken(outbox, NOW + LEASE)] == [2]


def test_what_was_sent_is_never_due_again(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN,))])
    outbox.settle([replace(one, state="sent") for one in taken(outbox)], NOW)
    outbox.keep([Addressed(EVENT, (ANN,))])
    assert taken(outbox, NOW + timedelta(days=365)) == ()


def test_what_could_not_be_sent_waits_for_its_time(registry: Registry) -> None:
    outbox, later = registry.journal.outbox, NOW + timedelta(minutes=1)
    outbox.keep([Addressed(EVENT, (ANN,))])
    outbox.settle([replace(one, error="no answer", next_at=later) for one in taken(outbox)], NOW)
    assert taken(outbox, later - timedelta(seconds=1)) == ()
    (again,) = taken(outbox, later)
    assert (again.attempts, again.error) == (2, "no answer")


def test_a_product_s_newest_event_of_some_kinds_is_found(registry: Registry) -> None:
    outbox = registry.journal.outbox
    others = (replace(EVENT, kind="recovered", run="run-2"), replace(EVENT, kind="promoted", run="run-3"))
    elsewhere = replace(EVENT, environment="feature", run="run-4")
    outbox.keep([Addressed(event, ()) for event in (EVENT, *others, elsewhere)])
    assert outbox.newest("prod", ("failed", "recovered")) == {FLIGHTS: others[0]}


def test_a_key_tells_an_event_from_all_others_and_stays(registry: Registry) -> None:
    outbox = registry.journal.outbox
    outbox.keep([Addressed(EVENT, (ANN,)), Addressed(replace(EVENT, kind="promoted"), (ANN,))])
    first, other = taken(outbox)
    assert first.key != other.key
    assert taken(outbox, NOW + LEASE)[0].key == first.key

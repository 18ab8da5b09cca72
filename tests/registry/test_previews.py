"""Previews that were published, and verdicts, on every kind of registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from weft.product.preview import Verdict
from weft.product.product import OutputPort
from weft.registry.seam import Registry

from .publications import Publisher, product

STABLE = product()
(PORT,) = STABLE.output_ports
SHOWN = replace(STABLE, digest="p2", output_ports=(PORT, OutputPort("flights", "1.1.0-beta.1", "flights-id")))
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_preview_that_was_published_is_remembered_when_it_is_gone(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(STABLE, "f1")
    assert registry.previews.published(STABLE.name) == ()
    publisher.publish(SHOWN, "f1")
    publisher.publish(replace(STABLE, digest="p3"), "f1")
    assert registry.previews.published(STABLE.name) == (("flights", "1.1.0-beta.1"),)


def test_a_preview_of_an_environment_is_none_of_prod_before_it_is_promoted(
    registry: Registry, publisher: Publisher
) -> None:
    from .test_environments import made, planned, promoted

    publisher.publish(STABLE, "f1")
    made(registry).publish(SHOWN, "f2")
    assert registry.previews.published(STABLE.name) == ()
    promoted(registry, planned(registry))
    assert registry.previews.published(STABLE.name) == (("flights", "1.1.0-beta.1"),)


def test_verdicts_are_kept_in_the_order_that_they_were_given(registry: Registry) -> None:
    first = Verdict(STABLE.name, "flights", "1.1.0-beta.1", "net.routes", "bad", "too late", AT, "ann")
    later = replace(first, word="good", comment="", at=AT + timedelta(microseconds=1))
    registry.previews.say(later)
    registry.previews.say(first)
    assert registry.previews.verdicts(STABLE.name) == (first, later)
    assert registry.previews.verdicts(product("operations.crews").name) == ()


def test_a_verdict_is_in_the_mesh_s_metadata_at_once(registry: Registry) -> None:
    said = Verdict(STABLE.name, "flights", "1.1.0-beta.1", "net.routes", "good", "fine", AT, "ann")
    assert registry.journal.facts("verdicts").num_rows == 0
    registry.previews.say(said)
    (row,) = registry.journal.facts("verdicts").to_pylist()
    assert (row["who"], row["verdict"], row["comment"], row["given_at"]) == ("net.routes", "good", "fine", AT)

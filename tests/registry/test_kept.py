"""A registry whose answers are kept by its revision says what the registry itself says, whoever published last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from weft.names import PROD
from weft.product.reads import Asked
from weft.registry.facts import RELATIONS
from weft.registry.kept import KeptRegistry
from weft.registry.registry import SQLRegistry
from weft.registry.seam import Registry
from weft.registry.shelf import Shelf

from .publications import Publisher, product

FLIGHTS, PLANES = product(), product("operations.planes")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def asked(registry: Registry, shelf: Shelf) -> KeptRegistry:
    """As a request asks it."""
    assert isinstance(registry, SQLRegistry)
    return KeptRegistry(registry, shelf)


def test_what_is_kept_is_what_is_recorded_after_each_publish(
    registry: Registry, publisher: Publisher, shelf: Shelf
) -> None:
    for done in (lambda: None, lambda: publisher.publish(FLIGHTS), lambda: publisher.publish(PLANES)):
        done()
        for _ in range(2):
            kept = asked(registry, shelf)
            assert kept.recorded(PROD) == registry.recorded(PROD)
            assert kept.domains() == registry.domains()
            assert kept.products() == registry.products()
            assert kept.products([PLANES.name]) == registry.products([PLANES.name])
            assert kept.mesh(PROD).products == registry.products()


@pytest.mark.parametrize("name", RELATIONS)
def test_each_relation_is_as_the_registry_has_it(
    registry: Registry, publisher: Publisher, shelf: Shelf, name: str
) -> None:
    for one in (FLIGHTS, PLANES):
        publisher.publish(one)
        assert asked(registry, shelf).journal.facts(name).equals(registry.journal.facts(name))


def test_nothing_is_read_again_while_nothing_is_recorded(
    registry: Registry, publisher: Publisher, shelf: Shelf
) -> None:
    publisher.publish(FLIGHTS)
    first, second = asked(registry, shelf), asked(registry, shelf)
    assert first.recorded(PROD) is second.recorded(PROD)
    assert first.products()[FLIGHTS.name] is second.products()[FLIGHTS.name]
    assert first.journal.facts("products") is second.journal.facts("products")


def test_a_product_that_was_applied_anew_is_read_anew_and_the_others_are_not(
    registry: Registry, publisher: Publisher, shelf: Shelf
) -> None:
    for one in (FLIGHTS, PLANES):
        publisher.publish(one)
    before = asked(registry, shelf).products()
    publisher.publish(replace(PLANES, digest="other", purpose="another"))
    after = asked(registry, shelf).products()
    assert after[PLANES.name].purpose == "another"
    assert after[FLIGHTS.name] is before[FLIGHTS.name]


def test_one_request_is_of_one_state(registry: Registry, publisher: Publisher, shelf: Shelf) -> None:
    publisher.publish(FLIGHTS)
    kept = asked(registry, shelf)
    revision = kept.recorded(PROD).revision
    publisher.publish(PLANES)
    assert kept.recorded(PROD).revision == revision
    assert asked(registry, shelf).recorded(PROD).revision == revision + 1


def test_an_environment_is_seen_as_soon_as_it_is_made(registry: Registry, publisher: Publisher, shelf: Shelf) -> None:

    publisher.publish(FLIGHTS)
    assert not asked(registry, shelf).recorded("new").is_made
    registry.environments.use("new", "ana", datetime.now(UTC) + timedelta(days=1))
    assert asked(registry, shelf).recorded("new").is_made
    registry.environments.remove("new")
    assert not asked(registry, shelf).recorded("new").is_made


def test_who_reads_is_said_at_once(registry: Registry, publisher: Publisher, shelf: Shelf) -> None:
    publisher.publish(FLIGHTS)
    line = FLIGHTS.line("flights", "1")
    for times in (1, 2):
        registry.journal.reads.keep(Asked(datetime.now(UTC), "ana", PROD, "query", "SELECT 1", {line: ("id",)}))
        consumers = asked(registry, shelf).journal.facts("consumers")
        assert consumers.equals(registry.journal.facts("consumers"))
        assert consumers.column("times").to_pylist() == [times]

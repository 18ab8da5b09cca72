"""A product's editions are its documents as publishes brought them, each once until they changed."""

from __future__ import annotations

from dataclasses import replace

from weft.registry.seam import Registry

from .publications import Publisher, product

FLIGHTS = product()
LATER = replace(FLIGHTS, digest="p2", title="Flights, as flown")


def test_editions_are_the_documents_that_changed_newest_first(registry: Registry, publisher: Publisher) -> None:
    for one, fingerprint in ((FLIGHTS, "f1"), (FLIGHTS, "f2"), (LATER, "f3"), (FLIGHTS, "f4")):
        publisher.publish(one, fingerprint)
    found = registry.rollbacks.editions(FLIGHTS.name, "prod", 10)
    assert [(one.revision, one.product.title) for one in found] == [(4, ""), (3, "Flights, as flown"), (1, "")]
    assert found[0].product == FLIGHTS
    assert registry.rollbacks.editions(FLIGHTS.name, "prod", 1) == found[:1]


def test_a_product_that_was_never_published_has_no_edition(registry: Registry) -> None:
    assert registry.rollbacks.editions(FLIGHTS.name, "prod", 10) == ()

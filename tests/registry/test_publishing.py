"""A publish points all tables of a product at their snapshots, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weft.errors import Moved, RegistryFault
from weft.names import ProductName
from weft.product.snapshot import ColumnEdge, Pointed, SourceState
from weft.registry.seam import Registry

from .publications import DOMAIN, Publisher, product

FLIGHTS = product()
LINE = FLIGHTS.line("flights", "1")


def test_what_is_published_is_recorded(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publish(FLIGHTS, "f1")
    recorded = registry.recorded("prod")
    pointer = recorded.pointers[LINE]
    (new,) = publication.new_snapshots
    assert (pointer.snapshot, pointer.fingerprint, pointer.revision, pointer.run, pointer.checks) == (
        new.id,
        "f1",
        1,
        publisher.run,
        "checks",
    )
    assert recorded.revision == 1
    assert recorded.kept == {"f1": new.id}
    assert recorded.digests == {FLIGHTS.name: "p1"}


def test_a_pointer_keeps_the_parts_of_its_fingerprint(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publication(FLIGHTS)
    pointed = replace(publication.pointers[0], parts={"sql": "abc", "read planes": "s1"})
    registry.publish(replace(publication, pointers=(pointed,)), DOMAIN)
    assert registry.recorded("prod").pointers[LINE].parts == pointed.parts


def test_a_product_comes_back_as_it_went_in(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(FLIGHTS)
    assert registry.products() == {FLIGHTS.name: FLIGHTS}
    assert registry.products([FLIGHTS.name, ProductName("no.such")]) == {FLIGHTS.name: FLIGHTS}
    assert registry.domains() == (DOMAIN,)


def test_a_snapshot_comes_back_as_it_went_in(registry: Registry, publisher: Publisher) -> None:
    (new,) = publisher.publish(FLIGHTS).new_snapshots
    assert registry.snapshots([new.id]) == {new.id: new}


def test_each_publish_is_a_revision_more(registry: Registry, publisher: Publisher) -> None:
    for _ in range(3):
        publisher.publish(FLIGHTS)
    assert registry.recorded("prod").pointers[LINE].revision == 3


def test_a_pointer_that_moved_stops_the_publish_and_changes_nothing(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(FLIGHTS)
    before = registry.recorded("prod")
    with pytest.raises(Moved, match="expected revision 7, found 1"):
        registry.publish(publisher.publication(replace(FLIGHTS, digest="p2"), expects=7), DOMAIN)
    assert registry.recorded("prod") == before


def test_a_pointer_that_should_not_exist_yet_stops_the_publish(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(FLIGHTS)
    with pytest.raises(Moved, match="expected revision 0, found 1"):
        registry.publish(publisher.publication(FLIGHTS, expects=0), DOMAIN)


def test_a_snapshot_may_answer_more_than_one_fingerprint(registry: Registry, publisher: Publisher) -> None:
    (new,) = publisher.publish(FLIGHTS, "f1").new_snapshots
    again = Pointed(LINE, new.id, "f2", expects=1)
    registry.publish(replace(publisher.publication(FLIGHTS), pointers=(again,), new_snapshots=()), DOMAIN)
    assert registry.recorded("prod").kept == {"f1": new.id, "f2": new.id}
    assert registry.recorded("prod").pointers[LINE].fingerprint == "f2"


def test_a_snapshot_that_is_not_kept_cannot_be_pointed_at(registry: Registry, publisher: Publisher) -> None:
    with pytest.raises(RegistryFault, match="no longer kept"):
        registry.publish(replace(publisher.publication(FLIGHTS), new_snapshots=()), DOMAIN)
    assert registry.recorded("prod").pointers == {}


def test_a_run_that_is_over_publishes_nothing(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publication(FLIGHTS)
    registry.journal.end(publisher.run, "abandoned")
    with pytest.raises(RegistryFault, match="is abandoned"):
        registry.publish(publication, DOMAIN)


def test_a_line_that_is_no_longer_promised_is_removed(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publish(FLIGHTS)
    gone = replace(publication.pointers[0], expects=1)
    registry.publish(replace(publication, pointers=(), new_snapshots=(), removed=(gone,)), DOMAIN)
    recorded = registry.recorded("prod")
    assert recorded.pointers == {}
    assert list(recorded.kept.values()) == [gone.snapshot]


def test_a_product_that_is_gone_is_forgotten(registry: Registry, publisher: Publisher) -> None:
    publication = publisher.publish(FLIGHTS)
    gone = replace(publication.pointers[0], expects=1)
    registry.publish(replace(publication, pointers=(), new_snapshots=(), removed=(gone,), gone=True), DOMAIN)
    assert registry.products() == {}
    assert registry.recorded("prod").digests == {}


def test_environments_do_not_see_each_other(registry: Registry, publisher: Publisher) -> None:
    publisher.publish(FLIGHTS, "f1")
    registry.environments.use("feature", "ann", datetime.now(UTC))
    branch = Publisher(registry, registry.journal.begin("feature", "apply", "ann"), "feature")
    branch.publish(replace(FLIGHTS, digest="p2"), "f2")
    assert registry.recorded("prod").pointers[LINE].fingerprint == "f1"
    assert registry.recorded("feature").pointers[LINE].fingerprint == "f2"
    assert registry.recorded("prod").digests[FLIGHTS.name] == "p1"
    assert set(registry.recorded("prod").kept) == {"f1", "f2"}
    assert registry.products()[FLIGHTS.name].digest == "p1"


def test_sources_and_input_lines_are_remembered(registry: Registry, publisher: Publisher) -> None:
    source = SourceState(FLIGHTS.name, "raw", "s1", {"a.csv": "x"})
    publication = replace(publisher.publication(FLIGHTS), sources=(source,), input_lines={"planes": "1"})
    registry.publish(publication, DOMAIN)
    recorded = registry.recorded("prod")
    assert recorded.sources == {(FLIGHTS.name, "raw"): source}
    assert recorded.input_lines == {(FLIGHTS.name, "planes"): "1"}


def test_lineage_is_replaced_or_left(registry: Registry, publisher: Publisher) -> None:
    edge = ColumnEdge(LINE, "id", "source:raw", "key")
    registry.publish(replace(publisher.publication(FLIGHTS), lineage=(edge,)), DOMAIN)
    publisher.publish(FLIGHTS)
    assert registry.journal.facts("column_lineage").num_rows == 1
    registry.publish(replace(publisher.publication(FLIGHTS), lineage=()), DOMAIN)
    assert registry.journal.facts("column_lineage").num_rows == 0

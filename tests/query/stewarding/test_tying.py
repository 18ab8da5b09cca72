"""The way from one record to another over who was matched with whom."""

from __future__ import annotations

from weft.product.core_data import RecordId
from weft.query.stewarding.tying import chain
from weft.query.stewarding.values import Linked


def link(name: str, matched_with: str = "") -> Linked:
    source, _, id = name.partition(":")
    return Linked(RecordId(source, id), "P-1", decided_by="weights", matched_with=matched_with)


LINKS = (
    link("a:1", "b:1"),
    link("b:1", "a:1"),
    link("c:1", "b:1"),
    link("c:2", "c:1"),
    link("d:x:y", "c:2"),
    link("e:1"),
)


def way(left: str, right: str) -> list[str]:
    ends = (RecordId(*name.split(":", 1)) for name in (left, right))
    return [str(one.record) for one in chain(LINKS, *ends)]


def test_two_that_were_tied_are_one_step_apart() -> None:
    assert len(way("a:1", "b:1")) == 1


def test_the_shortest_way_leads_over_others_and_back() -> None:
    assert way("a:1", "d:x:y")[1:] == ["c:1", "c:2", "d:x:y"]
    assert way("d:x:y", "a:1")[:3] == ["d:x:y", "c:2", "c:1"]


def test_there_is_no_way_to_who_stands_alone() -> None:
    assert way("a:1", "e:1") == []

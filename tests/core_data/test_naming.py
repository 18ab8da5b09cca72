"""An id stays with its records: through merges, splits, moves, and records that go."""

from __future__ import annotations

from weft.core_data.naming import Before, Event, founded_id, named
from weft.product.core_data import RecordId


def record(key: str) -> RecordId:
    return RecordId("a", key)


def own(key: str) -> str:
    return founded_id("PER", record(key))


def after(
    clusters: list[str], held: dict[str, str], **more: object
) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """`clusters` are words of one-letter records. Who has which id, and what happened: (event, core id, other)."""
    told: dict[str, object] = {
        "held": {record(key): core_id for key, core_id in held.items()},
        "gone": {},
        "age": lambda one: "",
        "merged": lambda one: (),
        "is_used": lambda one: False,
    }
    found = named([[record(key) for key in one] for one in clusters], Before(**{**told, **more}), "PER")  # type: ignore[arg-type]
    events: list[Event] = list(found.events)
    return dict(zip(clusters, found.ids, strict=True)), [(one.event, one.core_id, one.other) for one in events]


def test_a_cluster_is_named_by_its_first_record() -> None:
    assert after(["ab", "c"], {}, is_first=True) == ({"ab": own("a"), "c": own("c")}, [])


def test_an_id_does_not_depend_on_anything_but_source_and_key() -> None:
    assert founded_id("HCP", RecordId("nppes", "1234567893")) == "HCP-EWZ4FTABGGFD"


def test_new_records_take_the_id_of_who_was_there() -> None:
    assert after(["ab"], {"b": "PER-B"}) == ({"ab": "PER-B"}, [])


def test_of_two_that_are_one_the_older_goes_on() -> None:
    ids, events = after(["ab"], {"a": "PER-A", "b": "PER-B"}, age={"PER-A": "2026", "PER-B": ""}.__getitem__)
    assert (ids, events) == ({"ab": "PER-B"}, [("merged", "PER-B", "PER-A")])


def test_an_id_stays_with_the_record_that_founded_it() -> None:
    ids, events = after(["a", "bc"], {key: own("a") for key in "abc"})
    assert ids == {"a": own("a"), "bc": own("b")}
    assert events == [("split", own("b"), own("a"))]


def test_an_id_whose_founder_is_gone_stays_with_most_of_its_records() -> None:
    ids, _ = after(["b", "cd"], {key: own("a") for key in "bcd"})
    assert ids == {"b": own("b"), "cd": own("a")}


def test_an_id_that_its_founder_does_not_keep_goes_to_those_that_are_left() -> None:
    held = {"a": own("a"), "b": own("a"), "c": own("a"), "d": "PER-D"}
    ids, events = after(["ad", "bc"], held, age={"PER-D": "", own("a"): "2026"}.__getitem__)
    assert ids == {"ad": "PER-D", "bc": own("a")}
    assert events == [("moved", "PER-D", own("a"))]


def test_who_was_merged_by_mistake_returns_under_its_old_id() -> None:
    merged = {record("b"): ("PER-B",)}
    ids, events = after(["a", "b"], {"a": own("a"), "b": own("a")}, merged=lambda one: merged.get(one, ()))
    assert ids == {"a": own("a"), "b": "PER-B"}
    assert events == [("returned", "PER-B", own("a"))]


def test_an_id_in_use_is_given_to_nobody_else() -> None:
    ids, _ = after(["a"], {}, is_used=lambda one: one == own("a"))
    assert ids == {"a": founded_id("PER", record("a"), 1)}


def test_an_id_whose_records_are_all_gone_ends() -> None:
    _, events = after([], {}, gone={"PER-A": (record("a"),)})
    assert events == [("ended", "PER-A", "")]

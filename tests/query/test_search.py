"""Words find what they name, the likeliest first, and a slip of the finger is forgiven."""

from __future__ import annotations

import pytest

from weft.query.answer import Library
from weft.query.search import look, search
from weft.query.wording import alike, lexicon


def names(words: str, library: Library) -> list[str]:
    return [hit.name for hit in search(words, library)]


FIRST = [
    ("plane", "fleet.planes.plane"),
    ("PLANE", "fleet.planes.plane"),
    ("depart", "operations.flights.departures"),
    ("departures@1", "operations.flights.departures"),
    ("flights.departures", "operations.flights.departures"),
    ("fleet", "fleet"),
    ("mean delay", "network.routes.delays.mean_delay"),
    ("seats plane", "fleet.planes.plane.seats"),
    ("asset", "fleet.planes.plane"),
    ("register", "fleet.planes.plane"),
    ("passengers", "fleet.planes.plane"),
    ("capacity", "fleet.planes.plane.seats"),
    ("amelia", "fleet"),
    ("hangar", "fleet"),
    ("departres", "operations.flights.departures"),
    ("flihgts departures", "operations.flights.departures"),
    ("pasengers", "fleet.planes.plane"),
    ("mean_dealy", "network.routes.delays.mean_delay"),
    ("flights.departurs", "operations.flights.departures"),
]


@pytest.mark.parametrize(("words", "first"), FIRST)
def test_words_find_what_they_are_about(library: Library, words: str, first: str) -> None:
    assert names(words, library)[0] == first


def test_an_exact_name_comes_before_one_that_begins_so_and_that_before_one_that_holds_it(library: Library) -> None:
    assert names("delay", library)[:3] == [
        "operations.flights.departures.delay",
        "network.routes.delays",
        "network.routes.delays.mean_delay",
    ]


def test_where_two_are_alike_tables_come_before_columns(library: Library) -> None:
    order = ["domain", "product", "table", "column"].index
    found = [(-hit.score, order(hit.kind)) for hit in search("fl", library)]
    assert found == sorted(found)
    assert len({kind for _, kind in found}) == 4


def test_what_some_words_are_missing_in_is_told_where_nothing_holds_all(library: Library) -> None:
    hit = search("plane nowhereatall", library)[0]
    assert (hit.name, hit.missing) == ("fleet.planes.plane", ("nowhereatall",))
    assert hit.score < search("plane", library)[0].score


def test_what_holds_all_words_comes_before_what_holds_one_of_them_by_name(library: Library) -> None:
    hits = search("departures register", library)
    assert [bool(hit.missing) for hit in hits] == sorted(bool(hit.missing) for hit in hits)


def test_words_that_join_others_hardly_count(library: Library) -> None:
    assert names("the delays by plane", library)[0] == names("delays plane", library)[0]


@pytest.mark.parametrize(("one", "other"), [("planes", "plane"), ("registers", "register"), ("capacities", "capacity")])
def test_singular_and_plural_find_the_same(library: Library, one: str, other: str) -> None:
    assert set(names(one, library)) == set(names(other, library))


def test_a_table_is_found_by_its_columns_and_says_which(library: Library) -> None:
    table = next(hit for hit in search("seats", library) if hit.kind == "table")
    assert (table.name, table.matched, table.columns) == ("fleet.planes.plane", "columns", ("seats",))


def test_each_word_that_was_mistyped_is_forgiven_by_itself(library: Library) -> None:
    finding = look("pasengers plane", library)
    assert finding.hits[0].name == "fleet.planes.plane"
    assert finding.instead == {"pasengers": ("passengers",)}


def test_a_mistyped_beginning_is_forgiven_too(library: Library) -> None:
    assert names("depatr", library)[0] == "operations.flights.departures"


@pytest.mark.parametrize("words", ["", "  ", "@", "%", "_", ".", "zzzzzz", "(", "\\"])
def test_nothing_is_found_by_what_nobody_says(library: Library, words: str) -> None:
    assert names(words, library) == []


def test_a_hit_says_what_matched(library: Library) -> None:
    hit = search("register", library)[0]
    assert (hit.kind, hit.title, hit.matched) == ("table", "Aircraft register", "title")


def test_what_was_forgiven_counts_less(library: Library) -> None:
    assert search("departres", library)[0].score < search("departures", library)[0].score


def test_a_limit_keeps_the_best(library: Library) -> None:
    assert [hit.name for hit in search("plane", library, limit=1)] == ["fleet.planes.plane"]


def test_an_empty_registry_holds_nothing(read: Library) -> None:
    assert search("plane", read) == ()


@pytest.mark.parametrize(
    ("word", "near"),
    [("departres", ("departures",)), ("tial", ("tail",)), ("sit", ()), ("id", ()), ("seet", ("seat",))],
)
def test_words_are_alike_when_little_was_mistyped(word: str, near: tuple[str, ...]) -> None:
    assert tuple(alike(word, lexicon(("departures", "tail", "seat", "identity", "arrivals")))) == near

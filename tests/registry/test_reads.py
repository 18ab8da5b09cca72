"""The query log grows with readers, lines and days, and not with questions."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from weft.names import LineName
from weft.product.reads import Asked, Measured
from weft.registry import open_registry
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import Publisher

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLANES, FLIGHTS = LineName("fleet.planes.plane@1"), LineName("operations.flights.departures@1")
ASKED = Asked(AT, "ann", "prod", "query", "SELECT tail FROM fleet.planes.plane", {PLANES: ("tail",)})
LONG_AGO = AT - timedelta(days=400)


def test_the_same_read_of_a_day_is_one_row_that_counts(registry: Registry) -> None:
    reads = registry.journal.reads
    for hours in range(3):
        reads.keep(replace(ASKED, at=AT + timedelta(hours=hours), sql=f"SELECT {hours}, tail FROM fleet.planes.plane"))
    (row,) = registry.journal.facts("reads").to_pylist()
    assert (row["day"], row["times"], row["first_at"], row["last_at"]) == ("2026-11-21", 3, AT, AT + timedelta(hours=2))
    assert (row["who"], row["door"], row["columns"], row["sql_text"][:8]) == ("ann", "query", ["tail"], "SELECT 2")


def test_other_columns_another_door_and_another_day_are_rows_of_their_own(registry: Registry) -> None:
    reads = registry.journal.reads
    reads.keep(ASKED)
    reads.keep(replace(ASKED, columns={PLANES: ("tail", "seats")}))
    reads.keep(replace(ASKED, door="python"))
    reads.keep(replace(ASKED, at=AT + timedelta(days=1)))
    assert registry.journal.facts("reads").num_rows == 4


def test_readers_are_told_by_line_person_and_door_since_a_time(registry: Registry) -> None:
    reads = registry.journal.reads
    reads.keep(replace(ASKED, at=LONG_AGO))
    reads.keep(ASKED)
    reads.keep(replace(ASKED, at=AT + timedelta(days=1), columns={PLANES: ("seats",), FLIGHTS: ()}))
    later = AT + timedelta(days=1)
    assert reads.since([PLANES], AT, "prod") == (Measured(PLANES, "ann", "query", ("tail", "seats"), 2, AT, later),)
    assert {one.line for one in reads.since([PLANES, FLIGHTS], AT, "prod")} == {PLANES, FLIGHTS}
    assert reads.since([PLANES], AT, "dev") == reads.since([], AT, "prod") == ()


def test_a_long_question_is_kept_in_part_and_told_apart_by_its_digest(registry: Registry) -> None:
    reads = registry.journal.reads
    digests = []
    for end in ("a", "b"):
        reads.keep(replace(ASKED, sql=f"SELECT '{'x' * 3000}{end}'"))
        (row,) = registry.journal.facts("reads").to_pylist()
        assert len(row["sql_text"]) == 2000
        digests.append(row["sql_digest"])
    assert digests[0] != digests[1]


def test_a_sweep_takes_the_days_before(registry: Registry) -> None:
    reads = registry.journal.reads
    reads.keep(replace(ASKED, at=LONG_AGO))
    reads.keep(ASKED)
    registry.journal.sweep(AT)
    assert registry.journal.facts("reads").num_rows == 2
    registry.journal.sweep(AT, AT)
    assert [row["day"] for row in registry.journal.facts("reads").to_pylist()] == ["2026-11-21"]


def test_many_questions_at_once_are_all_counted(registry: Registry, any_settings: Settings) -> None:
    registry.journal.begin("prod", "apply", "ann")
    both = replace(ASKED, columns={PLANES: ("tail",), FLIGHTS: ("id",)})

    def ask() -> None:
        with closing(open_registry(any_settings)) as own:
            for _ in range(10):
                own.journal.reads.keep(both)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.times for one in registry.journal.reads.since([PLANES, FLIGHTS], AT, "prod")] == [40, 40]


def test_a_question_does_not_make_other_facts_old(registry: Registry, publisher: Publisher) -> None:
    """What is kept of other relations as Arrow is named after the registry's state, which a read is no part of."""
    before = registry.recorded("prod")
    registry.journal.reads.keep(ASKED)
    assert registry.recorded("prod") == before


def test_no_registry_knows_no_reads(registry: Registry) -> None:
    assert registry.journal.reads.since([PLANES], AT, "prod") == ()
    assert registry.journal.facts("reads").num_rows == 0

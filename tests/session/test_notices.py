"""What happens to a line in one checkout is shown in the checkouts that read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import call
from tests.meshes import claimed, planes_and_departures, write_mesh, write_product

from weft.product.snapshot import Event
from weft.session import open_session
from weft.session.notices import notices

SETTINGS = "registry: sqlite:///../shared/registry.db\nstore: ../shared/store\n"
SQL = "domains/operations/flights/transforms/departures.sql"


@pytest.fixture
def checkouts(tmp_path: Path) -> tuple[Path, Path]:
    """The producers' checkout, and that of a consumer; both applied."""
    (tmp_path / "shared").mkdir()
    planes, flights, routes = planes_and_departures()
    producers = write_mesh(tmp_path / "producers", planes, flights, settings=SETTINGS)
    consumer = write_mesh(tmp_path / "consumer", settings=SETTINGS)
    write_product(consumer, routes)
    for root in (producers, consumer):
        applied(root)
    return producers, consumer


def applied(root: Path) -> None:
    with open_session(root) as session:
        assert session.apply(claimed(session)).succeeded


def seen(root: Path) -> tuple[Event, ...]:
    with open_session(root) as session:
        return notices(session)


def test_where_nothing_happened_nothing_is_said(checkouts: tuple[Path, Path]) -> None:
    assert [seen(root) for root in checkouts] == [(), ()]


def test_what_a_line_means_now_is_said_to_its_readers_and_not_to_its_own(checkouts: tuple[Path, Path]) -> None:
    producers, consumer = checkouts
    (producers / SQL).write_text((producers / SQL).read_text().replace("f.delay FROM", "f.delay * 2 AS delay FROM"))
    applied(producers)
    (event,) = seen(consumer)
    assert (event.line, event.kind) == ("operations.flights.departures@1", "published")
    assert "'delay': its expression changed" in event.message and "f.delay" not in event.message
    assert seen(producers) == ()
    for verb in ("plan", "check"):
        assert "notice: operations.flights.departures@1 published just now: " in call(verb, mesh=consumer).err
        (told,) = call(verb, "--json", mesh=consumer).object["notices"]
        assert told["kind"] == "published"

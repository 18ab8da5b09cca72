"""Whether a table is fresh today: what was promised, when it is due, and how it was kept."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.meshes import A, Made, Source, write_mesh
from tests.served import served_as

from weft.server.portal.freshness import lasting, scheduled
from weft.session import Session, open_session

LEVELS = """
slaProperties:
  - {property: frequency, value: 1, unit: d}
  - {property: latency, value: 2, unit: h, element: flight.left_at, description: Within `two` hours.}
  - {property: retention, value: 10, unit: y}
  - {property: generalAvailability, value: "2014-01-01T00:00:00Z"}
"""
COLUMNS = {"left_at": "timestamp", "number": "integer"}
FILE = "left_at,number\n2013-01-01 05:00:00,{}\n"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A table that was published three times."""
    root = tmp_path_factory.mktemp("mesh")
    made = Made("flight", COLUMNS, "SELECT left_at, number FROM file")
    write_mesh(root, A("air.flights", (made,), (Source("file", COLUMNS, FILE.format(1)),)))
    contract = root / "domains/air/flights/contracts/flights.odcs.yaml"
    contract.write_text(contract.read_text() + LEVELS)
    for number in (1, 2, 3):
        (root / "domains/air/flights/file.csv").write_text(FILE.format("1" * number))
        with open_session(root) as opened:
            opened.apply(opened.plan())
    with open_session(root) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Iterator[httpx.Client]:
    with served_as(session) as found:
        yield found


def fresh(client: httpx.Client) -> str:
    page = unescape(client.get("/tables/air.flights.flight", headers={"Accept": "text/html"}).text)
    return page.partition('id="fresh"')[2].partition("</section>")[0]


def test_what_is_promised_is_said_with_when_it_is_due(client: httpx.Client) -> None:
    found = fresh(client)
    assert "A new version at least every 1 day" in found and "on time" in found
    assert "Rows are kept for 10 years" in found and "General availability: 2014-01-01" in found


def test_rows_that_are_too_old_are_late_whenever_they_were_published(client: httpx.Client) -> None:
    found = fresh(client)
    assert "The newest <code>left_at</code> is at most 2 hours old" in found and "late" in found
    assert 'datetime="2013-01-01T07:00:00Z"' in found and "Within <code>two</code> hours." in found


def test_how_a_promise_was_kept_is_a_picture(client: httpx.Client) -> None:
    found = fresh(client)
    assert "Days between publishes" in found and "in time 2 of 2 times" in found
    assert "Hours from the newest left_at to its publish" in found and "in time 0 of 3 times" in found
    assert found.count("<svg") == 2 and "promised: 2 hours" in found


def test_times_are_said_as_people_do() -> None:
    assert [lasting(value) for value in (31_557_600, 86_400, 7_200, 90, 1)] == [
        "1 year",
        "1 day",
        "2 hours",
        "2 minutes",
        "1 second",
    ]


def test_schedules_are_said_as_people_do() -> None:
    said = [scheduled(cron) for cron in ("0 6 * * *", "15 * * * *", "30 7 * * 1", "*/5 * * * *", "")]
    assert said == ["every day at 06:00 UTC", "every hour at 15 past", "every Monday at 07:30 UTC", "*/5 * * * *", ""]


def test_nothing_promised_and_nothing_published_are_told(tmp_path: Path) -> None:
    write_mesh(tmp_path, A("air.flights", (Made("flight", {"number": "integer"}, "SELECT 1 AS number"),)))
    with open_session(tmp_path) as session:
        session.apply(session.plan())
        with served_as(session) as client:
            assert "promise nothing about how fresh it is" in fresh(client)

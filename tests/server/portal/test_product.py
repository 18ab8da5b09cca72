"""The page of a product says what it promises, whether it keeps that, what became of it, who reads it and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Grant, Reader
from weft.server.portal.levels import promise
from weft.server.portal.product import scheduled, worded
from weft.session import Session, open_session

from .eventful import live

PLANES, FLIGHTS = "/products/fleet.planes", "/products/operations.flights"
ASKS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("eventful") / "mesh"
    live(root)
    with open_session(root) as session:
        yield session


@pytest.fixture(scope="module")
def client(mesh: Session) -> Iterator[httpx.Client]:
    with served_as(mesh) as found:
        yield found


def read(client: httpx.Client, path: str) -> str:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page: str) -> str:
    """What is read of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_table_is_listed_once_by_its_newest_line(client: httpx.Client) -> None:
    page = read(client, PLANES)
    assert page.count('<a href="/tables/fleet.planes.plane"><strong>plane</strong></a>') == 1


def test_versions_stand_side_by_side_with_until_when_the_old_one_lives(client: httpx.Client) -> None:
    page = words(read(client, PLANES))
    assert "plane 2.0.0 1.2.0 Stands" in page
    assert "Until no end is said supported until 2099-06-30" in page
    assert "How often it is published: every day" in page


def test_whoever_reads_an_old_version_is_told_how_to_move_and_what_breaks(client: httpx.Client) -> None:
    page = read(client, PLANES)
    assert "plane 1.2.0 comes to an end: supported until 2099-06-30. Move to 2.0.0." in words(page)
    assert "places" in page and "breaks" in page
    assert "<code>fleet.planes.&#34;plane@1&#34;</code> becomes <code>fleet.planes.plane</code>" in page
    assert "{name: plane, version: 2.0.0, contractId: fleet.planes}" in page


def test_the_change_log_says_in_words_what_changed_from_release_to_release(client: httpx.Client) -> None:
    page = words(read(client, PLANES))
    assert "plane 1.0.0 to 1.1.0" in page and "The column &#39;large&#39; is new" in page
    assert "&#39;seats&#39;: its expression changed." in page
    assert "plane 1.0.0 first version" in page
    assert "Looked after until is now announced: 2099-06-30." in page


def test_a_preview_says_how_it_differs_and_how_to_join(mesh: Session, client: httpx.Client) -> None:
    page = words(read(client, FLIGHTS))
    assert "departures 1.1.0-beta.1 can be tried before it is promised" in page
    assert "SELECT * FROM operations.flights.&#34;departures@1.1.0-beta.1&#34;" in page
    assert "Invited: network.routes, ada@example.org" in page
    with served_as(mesh, Reader("eve@example.org")) as stranger:
        told = words(read(stranger, FLIGHTS))
    assert "Whom its team invites may read it." in told and "ada@example.org" not in told


def test_whoever_is_invited_sees_that_they_are(mesh: Session) -> None:
    with served_as(mesh, Reader("ada@example.org")) as ada:
        page = words(read(ada, FLIGHTS))
    assert "Say whether it is good for you" in page and "network.routes, ada" not in page


def test_runs_checks_and_rows_are_drawn_over_time_with_a_table_beside(client: httpx.Client) -> None:
    page = read(client, FLIGHTS)
    for title in ("How long its runs took", "Checks, run by run", "Rows, all tables together"):
        assert re.search(rf'<svg class="chart" role="img"[^>]*><title>{title}', page)
    assert page.count("<summary>As a table</summary>") >= 3
    assert re.search(r'<title data-at="[^"]+Z">[^<]+ UTC: [^<]+, failed</title>', page)
    assert re.search(r"\d+ of \d+ checks held", page)


def test_what_went_wrong_is_listed_with_its_run(client: httpx.Client) -> None:
    page = words(read(client, FLIGHTS))
    assert "What went wrong" in page and "failed" in page.partition("What went wrong")[2]


def test_a_service_level_is_promised_and_measured(client: httpx.Client) -> None:
    page = words(read(client, PLANES))
    assert re.search(
        r"How often it is published plane 1\.2\.0 every day [\d.]+ (ms|s|min) the time since the last publish", page
    )
    assert "kept" in page


def test_readers_are_products_by_port_and_people_by_what_they_read(client: httpx.Client) -> None:
    page = read(client, PLANES)
    for product in ("operations.flights", "safety.inspections"):
        assert f'<a href="/products/{product}">{product}</a>' in page
    assert "Reads, day by day" in page


def test_others_reads_are_for_its_team_alone(mesh: Session) -> None:
    with served_as(mesh, Reader("eve@example.org")) as eve:
        assert "Reads, day by day" not in read(eve, PLANES)
    with served_as(mesh, Reader("ann@example.org", (Grant("steward", "fleet"),))) as steward:
        assert "Reads, day by day" in read(steward, PLANES)


def test_words_of_the_domain_stand_apart_and_its_people_can_be_reached(client: httpx.Client) -> None:
    page = read(client, PLANES)
    assert "Words of fleet" in page and "What is painted on an <code>aircraft</code>" in page
    assert 'href="mailto:amelia@example.org"' in page and 'href="mailto:hangar@example.org"' in page


def test_no_link_leads_into_a_script(client: httpx.Client) -> None:
    assert 'href="javascript:' not in read(client, PLANES)


def test_whoever_may_not_read_it_is_led_to_ask(mesh: Session) -> None:
    with served_as(mesh, Reader("eve@example.org")) as eve:
        page = read(eve, PLANES)
    assert "Ask for access" in page and "You may not read plane yet." in page and "ask to read it" in page


def test_a_product_that_was_published_once_says_so_in_place_of_pictures(tmp_path: Path) -> None:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session:
        session.apply(session.plan())
        with served_as(session) as client:
            page = read(client, PLANES)
    assert "It was published once." in page and '<figure class="card plot">' not in page
    assert "Nobody asked it anything" in page and "What went wrong" in page


@pytest.mark.parametrize("path", ["/products/fleet", "/products/fleet.planes.plane", "/products/fleet.plaens"])
def test_what_is_no_product_has_no_page_here(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers=ASKS).status_code == 404


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 6 * * *", "every day at 06:00 UTC"),
        ("30 4 * * 1", "every Monday at 04:30 UTC"),
        ("0 * * * *", "every hour"),
        ("*/5 * * * *", "*/5 * * * *"),
        ("", ""),
    ],
)
def test_a_schedule_is_said_in_words(cron: str, said: str) -> None:
    assert scheduled(cron) == said


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (("frequency", "1", "d"), "every day"),
        (("frequency", "2", "h"), "every 2 hours"),
        (("latency", "4", "hours"), "at most 4 hours"),
        (("retention", "10", "y"), "at least 10 years"),
        (("availability", "99.9", "%"), "99.9 %"),
        (("endofsupport", "2027-06-30T00:00:00Z", ""), "2027-06-30"),
        (("latency", None, "d"), "not said"),
    ],
)
def test_a_promise_is_said_in_words(level: tuple[str, str | None, str], said: str) -> None:
    assert promise(*level) == said


def test_a_type_is_written_as_people_write() -> None:
    assert worded("consumerAligned") == "consumer-aligned"

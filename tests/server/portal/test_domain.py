"""The pages of domains: who is there, what they promise, what lies between them, and what is wrong now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import A, Made, claimed, write_mesh
from tests.served import served_as

from weft.session import Session, open_session

from .eventful import applied, live

ASKS = {"Accept": "text/html"}
MANY = 30


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root: Path = tmp_path_factory.mktemp("eventful") / "mesh"
    live(root)
    with open_session(root) as session, served_as(session) as found:
        yield found


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One domain of many products."""
    made = [Made("t", {"n": "integer key"}, "SELECT 1 AS n")]
    root = write_mesh(tmp_path_factory.mktemp("large") / "mesh", *(A(f"sales.p{n:02}", made) for n in range(MANY)))
    with open_session(root) as session:
        session.apply(session.plan())
        with served_as(session) as found:
            yield found


def read(client: httpx.Client, path: str) -> str:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_people_can_be_reached_and_no_link_leads_into_a_script(client: httpx.Client) -> None:
    page = read(client, "/domains/fleet")
    assert 'href="mailto:amelia@example.org"' in page and 'href="mailto:hangar@example.org"' in page
    assert 'href="javascript:' not in page and "javascript:alert(1)" in page


def test_products_say_how_they_stand_and_how_many_read_them(client: httpx.Client) -> None:
    page = words(read(client, "/domains/fleet"))
    assert "planes fleet.planes What planes is for. 1 table 3 readers" in page


def test_what_it_promises_at_its_edge_has_versions_levels_and_readers_outside(client: httpx.Client) -> None:
    page = words(read(client, "/domains/fleet"))
    edge = page.partition("What it promises at its edge")[2]
    assert "planes.plane 1.2.0" in edge and "comes to an end supported until 2099-06-30" in edge
    assert "How often it is published: every day" in edge and "planes.plane 2.0.0" in edge


def test_each_edge_to_another_domain_names_the_ports_in_between(client: httpx.Client) -> None:
    page = words(read(client, "/domains/operations"))
    assert "It reads fleet fleet.planes.plane into operations.flights" in page
    assert "Who reads it network operations.flights.departures is read by network.routes" in page


def test_a_domain_shows_those_within_it_and_is_shown_within_its_own(client: httpx.Client) -> None:
    assert "Domains within it" in read(client, "/domains/fleet")
    assert 'within <a href="/domains/fleet">fleet</a>' in read(client, "/domains/safety")
    listed = words(read(client, "/domains"))
    assert "Within fleet safety Within the fleet." in listed


def test_its_words_are_a_glossary(client: httpx.Client) -> None:
    page = read(client, "/domains/fleet")
    assert "Its words" in page and "<dt>tail number</dt><dd>What is painted on an <code>aircraft</code></dd>" in page


def test_what_is_wrong_now_is_told_until_it_is_mended(tmp_path: Path) -> None:
    failing = "- {name: many, type: library, metric: rowCount, mustBeGreaterThan: 5, severity: warning, description: Five at least.}"
    write_mesh(tmp_path, A("sales.orders", [Made("t", {"n": "integer key"}, "SELECT 1 AS n", quality=failing)]))
    transform = tmp_path / "domains/sales/orders/transforms/t.sql"
    with open_session(tmp_path) as session:
        applied(session)
        assert "Five at least." in told_wrong(session)
        transform.write_text("SELECT range AS n FROM range(10)")
        applied(session)
        assert told_wrong(session) == ""
        transform.write_text("SELECT 1 AS n FROM range(2)")
        session.refresh()
        session.apply(claimed(session))
        assert "its last run failed" in told_wrong(session)


def told_wrong(session: Session) -> str:
    with served_as(session) as client:
        page = words(read(client, "/domains/sales"))
    return page.partition("What is wrong now")[2].partition("What it promises")[0]


def test_many_products_come_by_the_page_and_can_be_filtered(large: httpx.Client) -> None:
    first, second = read(large, "/domains/sales"), read(large, "/domains/sales?page=2")
    assert "Page 1 of 2" in words(first) and "sales.p00" in first and "sales.p29" not in first
    assert "sales.p29" in second and "sales.p00</span>" not in second
    found = read(large, "/domains/sales?q=p07")
    assert "sales.p07" in found and "sales.p08</span>" not in found and "All 30" in found
    assert "No product is called so" in read(large, "/domains/sales?q=nothing")


def test_a_domain_that_reads_and_is_read_by_nobody_says_so(large: httpx.Client) -> None:
    page = words(read(large, "/domains/sales"))
    assert "Nothing of other domains." in page and "No other domain yet." in page


def test_no_domain_is_found_by_words_that_none_says(client: httpx.Client) -> None:
    assert "No domain is called so" in read(client, "/domains?q=nothing")
    assert "fleet" in read(client, "/domains?q=safety")


@pytest.mark.parametrize("path", ["/domains/fleet.planes", "/domains/fleet.planes.plane", "/domains/flet"])
def test_what_is_no_domain_has_no_page_here(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers=ASKS).status_code == 404

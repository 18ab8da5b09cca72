"""Lineage opens from products to tables to columns, and leads a column to its source file, for whoever may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served, served_as

from weft.access import OWNER, Grant, Reader
from weft.server.app import application
from weft.server.portal import opened
from weft.server.serving import Serving
from weft.session import Session, open_session

ASKS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("mesh")
    write_mesh(root, *planes_and_departures())
    with open_session(root) as found:
        found.apply(found.plan())
        yield found


@pytest.fixture(scope="module")
def client(session: Session) -> Iterator[httpx.Client]:
    with served(application(Serving(session, lambda request: OWNER))) as found:
        yield found


def ids(client: httpx.Client, path: str) -> list[str]:
    return re.findall(r'data-id="([^"]+)"', client.get(path, headers=ASKS).text)


def test_products_are_shown_first(client: httpx.Client) -> None:
    found = ids(client, "/lineage")
    assert "fleet.planes" in found and not [id for id in found if "@" in id]


def test_a_product_opens_to_its_tables_and_a_table_to_its_columns(client: httpx.Client) -> None:
    assert "fleet.planes.plane@1" in ids(client, "/lineage?open=fleet.planes")
    found = ids(client, "/lineage?open=fleet.planes.plane@1")
    assert {"fleet.planes.plane@1", "fleet.planes.plane@1.tail"} <= set(found)
    assert "fleet.planes.plane@1" not in ids(client, "/lineage?level=tables&shut=fleet.planes")


def test_the_part_alone_is_what_the_page_holds(client: httpx.Client) -> None:
    part = client.get("/lineage?open=fleet.planes&part=graph", headers=ASKS).text
    assert "<html" not in part and "fleet.planes.plane@1" in part


def test_a_column_is_followed_to_its_source_file_with_what_happens_on_the_way(client: httpx.Client) -> None:
    page = client.get("/lineage/network.routes.delays.mean_delay", headers=ASKS).text
    assert "flight_file.csv" in page and "AVG(delay)" in page
    assert "What happens at each step" in page and "transforms/delays.sql" in page


def test_how_a_table_is_made_is_for_those_who_build_there(session: Session) -> None:
    reader = Reader("ann@example.org", (Grant("reader", "fleet"), Grant("reader", "operations")))
    with served_as(session, reader) as client:
        page = client.get("/lineage/network.routes.delays.mean_delay", headers=ASKS).text
    assert "transforms/delays.sql" not in page and "Its team can tell you" in page


def test_a_list_says_the_same_without_a_picture(client: httpx.Client) -> None:
    page = client.get("/lineage?level=tables&shape=list", headers=ASKS).text
    assert '<svg class="graph' not in page and "/tables/fleet.planes.plane" in page and "from " in page


def test_what_is_found_is_opened_and_marked(client: httpx.Client) -> None:
    page = client.get("/lineage?find=tail", headers=ASKS).text
    assert re.search(r'class="node column met"[^>]*data-id="fleet.planes.plane@1.tail"', page)
    assert "Nothing here has" in client.get("/lineage?find=zzz", headers=ASKS).text


def test_what_is_too_much_is_folded_and_said(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MOST_BOXES", 6)
    page = client.get("/lineage?level=columns", headers=ASKS).text
    assert "are too many to draw at once" in page and "@1.tail" not in page


@pytest.mark.parametrize(
    "asked", ["open=nothing", "shut=a.b", "open=%22%3E%3Cscript%3E", "level=walls", "find=%3Cimg%3E"]
)
def test_an_address_that_nobody_gave_out_does_no_harm(client: httpx.Client, asked: str) -> None:
    answer = client.get(f"/lineage?{asked}", headers=ASKS)
    assert answer.status_code == 200 and "<script>" not in answer.text and "<img" not in answer.text

"""The workbench completes names, makes links that last, says whom to ask, and where the columns of an answer come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served, served_as

from weft.access import OWNER, Grant, Reader
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session

ASKS = {"Accept": "text/html"}
PLANES = "SELECT p.tail FROM fleet.planes.plane AS p"


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


def posted(client: httpx.Client, path: str, **body: str) -> Any:
    answer = client.post(f"/query/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def completed(client: httpx.Client, begun: str, sql: str = "") -> list[str]:
    return [one["word"] for one in posted(client, "words", begun=begun, sql=sql)]


def test_after_an_alias_come_the_columns_of_its_table(client: httpx.Client) -> None:
    assert completed(client, "p.", PLANES) == ["p.tail", "p.seats"]
    assert completed(client, "p.se", PLANES) == ["p.seats"]
    assert completed(client, "nobody.", PLANES) == []


def test_a_tables_own_name_is_an_alias(client: httpx.Client) -> None:
    assert completed(client, "plane.ta", "SELECT plane.ta FROM fleet.planes.plane WHERE true") == ["plane.tail"]


def test_tables_functions_and_words_are_completed(client: httpx.Client) -> None:
    assert "fleet.planes.plane" in completed(client, "fle")
    assert "fleet.planes.plane" in completed(client, "plan")
    assert "mesh.tables" in completed(client, "mesh.ta")
    assert "date_trunc(" in completed(client, "date_tr")
    assert completed(client, "sele")[0] == "SELECT"


def test_no_function_is_offered_that_the_guard_refuses(client: httpx.Client) -> None:
    assert not [word for word in completed(client, "read_") if word.startswith("read_")]


def test_a_link_names_the_line_of_each_table(client: httpx.Client) -> None:
    assert posted(client, "lasting", sql=PLANES)["sql"] == 'SELECT p.tail FROM fleet.planes."plane@1" AS p'
    assert posted(client, "lasting", sql="SELECT oh no")["sql"] == "SELECT oh no"


def test_a_question_that_came_by_a_link_is_said_to_have(client: httpx.Client) -> None:
    page = client.get(f"/query?sql={quote(PLANES)}", headers=ASKS).text
    assert "came with a link, and has not run" in page
    assert "came with a link" not in client.get("/query?table=fleet.planes.plane", headers=ASKS).text


def test_each_column_is_led_to_where_it_comes_from(client: httpx.Client) -> None:
    found = posted(client, "origins", sql="SELECT tail AS t, count(*) AS n FROM fleet.planes.plane GROUP BY tail")
    assert found["t"] == [{"name": "fleet.planes.plane.tail", "link": "/lineage/fleet.planes.plane.tail"}]
    assert found.get("n", []) == []


def test_a_refusal_leads_to_where_access_is_asked_for(session: Session) -> None:
    with served_as(session, Reader("bob@example.org", (Grant("reader", "network"),))) as client:
        (one,) = posted(client, "withheld", sql=PLANES)
    assert one["link"] == "/requests/new?table=fleet.planes.plane" and one["why"]


def test_what_was_asked_is_offered_again_and_not_its_pages(session: Session) -> None:
    sql = "SELECT seats FROM fleet.planes.plane"
    with served_as(session, Reader("ann@example.org", (Grant("reader", "fleet"),))) as client:
        for text in (sql, f"SELECT * FROM (\n{sql}\n) AS answer LIMIT 501 OFFSET 500"):
            assert client.post("/api/v1/query", json={"sql": text}).status_code == 200
        page = _until(client, "seats FROM")
    assert page.count(f'data-sql="{sql}"') == 1 and "OFFSET" not in page


def _until(client: httpx.Client, words: str) -> str:
    """What was asked is written down a moment later."""
    import time

    end = time.monotonic() + 10
    page = client.get("/query", headers=ASKS).text
    while words not in page and time.monotonic() < end:
        time.sleep(0.05)
        page = client.get("/query", headers=ASKS).text
    return page


def test_what_came_by_a_link_is_escaped(client: httpx.Client) -> None:
    page = client.get("/query", params={"sql": "</textarea><img src=x onerror=alert(1)>"}, headers=ASKS).text
    assert "<img" not in page

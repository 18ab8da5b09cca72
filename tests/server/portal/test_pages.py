"""Every page of the portal answers, escaped and within the strict policy, for whoever may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served

from weft.access import OWNER
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import open_session

PAGES = (
    "/",
    "/search",
    "/search?q=planes",
    "/search?q=plaen",
    "/search?q=plane&kind=column&within=fleet",
    "/search?q=plane&within=nowhere",
    "/search?q=nothing+like+it",
    "/search?q=planes&part=hits",
    "/domains",
    "/domains/fleet",
    "/products/fleet.planes",
    "/tables/fleet.planes.plane",
    "/tables/fleet.planes.plane@1",
    "/lineage",
    "/lineage/fleet",
    "/lineage/fleet.planes.plane",
    "/lineage/fleet.planes.plane?level=products&direction=up&depth=1",
    "/lineage/fleet.planes.plane?level=columns",
    "/lineage/fleet.planes.plane.tail",
    "/query",
    "/query?table=fleet.planes.plane@1",
    "/requests",
    "/requests/new?table=fleet.planes.plane",
    "/requests/new?product=fleet.planes",
    "/requests?view=decide",
    "/requests?view=domains&page=9",
    "/notices",
    "/notices?about=agreements",
    "/governance",
    "/governance?domain=fleet",
    "/governance/new",
    "/governance/new?like=keys-declared",
    "/governance/policies",
    "/governance/policies/keys-declared",
    "/governance/personal",
    "/governance/personal?by=columns",
    "/governance/personal?by=reads&days=90",
    "/governance/classifications",
    "/governance/classifications?name=&text=plane",
    "/governance/sight",
    "/governance/sight?table=fleet.planes.plane&reader=ana",
    "/governance/audit",
    "/governance/audit?since=2026-01-01&who=ana",
    "/runs",
    "/runs?name=fleet.planes",
)
ASKS = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root: Path = tmp_path_factory.mktemp("mesh")
    write_mesh(root, *planes_and_departures())
    with open_session(root) as session:
        session.apply(session.plan())
        with served(application(Serving(session, lambda request: OWNER))) as found:
            yield found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_within_the_strict_policy(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 200, answer.text
    assert "style=" not in answer.text and not re.search(r"\son\w+=", answer.text) and "<script>" not in answer.text
    assert not re.search(r"""(src|href)=["']https?:""", answer.text)


def test_a_page_holds_its_words(client: httpx.Client) -> None:
    page = client.get("/tables/fleet.planes.plane", headers=ASKS).text
    assert "tail" in page and "Whom to ask" in page
    assert "unsafe" not in client.get("/", headers=ASKS).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/tables/fleet.planes.plaen", "/nowhere", "/domains/nothing"])
def test_what_is_not_there_is_a_page_with_what_to_do(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=ASKS)
    assert answer.status_code == 404 and 'role="alert"' in answer.text and "Find data" in answer.text
    assert client.get(path).headers["content-type"] == "application/json"


def test_whoever_is_not_signed_in_is_led_to_where_they_can_and_back(tmp_path: Path) -> None:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session, served(application(Serving(session))) as client:
        answer = client.get("/tables/fleet.planes.plane?a=b", headers=ASKS, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/tables/fleet.planes.plane%3Fa%3Db"


def test_what_is_asked_is_escaped(client: httpx.Client) -> None:
    nasty = '"><img src=x onerror=alert(1)>'
    for path in ("/search", "/query"):
        page = client.get(path, params={"q": nasty, "sql": nasty}, headers=ASKS).text
        assert "<img" not in page


def test_files_are_kept_for_good_under_an_address_of_their_content(client: httpx.Client) -> None:
    page = client.get("/", headers=ASKS).text
    (style,) = re.findall(r'href="(/static/portal\.css\?\w+)"', page)
    assert "immutable" in client.get(style).headers["cache-control"]
    assert client.get("/static/secrets.txt").status_code == 422


@pytest.mark.parametrize("path", [path for path in PAGES if "part=" not in path])
def test_a_page_names_the_same_as_data(client: httpx.Client, path: str) -> None:
    named = re.search(
        r'<link rel="alternate" type="application/json" href="([^"]+)">', client.get(path, headers=ASKS).text
    )
    if named is not None:
        answer = client.get(unescape(named[1]))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"


def test_tables_products_and_searches_name_the_same_as_data(client: httpx.Client) -> None:
    named = {path: '<link rel="alternate"' in client.get(path, headers=ASKS).text for path in PAGES}
    assert all(
        named[path] for path in ("/search?q=planes", "/products/fleet.planes", "/tables/fleet.planes.plane@1", "/runs")
    )
    assert not named["/query"]


def test_what_is_found_can_be_narrowed_to_a_domain(client: httpx.Client) -> None:
    told = client.get("/search?q=tail", headers=ASKS).text
    assert "within=operations" in told and "within=fleet" in told
    assert "operations.flights" not in client.get("/search?q=tail&within=fleet", headers=ASKS).text
    assert "operations.flights" in client.get("/search?q=tail&within=operations", headers=ASKS).text

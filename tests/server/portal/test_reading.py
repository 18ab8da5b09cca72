"""Ways to read are ready to paste: they ask this server, and what they say can be run as it stands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.server.portal.reading import _curl, _power_query, _python
from weft.server.portal.rendering import prose
from weft.session import open_session

NASTY = """SELECT * FROM a.b."c@1" WHERE d = 'it''s'"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session:
        session.apply(session.plan())
        with served_as(session) as found:
            yield found


def test_curl_says_the_question_whatever_stands_in_it() -> None:
    words = shlex.split(_curl(NASTY, "https://mesh.example").replace("\\\n", " "))
    assert words[1] == "https://mesh.example/api/v1/query"
    assert json.loads(words[-1]) == {"sql": NASTY, "format": "csv"}


def test_python_says_the_question_whatever_stands_in_it() -> None:
    text = _python(NASTY, "https://mesh.example")
    compile(text, "pasted", "exec")
    assert repr(NASTY) in text and "'https://mesh.example'" in text


def test_a_tool_for_reports_is_sent_the_question_whatever_stands_in_it() -> None:
    text = _power_query(NASTY, "https://mesh.example")
    asked = text.partition('Text.ToBinary("')[2].partition('")\n')[0].replace('""', '"')
    assert json.loads(asked) == {"sql": NASTY, "format": "csv"}


def test_what_curl_sends_is_answered_by_this_server(client: httpx.Client) -> None:
    page = client.get("/tables/fleet.planes.plane", headers={"Accept": "text/html"}).text
    base = str(client.base_url).rstrip("/")
    assert f"curl {base}/api/v1/query" in page and "Power BI" in page
    words = shlex.split(_curl("SELECT tail FROM fleet.planes.plane LIMIT 1", base).replace("\\\n", " "))
    answer = client.post(words[1], content=words[-1], headers={"Content-Type": "application/json"})
    assert answer.status_code == 200 and answer.text.splitlines()[0] == '"tail"'


def test_a_page_has_one_chooser_with_one_way_chosen(client: httpx.Client) -> None:
    page = client.get("/tables/fleet.planes.plane", headers={"Accept": "text/html"}).text
    assert page.count('name="ways"') == 6 and page.count(" checked") == 1


def test_backticks_become_code_and_nothing_else_becomes_markup() -> None:
    assert prose("weigh by `flights` <b>") == "weigh by <code>flights</code> &lt;b&gt;"
    assert prose("`<script>`") == "<code>&lt;script&gt;</code>"
    assert prose("one ` alone") == "one ` alone" and prose(None) == ""

"""Each way to read that a page offers is run as it is pasted, with a token of whoever reads the page."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served
from tests.session.people.crowd import ADA, People

from weft.access import Grant
from weft.server.app import application
from weft.server.serving import Serving
from weft.server.signing_in import who
from weft.session import open_session
from weft.session.people.tokens import Wanted, make

ROWS = 20


@dataclass(frozen=True)
class Pasting:
    """A page as Ada sees it, her token, and a folder to paste in."""

    texts: dict[str, str]
    token: str
    folder: Path
    page: str
    client: httpx.Client

    def run(self, *command: str) -> str:
        folder = str(Path(sys.executable).parent)
        given = {
            **os.environ,
            "WEFT_TOKEN": self.token,
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        done = subprocess.run(
            command, cwd=self.folder, env=given, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def pasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pasting]:
    root = write_mesh(tmp_path_factory.mktemp("ways") / "mesh", *planes_and_departures(ROWS))
    folder = tmp_path_factory.mktemp("elsewhere")
    with open_session(root) as session:
        session.apply(session.plan())
        people = People(session.registry, session.settings)
        ada = people.joined(ADA, Grant("reader", "fleet"))
        token = make(people.registry, people.settings.sign_in, ada, Wanted("laptop")).secret
        with served(application(Serving(session, who))) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            page = client.get("/products/fleet.planes", headers={"Accept": "text/html"}).text
            names = re.findall(r'<label for="ways-\d+">([^<]+)</label>', page)
            given = [
                html.unescape(text) for text in re.findall(r'class="way">.*?<code>([^<]*)</code></pre>', page, re.S)
            ]
            yield Pasting(dict(zip(names, given, strict=True)), token, folder, page, client)


def test_the_page_offers_six_ways_in_the_name_of_whoever_reads_it(pasting: Pasting) -> None:
    assert list(pasting.texts) == ["SQL", "Shell", "Python", "DuckDB", "curl", "BI"]
    assert ADA in pasting.page and pasting.token not in pasting.page
    assert all(
        str(pasting.client.base_url).rstrip("/") in text for name, text in pasting.texts.items() if name != "SQL"
    )


def test_sql_is_answered_by_the_workbench_of_this_server(pasting: Pasting) -> None:
    answer = pasting.client.post("/api/v1/query", json={"sql": pasting.texts["SQL"]})
    assert len(answer.text.splitlines()) == ROWS


def test_the_command_line_logs_in_and_asks(pasting: Pasting) -> None:
    assert "N19" in pasting.run("sh", "-c", pasting.texts["Shell"])


def test_python_reads_all_rows(pasting: Pasting) -> None:
    assert pasting.run(sys.executable, "-c", f"{pasting.texts['Python']}\nprint(table.num_rows)").split() == [str(ROWS)]


def test_duckdb_asks_what_came(pasting: Pasting) -> None:
    assert "tail" in pasting.run(sys.executable, "-c", pasting.texts["DuckDB"])


def test_curl_writes_comma_separated_values(pasting: Pasting) -> None:
    rows = list(csv.DictReader(io.StringIO(pasting.run("sh", "-c", pasting.texts["curl"]))))
    assert (len(rows), rows[0]) == (ROWS, {"tail": "N0", "seats": "50"})


def test_what_power_query_asks_is_answered_as_it_reads_it(pasting: Pasting) -> None:
    """The program is nobody's to install here: its question is sent as its documentation says it sends it."""
    text = pasting.texts["BI"]
    (url,) = re.findall(r'Web\.Contents\("([^"]+)"', text)
    (body,) = re.findall(r'Text\.ToBinary\("((?:[^"]|"")+)"\)', text)
    headers = {"Authorization": f"Bearer {pasting.token}", "Content-Type": "application/json"}
    assert all(f'= "{value.replace(pasting.token, "TOKEN")}"' in text for value in headers.values())
    answer = httpx.post(url, content=body.replace('""', '"'), headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))) == ROWS


def test_a_whole_table_is_at_one_address_in_each_form(pasting: Pasting) -> None:
    (link,) = re.findall(r'href="(/api/v1/tables/[^"]+)" download="plane.csv"', pasting.page)
    assert len(pasting.client.get(html.unescape(link)).text.splitlines()) == ROWS + 1
    lines = pasting.client.get("/api/v1/tables/fleet.planes.plane/rows", params={"rows": 2}).text.splitlines()
    assert [json.loads(line) for line in lines] == [{"tail": "N0", "seats": 50}, {"tail": "N1", "seats": 51}]


@pytest.mark.parametrize(
    ("table", "status"), [("operations.flights.departures", 403), ("fleet.planes.plaen", 404), ("x", 400)]
)
def test_a_whole_table_is_refused_as_a_question_of_it_is(pasting: Pasting, table: str, status: int) -> None:
    answer = pasting.client.get(f"/api/v1/tables/{table}/rows")
    assert answer.status_code == status and answer.json()["error"]["mend"]

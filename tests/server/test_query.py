"""Queries over HTTP: forms, parameters, limits, errors, cancelling, and what is written down."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served

from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session
from weft.settings import QuerySettings, ServerSettings

URL = "/api/v1/query"
PLANES = "fleet.planes.plane"
ENDLESS = "SELECT sum(range) AS s FROM range(10000000000000)"
LARGE = "SELECT range AS n, md5(range::VARCHAR) AS t FROM range(3000000)"
SETTINGS = ServerSettings(
    queries=QuerySettings(at_once=3, of_reader=2, waiting=3, waiting_of_reader=2, memory="256MB", seconds=20),
    drain_seconds=0.1,
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = tmp_path_factory.mktemp("mesh")
    write_mesh(root, *planes_and_departures())
    with open_session(root) as opened:
        opened.apply(opened.plan())
        yield opened


@pytest.fixture(scope="module")
def client(session: Session) -> Iterator[httpx.Client]:
    from weft.access import OWNER

    serving = Serving(session, lambda request: OWNER, SETTINGS)
    with served(application(serving)) as client:
        yield client


def asked(client: httpx.Client, sql: str, **more: Any) -> httpx.Response:
    return client.post(URL, json={"sql": sql, **more})


def fault(client: httpx.Client, sql: str, **more: Any) -> tuple[int, str]:
    body = json.dumps({"sql": sql, **more})
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    return answer.status_code, answer.json()["error"]["what"]


def test_rows_come_as_lines_of_json(client: httpx.Client) -> None:
    answer = asked(client, f"SELECT tail, seats FROM {PLANES} ORDER BY tail LIMIT 2")
    assert answer.status_code == 200, answer.text
    assert answer.text == '{"tail":"N0","seats":50}\n{"tail":"N1","seats":51}\n'
    assert answer.headers["weft-read"] == f"{PLANES}@1"
    assert json.loads(answer.headers["weft-columns"])[0] == {"name": "tail", "type": "VARCHAR"}
    assert (answer.headers["weft-rows"], answer.headers["weft-cut"]) == ("2", "false")


@pytest.mark.parametrize(
    "accept", ["application/vnd.apache.arrow.stream", "text/html, application/vnd.apache.arrow.stream;q=0.5"]
)
def test_rows_come_as_what_is_accepted(client: httpx.Client, accept: str) -> None:
    answer = client.post(URL, json={"sql": f"SELECT count(*) AS n FROM {PLANES}"}, headers={"Accept": accept})
    assert pa.ipc.open_stream(answer.content).read_all().to_pylist() == [{"n": 20}]


@pytest.mark.parametrize(
    ("form", "compression"), [("arrow", "zstd"), ("arrow", "lz4"), ("csv", "gzip"), ("jsonl", "gzip")]
)
def test_answers_are_compressed_where_that_is_asked_for(client: httpx.Client, form: str, compression: str) -> None:
    plain, packed = (asked(client, LARGE, format=form, compression=c, rows=50_000) for c in ("", compression))
    sent = int(packed.headers["content-length"]) if "content-length" in packed.headers else packed.num_bytes_downloaded
    assert sent < len(plain.content)
    if form == "arrow":
        assert pa.ipc.open_stream(packed.content).read_all() == pa.ipc.open_stream(plain.content).read_all()
    else:
        assert packed.content == plain.content


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({"tail": "N1"}, "tail = $tail"),
        (["N1"], "tail = ?"),
        (["N1"], "tail = $1"),
        ({"t": ["N1"]}, "tail IN (SELECT unnest($t))"),
    ],
)
def test_values_are_bound(client: httpx.Client, parameters: Any, where: str) -> None:
    answer = asked(client, f"SELECT seats FROM {PLANES} WHERE {where}", parameters=parameters)
    assert answer.text == '{"seats":51}\n'


def test_the_metadata_of_the_mesh_is_asked_for_alike(client: httpx.Client) -> None:
    answer = asked(client, "SELECT count(*) AS n FROM mesh.products")
    assert answer.text == '{"n":3}\n'
    assert answer.headers["weft-read"] == "mesh.products"


@pytest.mark.parametrize(
    ("sql", "more", "status", "what"),
    [
        ("DROP TABLE x", {}, 403, "DROP is no query: SQL here only reads."),
        ("SELECT * FROM read_csv('/etc/passwd')", {}, 403, "the function read_csv is not allowed: "),
        ("SELECT * FROM fleet.planes.plain", {}, 404, "there is no published table 'fleet.planes.plain'"),
        (f"SELECT seat FROM {PLANES}", {}, 400, "there is no column 'seat'"),
        ("SELECT 'x'::INT AS x", {}, 400, "Could not convert string 'x' to INT32"),
        ("SELECT $a AS a", {}, 403, "the parameter $a has no value"),
        (
            "SELECT $a AS a",
            {"parameters": {"a": {"type": "date", "value": "x"}}},
            400,
            "the parameter $a is no date: 'x'",
        ),
        ("SELECT 1 AS a", {"compression": "gzip", "format": "arrow"}, 400, "arrow is not compressed with 'gzip'"),
        ("SELECT $a AS a", {"parameters": {"a": 2**70}}, 400, "the parameter $a is too large a number"),
        (
            "SELECT $a AS a",
            {"parameters": {"a": "\ud800"}},
            400,
            "the parameter $a is no text: it has half a character",
        ),
        ("SELECT 1 AS a", {"format": "xml"}, 422, "the request is not as the API's schema says"),
        ("SELECT len(repeat('x', 2000000000)) AS n", {}, 400, "this needs more memory than a question may have"),
    ],
)
def test_what_is_wrong_is_said_before_there_is_an_answer(
    client: httpx.Client, sql: str, more: dict[str, Any], status: int, what: str
) -> None:
    found, said = fault(client, sql, **more)
    assert (found, said[: len(what)]) == (status, what)


def test_a_query_ends_with_its_time(client: httpx.Client) -> None:
    began = time.monotonic()
    assert fault(client, ENDLESS, seconds=0.5) == (503, "this took longer than the 0.5 seconds that it may take.")
    assert time.monotonic() - began < 10


def test_few_rows_are_enough(client: httpx.Client) -> None:
    answer = asked(client, LARGE, rows=3)
    assert (len(answer.text.splitlines()), answer.headers["weft-cut"]) == (3, "true")


FAILS_LATE = (
    "SELECT CASE WHEN range = 2900000 THEN 'x' ELSE '1' END::INT AS n, md5(range::VARCHAR) AS t FROM range(3000000)"
)


def test_lines_of_json_that_fail_on_their_way_end_with_the_error(client: httpx.Client) -> None:
    answer = asked(client, FAILS_LATE)
    assert answer.status_code == 200
    assert json.loads(answer.text.splitlines()[-1])["error"]["what"].startswith("Could not convert string 'x'")


@pytest.mark.parametrize("form", ["arrow", "csv"])
def test_other_forms_that_fail_on_their_way_are_broken_off(client: httpx.Client, form: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        asked(client, FAILS_LATE, format=form, id=f"fails-late-{form}")
    shown = client.get(f"{URL}/fails-late-{form}").json()
    assert (shown["state"], "Could not convert" in shown["failed"]) == ("failed", True)


def test_a_large_answer_comes_whole(client: httpx.Client) -> None:
    answer = asked(client, LARGE, format="arrow")
    assert pa.ipc.open_stream(answer.content).read_all().num_rows == 3_000_000


def in_background(client: httpx.Client, sql: str, id: str) -> tuple[threading.Thread, list[httpx.Response]]:
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(asked(client, sql, id=id)))
    thread.start()
    until(lambda: client.get(f"{URL}/{id}").json().get("state") in ("running", "waiting"))
    return thread, answers


def until(holds: Any, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def test_a_query_is_cancelled_by_its_id(client: httpx.Client) -> None:
    thread, answers = in_background(client, ENDLESS, "to-be-cancelled")
    assert client.delete(f"{URL}/to-be-cancelled").status_code == 200
    thread.join(10)
    assert answers[0].json()["error"]["what"] == "this was cancelled."
    assert client.get(f"{URL}/to-be-cancelled").json()["state"] == "cancelled"


def test_a_query_ends_when_whoever_asked_hangs_up(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post(URL, json={"sql": ENDLESS, "id": "hung-up-on"}, timeout=2.0)
    until(lambda: client.get(f"{URL}/hung-up-on").json().get("state") == "cancelled")


def test_more_than_may_wait_are_sent_away_and_the_rest_have_their_turn(client: httpx.Client) -> None:
    running = [in_background(client, ENDLESS, f"one-of-many-{n}") for n in range(4)]
    states = [client.get(f"{URL}/one-of-many-{n}").json()["state"] for n in range(4)]
    assert sorted(states) == ["running", "running", "waiting", "waiting"]
    answer = asked(client, "SELECT 1 AS a")
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    for n in range(4):
        client.delete(f"{URL}/one-of-many-{n}")
    for thread, answers in running:
        thread.join(10)
        assert answers[0].status_code == 503
    assert asked(client, "SELECT 1 AS a").text == '{"a":1}\n'


def test_the_metrics_count_queries(session: Session) -> None:
    from weft.access import OWNER

    serving = Serving(session, lambda request: OWNER, SETTINGS)
    with served(application(serving)) as client:
        asked(client, "SELECT 1 AS a")
        fault(client, "DROP TABLE x")
        told = client.get("/metrics").text
    assert 'weft_queries_total{outcome="done"} 1.0' in told
    assert 'weft_queries_total{outcome="refused"} 1.0' in told
    assert "weft_queries_running 0.0" in told


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "query-over-http.md"
EXAMPLES = re.findall(r"-d '(\{.*\})'", HOW_TO.read_text())


@pytest.mark.parametrize("body", EXAMPLES)
def test_the_examples_of_the_how_to_are_answered(client: httpx.Client, body: str) -> None:
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert "ORDER BY" not in body or answer.text in HOW_TO.read_text().replace("    {", "{")


def test_what_was_asked_stands_in_the_audit_trail(client: httpx.Client, session: Session) -> None:
    from weft.product.audit import Span

    asked(client, f"SELECT seats FROM {PLANES} WHERE tail = 'N7'")
    bodies = [json.loads(record.body) for record in session.registry.audit.records(Span())]
    began = [body for body in bodies if "N7" in body.get("sql", "")]
    assert len(began) == 1
    assert f"{PLANES}@1" in json.dumps(began[0])


def test_what_is_taken_back_holds_for_the_next_question(session: Session) -> None:
    """Though the text, its names and a process are warm."""
    from weft.access import Grant, Reader

    readers = [Reader("kim@example.org", (Grant("reader", "fleet"),))]
    sql = f"SELECT count(*) AS n FROM {PLANES}"
    with served(application(Serving(session, lambda request: readers[-1], SETTINGS))) as client:
        assert [asked(client, sql).status_code for _ in range(3)] == [200, 200, 200]
        readers.append(Reader("kim@example.org"))
        assert asked(client, sql).status_code == 403
        readers.pop()
        assert asked(client, sql).text == '{"n":20}\n'

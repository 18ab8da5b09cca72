"""What an attacker asks of a server: refused, blind to what is masked, or bounded; and the server answers others meanwhile."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pytest
import yaml
from tests.meshes import A, Made, Source, write_mesh
from tests.served import served

from weft.access import Grant, Reader
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session
from weft.settings import QuerySettings, ServerSettings

HERE = Path(__file__).parent
URL = "/api/v1/query"
READER = Reader("kim@example.org", (Grant("reader", "people"),), (("regions", ("north",)),))
OTHER = Reader("lou@example.org", (Grant("reader", "people"),), (("regions", ("south",)),))
BOMB_SECONDS = 0.6
ENOUGH_BYTES = 20_000_000
LONGEST_WAIT_SECONDS = 10.0
CLASSIFICATIONS = """
classifications:
  - {name: contact, tags: [contact], mask: hash, clear: {roles: [owner]}}
  - {name: pay, classification: [secret], mask: {kind: bucket, width: 1000}, clear: {roles: [owner]}}
  - {name: note, classification: [restricted], mask: "null", clear: {roles: [owner]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions, clear: {roles: [owner]}}
"""
STAFF = """id,mail,pay,note,region
1,ann@example.org,1234,first secret,north
2,bob@example.org,5678,second secret,south
3,cyd@example.org,9999,third secret,north
4,dee@example.org,1250,fourth secret,north
"""
SECRETS = ("ann@", "bob@", "cyd@", "dee@", "1234", "5678", "9999", "1250", "secret", "hidden plan")
COLUMNS = {"id": "integer", "mail": "string", "pay": "integer", "note": "string", "region": "string"}
MESH = (
    A(
        "people.staff",
        [
            Made(
                "staff",
                COLUMNS,
                "SELECT id, mail, pay, note, region FROM staff_file ORDER BY id",
                more="tags: [regional]",
            )
        ],
        [Source("staff_file", COLUMNS, STAFF)],
    ),
    A(
        "vault.hidden",
        [Made("plans", {"id": "integer", "plan": "string"}, "SELECT id, plan FROM plan_file")],
        [Source("plan_file", {"id": "integer", "plan": "string"}, "id,plan\n1,hidden plan\n")],
    ),
)
MARKS = (
    ("- name: mail\n", "- name: mail\n        tags: [contact]\n"),
    ("- name: pay\n", "- name: pay\n        classification: secret\n"),
    ("- name: note\n", "- name: note\n        classification: restricted\n"),
)


def attacks(name: str) -> list[Any]:
    found = yaml.safe_load((HERE / f"{name}.yaml").read_text())
    return [pytest.param(sql, id=f"{group} {n}") for group, texts in found.items() for n, sql in enumerate(texts)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = write_mesh(tmp_path_factory.mktemp("attacked") / "mesh", *MESH)
    contract = root / "domains" / "people" / "staff" / "contracts" / "staff.odcs.yaml"
    text = contract.read_text()
    for plain, marked in MARKS:
        text = text.replace(plain, marked)
    contract.write_text(text)
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(CLASSIFICATIONS)
    with open_session(root) as opened:
        assert opened.apply(opened.plan()).succeeded
        yield opened


@pytest.fixture(scope="module")
def client(session: Session) -> Iterator[httpx.Client]:
    queries = QuerySettings(at_once=6, of_reader=4, waiting=200, waiting_of_reader=100, memory="128MB", seconds=30)
    server = ServerSettings(queries=queries, drain_seconds=0.1, reader_per_minute=0, origin_per_minute=0)

    def who(request: Any) -> Reader:
        return OTHER if request.headers.get("x-other") else READER

    with served(application(Serving(session, who, server))) as client:
        yield client


@pytest.mark.parametrize("sql", attacks("refused"))
def test_it_is_refused(client: httpx.Client, session: Session, sql: str) -> None:
    text = sql.replace("{root}", str(session.settings.root))
    given = {name: "/etc/passwd" for name in ("t", "file") if f"${name}" in text}
    answer = client.post(URL, json={"sql": text, "parameters": given})
    assert answer.status_code in (400, 403, 404), (answer.status_code, answer.text)
    assert not [word for word in (*SECRETS, "root:") if word in without_ids(answer.text) and word not in text]


def without_ids(text: str) -> str:
    """The ids that a server gives, of requests and of queries, are of time and chance, and may hold any digits."""
    return re.sub(r"\b([0-9]{8}t[0-9]{12}-[0-9a-f]{6}|[0-9a-f]{16,})\b", "", text)


@pytest.fixture(scope="module")
def masked(client: httpx.Client) -> Iterator[duckdb.DuckDBPyConnection]:
    """All that may be seen, in a database of its own: what is asked of it can tell no more."""
    answer = client.post(URL, json={"sql": "SELECT * FROM people.staff.staff ORDER BY id", "format": "arrow"})
    seen = pa.ipc.open_stream(answer.content).read_all()
    assert seen.column("id").to_pylist() == [1, 3, 4]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'; ATTACH ':memory:' AS people; CREATE SCHEMA people.staff")
        for name in ("staff", '"staff@1"'):
            connection.register("seen", seen)
            connection.execute(f"CREATE TABLE people.staff.{name} AS FROM seen")
        yield connection


@pytest.mark.parametrize("sql", attacks("blind"))
def test_it_tells_no_more_than_what_may_be_seen(
    client: httpx.Client, masked: duckdb.DuckDBPyConnection, sql: str
) -> None:
    answer = client.post(URL, json={"sql": sql, "format": "arrow"})
    told = without_ids(answer.text + str(answer.headers))
    expected = None
    with suppress(duckdb.Error):
        expected = masked.sql(sql).to_arrow_table()
    assert not [word for word in SECRETS if word in told and word not in sql]
    if answer.status_code != 200:
        assert answer.status_code in (400, 403, 404)
        assert expected is None or answer.status_code == 403, answer.text
        return
    assert expected is not None
    found = pa.ipc.open_stream(answer.content).read_all()
    assert sorted(map(str, found.to_pylist())) == sorted(map(str, expected.to_pylist()))


def test_bombs_go_off_and_others_are_answered(client: httpx.Client) -> None:
    """Each ends by its time or its memory, or is hung up on; of another reader nobody waits for long."""
    bombs = [parameter.values[0] for parameter in attacks("bombs")]
    over, waits = threading.Event(), [0.0]

    def others() -> None:
        while not over.wait(0.05):
            began = time.monotonic()
            sql = "SELECT id FROM people.staff.staff ORDER BY id"
            answer = client.post(URL, json={"sql": sql}, headers={"x-other": "1"})
            assert (answer.status_code, answer.text) == (200, '{"id":2}\n')
            waits.append(time.monotonic() - began)

    with ThreadPoolExecutor(5) as hands:
        watching = hands.submit(others)
        ends = list(hands.map(lambda sql: bounded(client, str(sql)), bombs))
        over.set()
        watching.result()
    assert len(waits) > 10
    assert max(waits) < LONGEST_WAIT_SECONDS
    assert max(seconds for seconds, _ in ends) < LONGEST_WAIT_SECONDS
    assert [sql for sql, (_, size) in zip(bombs, ends, strict=True) if size > 2 * ENOUGH_BYTES] == []
    until_nothing_runs(client)


def bounded(client: httpx.Client, sql: str) -> tuple[float, int]:
    """Seconds that it took, and bytes that came; it is hung up on where many do."""
    began, size = time.monotonic(), 0
    asked = {"sql": sql, "format": "arrow", "seconds": BOMB_SECONDS}
    with suppress(httpx.RemoteProtocolError), client.stream("POST", URL, json=asked) as answer:
        assert answer.status_code in (200, 400, 403, 503), answer.read()
        for part in answer.iter_raw():
            size += len(part)
            if size > ENOUGH_BYTES:
                break
    return time.monotonic() - began, size


def until_nothing_runs(client: httpx.Client) -> None:
    end = time.monotonic() + 20
    while any(one["state"] in ("running", "waiting") for one in client.get(URL).json()):
        assert time.monotonic() < end
        time.sleep(0.05)

"""Classifications over HTTP: masked answers of processes apart, sights explained, declassifications asked for and decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from tests.meshes import A, Made, Source, write_mesh
from tests.served import served

from weft.access import Grant, Reader
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import open_session
from weft.settings import QuerySettings, ServerSettings

SET = """
classifications:
  - {name: contact, tags: [contact], mask: redact, clear: {roles: [owner]}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions, clear: {roles: [owner]}}
"""
STAFF = "mail,region\nann@example.org,north\nbob@example.org,south\n"
MESH = (
    A(
        "people.staff",
        [Made("staff", {"mail": "string", "region": "string"}, "SELECT mail, region FROM f ORDER BY mail", more="tags: [regional]")],
        [Source("f", {"mail": "string", "region": "string"}, STAFF)],
    ),
    A("people.names", [Made("names", {"name": "string", "region": "string"}, "SELECT split_part(mail, '@', 1) AS name, region FROM staff")], reads=["people.staff.staff"]),
    A("people.firsts", [Made("firsts", {"first": "string", "region": "string"}, "SELECT split_part(mail, '@', 1) AS first, region FROM staff")], reads=["people.staff.staff"]),
)  # fmt: skip
NORTH, SOUTH = ((("regions", (one,)),) for one in ("north", "south"))
READERS = {
    "kim": Reader("kim", (Grant("reader", "people"),), NORTH),
    "lou": Reader("lou", (Grant("reader", "people"),), SOUTH),
    "eve": Reader("eve", (Grant("owner", "people"),)),
    "gus": Reader("gus", (Grant("governance"),)),
}
SQL = "SELECT mail, region FROM people.staff.staff"
UNTIL = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = write_mesh(tmp_path_factory.mktemp("served") / "mesh", *MESH)
    contract = root / "domains" / "people" / "staff" / "contracts" / "staff.odcs.yaml"
    contract.write_text(contract.read_text().replace("- name: mail\n", "- name: mail\n        tags: [contact]\n"))
    (root / "policies").mkdir()
    (root / "policies" / "classifications.yaml").write_text(SET)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded

        def who(request: Request) -> Reader:
            return READERS[request.headers["x-reader"]]

        settings = ServerSettings(queries=QuerySettings(memory="256MB"), drain_seconds=0.1)
        with served(application(Serving(session, who, settings))) as client:
            yield client


def rows(client: httpx.Client, who: str, sql: str = SQL) -> list[Any]:
    answer = client.post("/api/v1/query", json={"sql": sql}, headers={"x-reader": who})
    assert answer.status_code == 200, answer.text
    return sorted(answer.text.split("\n"))


def test_each_reader_sees_their_own_whoever_asked_before(client: httpx.Client) -> None:
    for _ in range(2):
        seen = {who: "".join(rows(client, who)) for who in ("kim", "eve", "lou")}
        assert "***" in seen["kim"] and "north" in seen["kim"] and "south" not in seen["kim"]
        assert "***" in seen["lou"] and "south" in seen["lou"] and "north" not in seen["lou"]
        assert "ann@example.org" in seen["eve"] and "bob@example.org" in seen["eve"]


def test_an_error_over_http_tells_nothing(client: httpx.Client) -> None:
    for who in ("kim", "lou"):
        answer = client.post(
            "/api/v1/query",
            json={"sql": "SELECT CAST(mail AS INTEGER) AS n FROM people.staff.staff"},
            headers={"x-reader": who},
        )
        assert "example.org" not in answer.text


def test_a_sight_is_explained_to_oneself_and_to_whoever_governs(client: httpx.Client) -> None:
    own = client.get("/api/v1/sights/people.names.names", headers={"x-reader": "kim"}).json()
    name = next(one for one in own["columns"] if one["column"] == "name")
    assert (name["mask"], name["path"]) == ("redact", ["people.names.names@1.name", "people.staff.staff@1.mail"])
    assert own["rows"][0]["values"] == ["north"]
    about = {"params": {"reader": "lou"}, "headers": {"x-reader": "kim"}}
    assert client.get("/api/v1/sights/people.names.names", **about).status_code == 403
    about["headers"] = {"x-reader": "gus"}
    assert client.get("/api/v1/sights/people.names.names", **about).json()["who"] == "lou"


def test_a_declassification_is_asked_for_decided_and_seen(client: httpx.Client) -> None:
    firsts = "SELECT first FROM people.firsts.firsts"
    wanted = {"name": "people.firsts.firsts.first", "because": "no address is left", "until": UNTIL}
    assert client.post("/api/v1/declassifications", json=wanted, headers={"x-reader": "kim"}).status_code == 403
    asked = client.post("/api/v1/declassifications", json=wanted, headers={"x-reader": "eve"})
    assert asked.status_code == 201, asked.text
    decision = f"/api/v1/declassifications/{asked.json()['id']}/decision"
    assert client.post(decision, json={"word": "approved"}, headers={"x-reader": "eve"}).status_code == 403
    assert "***" in "".join(rows(client, "kim", firsts))
    assert (
        client.post(decision, json={"word": "approved"}, headers={"x-reader": "gus"}).json()["standing"] == "approved"
    )
    assert "ann" in "".join(rows(client, "kim", firsts))


def test_only_governance_publishes_the_set(client: httpx.Client) -> None:
    said = {"text": SET, "because": "at last"}
    assert client.post("/api/v1/classifications", json=said, headers={"x-reader": "eve"}).status_code == 403
    assert client.post("/api/v1/classifications", json=said, headers={"x-reader": "gus"}).json() == {"version": 1}
    found = client.get("/api/v1/classifications", headers={"x-reader": "kim"}).json()
    assert (found["published"], [one["name"] for one in found["classifications"]]) == (1, ["contact", "own region"])
    assert "***" in "".join(rows(client, "kim"))

"""The catalogue over HTTP: all that there is to know of what is published, in parts, and only once."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import OWNER, Reader
from weft.session import Session, open_session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = write_mesh(tmp_path_factory.mktemp("mesh"), *planes_and_departures())
    with open_session(root) as session:
        session.apply(session.plan())
        yield session


@pytest.fixture(scope="module")
def client(session: Session) -> Iterator[httpx.Client]:
    with served_as(session, OWNER) as client:
        yield client


@pytest.fixture(scope="module")
def stranger(session: Session) -> Iterator[httpx.Client]:
    with served_as(session, Reader("sam@elsewhere.example")) as client:
        yield client


def names(answer: httpx.Response, field: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item[field] for item in answer.json()["items"]]


def test_words_find_names(client: httpx.Client) -> None:
    hits = client.get("/api/v1/search", params={"words": "departures"}).json()["hits"]
    assert hits[0]["name"] == "operations.flights.departures"
    only = client.get("/api/v1/search", params={"words": "tail", "kind": "column"}).json()["hits"]
    assert {hit["kind"] for hit in only} == {"column"}


def test_lists_come_in_parts_and_together_are_whole(client: httpx.Client) -> None:
    whole = names(client.get("/api/v1/domains"), "domain")
    assert whole == ["fleet", "network", "operations"]
    first = client.get("/api/v1/domains", params={"limit": 2}).json()
    rest = client.get("/api/v1/domains", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["domain"] for item in (*first["items"], *rest["items"])] == whole
    assert rest["next"] == ""


def test_a_domain_a_product_and_a_table_are_told_by_the_five_interfaces(client: httpx.Client) -> None:
    for path in ("domains/fleet", "products/fleet.planes"):
        page = client.get(f"/api/v1/{path}").json()
        assert {"name", "data", "where", "what", "how", "who"} <= set(page)
    seen = client.get("/api/v1/tables/fleet.planes.plane").json()
    assert seen["page"]["data"]["rows"] == 20
    assert seen["sight"]["may_read"] is True


def test_nothing_of_the_server_s_disk_is_told(client: httpx.Client, session: Session) -> None:
    for path in ("products/fleet.planes", "tables/fleet.planes.plane"):
        assert str(session.settings.root) not in client.get(f"/api/v1/{path}").text


def test_products_and_tables_are_chosen_by_what_is_said_of_them(client: httpx.Client) -> None:
    products = client.get("/api/v1/products", params={"domain": "fleet"})
    assert [item["summary"]["name"] for item in products.json()["items"]] == ["fleet.planes"]
    assert names(client.get("/api/v1/tables", params={"within": "fleet"}), "line_name") == ["fleet.planes.plane@1"]
    columns = client.get("/api/v1/columns", params={"within": "fleet.planes.plane@1"})
    assert names(columns, "column_name") == ["tail", "seats"]


def test_versions_changes_and_checks_are_told(client: httpx.Client) -> None:
    versions = client.get("/api/v1/products/operations.flights/versions").json()["versions"]
    assert [(one["port"], one["version"], one["line"]) for one in versions] == [("departures", "1.0.0", "1")]
    asked = {"port": "departures", "before": "1", "after": "1.0.0"}
    changes = client.get("/api/v1/products/operations.flights/changes", params=asked).json()
    assert (changes["breaks"], changes["changes"]) == (False, [])
    checks = names(client.get("/api/v1/tables/operations.flights.departures/checks"), "check_name")
    assert any(name.startswith("rowCount") for name in checks)


def test_lineage_is_followed_both_ways(client: httpx.Client) -> None:
    asked = {"columns": "false", "depth": 1}
    graph = client.get("/api/v1/lineage/operations.flights.departures", params=asked).json()
    found = {node["name"]: node["distance"] for node in graph["nodes"]}
    assert found["fleet.planes.plane"] == -1
    assert found["network.routes.delays"] == 1
    assert {edge["target"] for edge in graph["edges"]} >= {"network.routes.delays@1"}


def test_runs_relations_notices_and_environments_are_told(client: httpx.Client) -> None:
    (run,) = names(client.get("/api/v1/runs"), "run")
    assert client.get(f"/api/v1/runs/{run}").json()["state"] == "succeeded"
    assert names(client.get("/api/v1/environments"), "environment") == []
    assert client.get("/api/v1/notices").json() == {"items": [], "next": ""}
    relations = [item["name"] for item in client.get("/api/v1/relations").json()["items"]]
    assert "mesh.products" in relations
    asked = {"where": "domain", "equals": "fleet"}
    rows = client.get("/api/v1/relations/mesh.products", params=asked).json()
    assert [row["product"] for row in rows["rows"]] == ["fleet.planes"]


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("domains/flete", "fleet"),
        ("products/fleet.plane", "fleet.planes"),
        ("tables/fleet.planes.planes", "fleet.planes.plane"),
        ("lineage/fleet.planes.planes", "fleet.planes.plane"),
        ("relations/mesh.product", "mesh.products"),
        ("runs/none", ""),
        ("products/fleet", ""),
        ("tables/fleet.planes", ""),
        ("search?words=a&env=nowhere", ""),
    ],
)
def test_what_is_not_there_is_said_with_the_closest(client: httpx.Client, path: str, mend: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert mend in answer.json()["error"]["mend"]


def test_nothing_is_sent_twice(client: httpx.Client) -> None:
    first = client.get("/api/v1/products/fleet.planes")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get("/api/v1/products/fleet.planes", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/v1/products/operations.flights", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_what_is_published_is_told_with_the_next_request(tmp_path_factory: pytest.TempPathFactory) -> None:
    planes, flights, _ = planes_and_departures()
    root = write_mesh(tmp_path_factory.mktemp("growing"), planes)
    with open_session(root) as session, served_as(session) as client:
        for product, expected in ((None, []), (planes, ["fleet"]), (flights, ["fleet", "operations"])):
            if product is not None:
                write_mesh(root, product)
                with open_session(root) as other:
                    other.apply(other.plan())
            assert names(client.get("/api/v1/domains"), "domain") == expected


def test_an_environment_is_listed_with_what_it_changed(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_mesh(tmp_path_factory.mktemp("branched"), planes_and_departures()[0])
    with open_session(root) as session, served_as(session) as client:
        session.apply(session.plan())
        with open_session(root, "trial") as trial:
            trial.apply(trial.plan())
        (found,) = client.get("/api/v1/environments").json()["items"]
        assert (found["environment"], found["changed_lines"]) == ("trial", [])
        assert client.get("/api/v1/domains", params={"env": "trial"}).json()["items"][0]["domain"] == "fleet"


def test_who_reads_is_told_to_those_who_look_after_the_product(client: httpx.Client, stranger: httpx.Client) -> None:
    lines = client.get("/api/v1/products/operations.flights/consumers").json()["lines"]
    assert [one["name"] for one in lines[0]["consumers"]] == ["network.routes"]
    refused = stranger.get("/api/v1/products/operations.flights/consumers")
    assert refused.status_code == 403
    assert "role owner or developer or steward of operations" in refused.json()["error"]["what"]
    page = stranger.get("/api/v1/products/operations.flights").json()
    assert page["who"]["ledger"] == []

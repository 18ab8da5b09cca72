"""The story of two laptops: a product on another domain's port, refused without an agreement, and published with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checkouts import Served, owner, served
from tests.cli.conftest import Said, call
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Grant, Reader

READERS = {
    "ann": owner("ann@fleet.org", "fleet"),
    "bob": owner("bob@network.org", "operations", "network"),
    "gov": Reader("gov@mesh.org", (Grant("governance"), Grant("auditor"))),
    "ops": Reader("ops@mesh.org", (Grant("platform"),)),
}
POLICY = """\
-- title: Key
-- severity: warning
-- owner: gov@mesh.org
SELECT product AS subject, 'x' AS message FROM mesh.products WHERE false
"""


class Laptops:
    """One folder for each person, and a server between them."""

    def __init__(self, folder: Path, server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.server, self._patch = folder, server, monkeypatch

    def says(self, who: str, *words: str) -> Said:
        self._patch.setenv("WEFT_TOKEN", who)
        self._patch.setenv("XDG_CACHE_HOME", str(self.folder / f"{who}-cache"))
        mesh = self.folder / who
        return call(*words, mesh=mesh) if mesh.exists() else call(*words, "--server", self.server.url)


@pytest.fixture
def laptops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptops]:
    hub = write_mesh(tmp_path / "hub", settings="agreements: {products: required}\n")
    planes, flights, _ = planes_and_departures()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    with served(hub, READERS) as server:
        write_mesh(tmp_path / "ann", planes, settings=f"registry: {server.url}\n")
        write_mesh(tmp_path / "bob", flights, settings=f"registry: {server.url}\n")
        yield Laptops(tmp_path, server, monkeypatch)


def test_two_laptops(laptops: Laptops) -> None:
    assert laptops.says("ann", "apply").status == 0

    refused = laptops.says("bob", "apply", "--json")
    (flights,) = refused.object["products"]
    assert (refused.status, flights["state"]) == (1, "failed")
    assert "operations.flights has no agreement on fleet.planes.plane@1" in flights["message"]

    wish = ("--purpose", "where delays come from", "--use-case", "punctuality", "--for", "operations.flights")
    asked = laptops.says("bob", "access", "request", "fleet.planes.plane", *wish, "--json")
    agreement = asked.object["agreement"]
    assert (agreement["reader"], agreement["requested_by"]) == ("operations.flights", "bob@network.org")
    assert laptops.says("bob", "access", "decide", agreement["id"], "--approve").status == 1

    granted = laptops.says("ann", "access", "decide", agreement["id"], "--approve", "--json")
    assert granted.object["agreement"]["state"] == "granted"

    applied = laptops.says("bob", "apply")
    assert (applied.status, "1 published" in applied.err + applied.out) == (0, True)
    assert "nothing to do" in laptops.says("bob", "plan").out

    seen = laptops.says("bob", "query", "SELECT count(*) AS n FROM operations.flights.departures", "--format", "csv")
    assert seen.out == '"n"\n60\n'
    assert "no agreement" in laptops.says("ann", "query", "SELECT 1 FROM operations.flights.departures").err

    laptops.says("ann", "access", "revoke", agreement["id"], "--because", "it is over")
    flights = laptops.folder / "bob/domains/operations/flights/flight_file.csv"
    flights.write_text(flights.read_text() + "60,N1,3\n")
    again = laptops.says("bob", "apply", "--json")
    assert (again.status, "was revoked" in again.out) == (1, True), again


def test_what_a_domain_takes_back_is_taken_back_through_the_server(laptops: Laptops) -> None:
    laptops.says("ann", "apply")
    planes = laptops.folder / "ann/domains/fleet/planes/plane_file.csv"
    planes.write_text(planes.read_text() + "N99,7\n")
    assert laptops.says("ann", "apply").status == 0
    count = ("query", "SELECT count(*) AS n FROM fleet.planes.plane", "--format", "csv")
    assert laptops.says("ann", *count).out == '"n"\n21\n'
    assert laptops.says("bob", "rollback", "fleet.planes").status == 1
    back = laptops.says("ann", "rollback", "fleet.planes", "--because", "wrong")
    assert (back.status, laptops.says("ann", *count).out) == (0, '"n"\n20\n')
    assert laptops.says("ann", "apply", "--resume", "fleet.planes").status == 0
    assert laptops.says("ann", *count).out == '"n"\n21\n'


def test_an_environment_is_built_compared_and_promoted_through_the_server(laptops: Laptops) -> None:
    laptops.says("ann", "apply")
    planes = laptops.folder / "ann/domains/fleet/planes/plane_file.csv"
    planes.write_text(planes.read_text() + "N99,7\n")
    assert laptops.says("ann", "apply", "--env", "more").status == 0
    assert "more" in laptops.says("ann", "env", "list").out
    difference = laptops.says("ann", "diff", "fleet.planes.plane", "--to", "more", "--json")
    assert (difference.status, difference.object["added"]) == (0, 1)
    assert laptops.says("ann", "test", "--env", "more").status == 0
    assert laptops.says("bob", "promote", "more").status == 1
    assert laptops.says("ann", "promote", "more").status == 0
    assert laptops.says("ann", "env", "update", "more").status == 0
    assert laptops.says("ann", "env", "remove", "more").status == 0
    assert laptops.says("ann", "sweep").status == 0


def test_a_preview_is_shown_and_tried_through_the_server(laptops: Laptops) -> None:
    laptops.says("ann", "apply")
    assert "no preview" in laptops.says("ann", "preview").err


def test_governance_publishes_rules_and_searches_the_trail(laptops: Laptops) -> None:
    laptops.says("ann", "apply")
    governing = write_mesh(laptops.folder / "gov", settings=f"registry: {laptops.server.url}\n")
    (rule := governing / "policies" / "key.sql").parent.mkdir()
    rule.write_text(POLICY)
    assert (said := laptops.says("gov", "policy", "publish")).status == 0, said
    assert "key" in laptops.says("gov", "policy", "list").out
    assert laptops.says("ann", "policy", "publish", str(rule)).status == 1
    laptops.says("ann", "query", "SELECT count(*) FROM fleet.planes.plane")
    found = laptops.says("gov", "audit", "search", "--json").object["records"]
    assert any("fleet.planes.plane@1" in record["tables"] for record in found)
    assert laptops.says("ann", "audit", "search").status == 1


@pytest.mark.parametrize("words", [("plan",), ("apply",), ("test",), ("env", "list")], ids=" ".join)
def test_the_platform_works_on_no_product(laptops: Laptops, words: tuple[str, ...]) -> None:
    (laptops.folder / "ann").rename(laptops.folder / "ops")
    said = laptops.says("ops", *words)
    assert (said.status, "builds in no domain" in said.err) == (1, True)


def test_nobody_looks_through_other_eyes_at_a_server(laptops: Laptops) -> None:
    for words in (("show", "fleet"), ("query", "SELECT 1"), ("access", "list")):
        assert "Leave out --as" in laptops.says("ann", *words, "--as", "bob@network.org").err


def test_governance_tries_a_policy_from_its_own_laptop(laptops: Laptops) -> None:
    laptops.says("ann", "apply")
    governing = laptops.folder / "gov"
    governing.mkdir()
    (governing / "mesh.yaml").write_text(f"name: test\nregistry: {laptops.server.url}\n")
    tried = laptops.says("gov", "policy", "test", "owner-and-support", "--json")
    assert {one["subject"] for one in tried.object["violations"]} == {"fleet.planes"}
    assert laptops.says("gov", "policy", "publish", "owner-and-support").status == 0
    waive = ("policy", "waive", "owner-and-support", "fleet", "--until", "2999-01-01", "--because", "They hire.")
    assert laptops.says("ann", *waive).status == 1
    assert laptops.says("gov", *waive).status == 0
    assert laptops.says("gov", "policy", "run").status == 0

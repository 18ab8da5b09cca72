"""Two domains, each with a checkout of its own, that share a mesh through one server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.checkouts import Served, developer, served
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Grant, Reader
from weft.errors import Refused
from weft.run.report import RunReport
from weft.session import open_session

ANN, BOB = developer("ann@fleet.org", "fleet"), developer("bob@network.org", "operations", "network")
ALONE = "SELECT id, tail, 0 AS seats, delay FROM flight_file ORDER BY id"
PLATFORM = Reader("ops@mesh.org", (Grant("platform"),))


@dataclass
class Laptops:
    """Ann's checkout has the planes, Bob's what is made of them; `hub` is where the server keeps all of it."""

    server: Served
    hub: Path
    ann: Path
    bob: Path


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    hub = write_mesh(tmp_path / "hub", settings="agreements: {products: declared}\n")
    planes, *others = planes_and_departures()
    with served(hub, {"ann": ANN, "bob": BOB, "ops": PLATFORM}) as server:
        settings = f"registry: {server.url}\n"
        ann = write_mesh(tmp_path / "ann", planes, settings=settings)
        bob = write_mesh(tmp_path / "bob", *others, settings=settings)
        yield Laptops(server, hub, ann, bob)


def apply(root: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> RunReport:
    monkeypatch.setenv("WEFT_TOKEN", token)
    with open_session(root) as session:
        return session.apply(session.plan())


def test_a_product_is_built_on_another_s_port_from_another_checkout(
    laptops: Laptops, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(laptops.ann, "ann", monkeypatch).succeeded
    assert apply(laptops.bob, "bob", monkeypatch).succeeded
    with open_session(laptops.hub) as hub:
        (row,) = hub.query("SELECT count(*) AS n, min(seats) AS least FROM operations.flights.departures").objects()
    assert row == {"n": 60, "least": 50}


def test_a_plan_with_nothing_to_do_costs_three_requests(laptops: Laptops, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(laptops.ann, "ann", monkeypatch)
    apply(laptops.bob, "bob", monkeypatch)
    laptops.server.paths.clear()
    with open_session(laptops.bob) as session:
        assert session.plan().plan.is_empty
    assert [path.rpartition("/")[2] for path in laptops.server.paths] == ["shared", "recorded", "products"]


def test_a_run_is_whose_token_it_was(laptops: Laptops, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(laptops.ann, "ann", monkeypatch)
    with open_session(laptops.hub) as hub:
        runs = hub.registry.journal.facts("runs").to_pylist()
    assert [(run["command"], run["who"], run["state"]) for run in runs] == [("apply", "ann@fleet.org", "succeeded")]


def test_another_domain_s_product_is_not_published(laptops: Laptops, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"bob@network.org builds in network and operations, .* fleet.planes"):
        apply(laptops.ann, "bob", monkeypatch)


def test_the_platform_works_from_no_checkout(laptops: Laptops, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="builds in no domain"):
        apply(laptops.ann, "ops", monkeypatch)


def test_two_domains_apply_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planes, flights, _ = planes_and_departures()
    alone = replace(flights, makes=[replace(flights.makes[0], sql=ALONE)], reads=[])
    with served(write_mesh(tmp_path / "hub"), {"ann": ANN, "bob": BOB}) as server:
        settings = f"registry: {server.url}\n"
        roots = {
            name: write_mesh(tmp_path / name, one, settings=settings) for name, one in (("ann", planes), ("bob", alone))
        }
        applying = [
            subprocess.Popen(
                [sys.executable, "-m", "weft", "apply", "--json", "--mesh", str(root)],
                env={**os.environ, "WEFT_TOKEN": name},
                stdout=subprocess.PIPE,
            )
            for name, root in roots.items()
        ]
        said = [(one.communicate(timeout=60)[0], one.returncode) for one in applying]
    assert [status for _, status in said] == [0, 0], said
    with open_session(tmp_path / "hub") as hub:
        assert sorted(hub.recorded.digests) == ["fleet.planes", "operations.flights"]

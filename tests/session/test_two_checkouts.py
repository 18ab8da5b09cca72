"""Two domains, each with a checkout of its own, that share a mesh through one server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.checkouts import Served, developer, served
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Grant, Reader
from weft.errors import Refused
from weft.run.report import RunReport
from weft.session import open_session

ANN, BOB = developer("ann@fleet.org", "fleet"), developer("bob@network.org", "operations", "network")
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
    hub = write_mesh(tmp_path / "hub")
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

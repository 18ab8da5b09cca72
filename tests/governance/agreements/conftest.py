"""A small mesh that is applied once, with a contract whose role names two levels, and one that names nobody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.meshes import A, Made, planes_and_departures, write_mesh

from weft.access import OWNER, Reader
from weft.governance.agreements.office import Office
from weft.session import open_session

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
DEPARTURES, PLANE, DELAYS = "operations.flights.departures", "fleet.planes.plane", "network.routes.delays"
TEAM = (
    "team:\n  name: Operations\n  members:\n    - {username: otto, role: owner}\n    - {username: olga, role: Owner}\n"
    "    - {username: stan, role: steward}\n    - {username: dora, role: developer}\n"
)
ROLES = "roles:\n  - {role: analyst, firstLevelApprovers: 'dora, stan', secondLevelApprovers: otto}\n"
SECRET = "customProperties:\n  - {property: discoverable, value: false, vendor: weft}\n"

NETWORK = "team: {name: Network, members: [{username: nora, role: owner}]}\n"

Desk = Callable[..., Office]


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("agreements") / "mesh"
    secret = A("network.crews", [Made("duties", {"id": "integer key"}, "SELECT 1 AS id")])
    step = {"transforms/cleaned.sql": "SELECT id, tail, delay FROM flight_file"}
    planes, flights, routes = planes_and_departures()
    write_mesh(root, planes, replace(flights, files=step), routes, secret)
    domains = root / "domains"
    append(domains / "operations/domain.yaml", TEAM)
    append(domains / "network/domain.yaml", NETWORK)
    append(domains / "operations/flights/contracts/flights.odcs.yaml", ROLES)
    append(domains / "network/crews/contracts/crews.odcs.yaml", SECRET)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    return root


@pytest.fixture
def root(applied: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(applied, tmp_path / "mesh"))


@pytest.fixture
def desk(root: Path) -> Iterator[Desk]:
    """Somebody's own office: `desk("bob")`, `desk()` of the workspace's owner."""
    with open_session(root) as session:

        def opened(name: str = "", at: datetime = AT, **more: str) -> Office:
            reader = Reader(name) if name else OWNER
            return Office(session.registry, replace(session.settings, **more), reader, at=at)

        yield opened

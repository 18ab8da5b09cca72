"""A small mesh that was applied once, to be read by every test of the room, and one that a test may change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.query.answer import Library
from weft.session import Session, open_session

DOMAIN = """
name: fleet
description: Everything about the aircraft that fly for us.
team: {name: Hangar, members: [{username: amelia, name: Amelia E, role: owner}]}
support: [{channel: hangar, url: 'mailto:hangar@example.org', tool: email}]
terms: {tail number: What is painted on an aircraft}
"""
TABLE = """
    businessName: Aircraft register
    description: One machine that carries passengers.
    dataGranularityDescription: One row for each aircraft.
    tags: [asset]
"""
PROMISE = """
slaProperties: [{property: latency, value: 1, unit: d}]
price: {priceAmount: 5, priceCurrency: EUR, priceUnit: month}
roles: [{role: reader, access: read, firstLevelApprovers: amelia}]
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Three products in a row, applied; only to be read."""
    root = write_mesh(tmp_path_factory.mktemp("query") / "mesh", *planes_and_departures())
    fleet = root / "domains" / "fleet"
    (fleet / "domain.yaml").write_text(DOMAIN)
    contract = fleet / "planes" / "contracts" / "planes.odcs.yaml"
    text = contract.read_text().replace("  - name: plane\n", f"  - name: plane\n{TABLE.strip(chr(10))}\n")
    text = text.replace(
        "- name: seats\n", "- name: seats\n        classification: internal\n        businessName: Capacity\n"
    )
    contract.write_text(text + PROMISE)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        yield session


@pytest.fixture(scope="session")
def library(published: Session) -> Library:
    return published.library


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The same products, not yet applied, for a test that changes them."""
    with open_session(write_mesh(tmp_path / "mesh", *planes_and_departures())) as session:
        yield session


@pytest.fixture
def read(session: Session) -> Library:
    return session.library

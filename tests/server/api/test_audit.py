"""The audit trail over HTTP: each sees of it what its role may."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.governance.audit.conftest import DONE, GRANTED, READ
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Reader
from weft.access.roles import Grant
from weft.product.audit import AuditedRead
from weft.session import Session, open_session

AUDITOR = Reader("audrey", (Grant("auditor"),))
GOVERNANCE = Reader("gus", (Grant("governance"),))
OWNER_OF_FLEET = Reader("olga", (Grant("owner", "fleet"),))
BOTH = AuditedRead(
    "bob",
    "api",
    {"fleet.planes.plane@1": ("tail",), "network.routes.delays@1": ("tail",)},
    "SELECT secret FROM network.routes.delays",
)
DAY = {"since": "2026-01-01", "until": "2099-01-01"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        opened.registry.audit.complete(opened.registry.audit.begin(READ), DONE)
        opened.registry.audit.decided(GRANTED)
        opened.registry.audit.complete(opened.registry.audit.begin(BOTH), DONE)
        yield opened


def test_governance_searches_the_whole_mesh(session: Session) -> None:
    with served_as(session, GOVERNANCE) as client:
        told = client.get("/api/v1/audit/records", params={"who": "bob"}).json()["records"]
        assert [(one["who"], one["outcome"], one["rows"]) for one in told] == [("bob", "done", 3)]
        assert client.get("/api/v1/audit/verdict").status_code == 403
        assert client.post("/api/v1/audit/exports", json=DAY).status_code == 403


def test_an_owner_reads_of_its_own_domain_alone(session: Session) -> None:
    with served_as(session, OWNER_OF_FLEET) as client:
        answer = client.get("/api/v1/audit/domains/fleet/records")
        assert {one["who"] for one in answer.json()["records"]} == {"ann", "bob", "eve"}
        assert "network" not in answer.text
        for words in ({"text": "secret"}, {"table": "network"}, {"text": "network"}):
            assert client.get("/api/v1/audit/domains/fleet/records", params=words).json()["records"] == []
        assert (
            len(client.get("/api/v1/audit/domains/fleet/records", params={"table": "fleet.planes"}).json()["records"])
            == 2
        )
        for path in ("domains/network/records", "domains/mesh/records", "records", "heads", "verdict"):
            assert client.get(f"/api/v1/audit/{path}").status_code == 403


def test_an_auditor_verifies_and_is_handed_an_export_that_holds(session: Session, tmp_path: Path) -> None:
    with served_as(session, AUDITOR) as client:
        assert client.get("/api/v1/audit/verdict").json()["holds"] is True
        assert len(client.get("/api/v1/audit/heads").json()["keys"]) == 1
        answer = client.post("/api/v1/audit/exports", json={**DAY, "domain": "fleet"})
        assert answer.headers["content-type"] == "application/zip"
        assert client.post("/api/v1/audit/exports", json={**DAY, "domain": "flet"}).status_code == 404
        assert client.post("/api/v1/audit/exports", json={"since": "soon", "until": "later"}).status_code == 400
        assert (
            client.post("/api/v1/audit/exports", json={"since": "2026-01-02", "until": "2026-01-01"}).status_code == 400
        )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        found.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    done = subprocess.run(
        [sys.executable, "-I", folder / "check_export.py"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "it holds")


def test_a_server_signs_when_it_starts_and_when_it_stops(session: Session) -> None:
    heads = session.settings.private / "audit" / "heads"
    with served_as(session):
        (file,) = heads.glob("heads-*.jsonl")
        assert len(file.read_text().splitlines()) == 1
        session.registry.audit.decided(GRANTED)
    assert len(file.read_text().splitlines()) == 2

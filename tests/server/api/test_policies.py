"""Policies over HTTP: everybody sees the rules, governance decides them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Reader
from weft.access.roles import Grant
from weft.server.api import policies
from weft.session import Session, open_session

GOVERNANCE = Reader("gus", (Grant("governance"),))
PLATFORM = Reader("pat", (Grant("platform"),))
OWNER_OF_FLEET = Reader("olga", (Grant("owner", "fleet"),))
KEYS = "/api/v1/policies/few-columns"
TEXT = """\
-- title: Tables have few columns
-- owner: gus
SELECT line_name AS subject, columns || ' columns' AS message, 'Take some out.' AS mend FROM mesh.tables WHERE columns > 3
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures(5))
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        yield opened


def test_governance_tries_publishes_and_retires_a_policy(session: Session) -> None:
    with served_as(session, GOVERNANCE) as client:
        tried = client.post(f"{KEYS}/trial", json={"text": TEXT}).json()
        assert [(one["standing"], one["subject"]) for one in tried["violations"]] == [
            ("error", "operations.flights.departures@1")
        ]
        assert client.get("/api/v1/policies").json() == {"policies": []}
        first = client.put(KEYS, json={"text": TEXT, "because": "agreed"})
        assert first.json() == {"policy": "few-columns", "version": 1, "is_new": True, "unbound": []}
        assert not client.put(KEYS, json={"text": TEXT}).json()["is_new"]
        shown = client.get(KEYS).json()
        assert (shown["text"], [(v["who"], v["because"]) for v in shown["versions"]]) == (TEXT, [("gus", "agreed")])
        assert client.post(f"{KEYS}/retirement", json={"because": "nobody reads it"}).json()["version"] == 2
        (listed,) = client.get("/api/v1/policies").json()["policies"]
        assert (listed["binds"], listed["note"]) == (False, "retired: nobody reads it")


def test_everybody_sees_the_rules_and_nobody_else_decides_them(session: Session) -> None:
    with served_as(session, GOVERNANCE) as client:
        client.put(KEYS, json={"text": TEXT})
    waiver = {"policy": "few-columns", "subject": "fleet", "until": "2999-01-01", "because": "x"}
    for reader in (PLATFORM, OWNER_OF_FLEET):
        with served_as(session, reader) as client:
            assert [one["policy"] for one in client.get("/api/v1/policies").json()["policies"]] == ["few-columns"]
            assert client.get("/api/v1/waivers").json() == {"waivers": []}
            assert client.put(KEYS, json={"text": TEXT.replace("> 3", "> 30")}).status_code == 403
            assert client.post(f"{KEYS}/trial", json={"text": TEXT}).status_code == 403
            assert client.post(f"{KEYS}/retirement", json={"because": "x"}).status_code == 403
            assert client.post("/api/v1/waivers", json=waiver).status_code == 403
            assert client.post("/api/v1/waivers/withdrawal", json=waiver).status_code == 403


def test_a_violation_is_waived_and_the_waiver_withdrawn(session: Session) -> None:
    wanted = {"policy": "few-columns", "subject": "operations", "until": "2999-01-01", "because": "It is old."}
    with served_as(session, GOVERNANCE) as client:
        client.put(KEYS, json={"text": TEXT})
        (found,) = client.get("/api/v1/violations").json()["violations"]
        assert (found["standing"], found["product"], found["waived_by"]) == ("error", "operations.flights", None)
        assert client.post("/api/v1/waivers", json=wanted).status_code == 201
        (found,) = client.get("/api/v1/violations", params={"domain": "operations"}).json()["violations"]
        assert (found["standing"], found["waived_by"], found["waived_because"]) == ("waived", "gus", "It is old.")
        assert client.get("/api/v1/violations", params={"domain": "fleet"}).json() == {"violations": []}
        assert not client.post("/api/v1/waivers/withdrawal", json=wanted).json()["holds"]
        assert client.get("/api/v1/violations").json()["violations"][0]["standing"] == "error"
        assert client.post("/api/v1/waivers", json=wanted | {"until": "2020-01-01"}).status_code == 400
        assert client.post("/api/v1/waivers", json=wanted | {"policy": "few-column"}).status_code == 404


def test_a_text_that_is_no_policy_is_told_with_its_lines(session: Session) -> None:
    with served_as(session, GOVERNANCE) as client:
        headless = client.put(KEYS, json={"text": "SELECT 1"})
        assert headless.status_code == 422
        assert headless.json()["error"]["faults"][0]["what"] == "the policy says no owner."
        wrong = client.put(KEYS, json={"text": TEXT.replace("line_name", "line_nam")})
        assert wrong.status_code == 422
        assert wrong.json()["error"]["faults"][0]["where"] == "few-columns.sql:3"
        tried = client.post(f"{KEYS}/trial", json={"text": TEXT.replace("mesh.tables", "fleet.planes.plane")}).json()
        assert "a policy cannot read 'fleet.planes.plane'" in tried["faults"][0]
        assert client.get("/api/v1/policies/nothing").status_code == 404


def test_one_policy_at_a_time_is_tried(session: Session) -> None:
    with served_as(session, GOVERNANCE) as client, policies._TRYING:
        assert client.post(f"{KEYS}/trial", json={"text": TEXT}).status_code == 503
    assert isinstance(policies._TRYING, type(threading.Lock()))


def test_the_standard_set_is_offered(session: Session) -> None:
    with served_as(session, OWNER_OF_FLEET) as client:
        offered = {one["policy"]: one for one in client.get("/api/v1/standard-policies").json()["policies"]}
    assert offered["unused-products"]["parameters"] == {"days": 90}


def test_what_is_decided_is_in_the_audit_trail_with_the_request(session: Session) -> None:
    from weft.product.audit import Span

    with served_as(session, GOVERNANCE) as client:
        client.put(KEYS, json={"text": TEXT})
    (record,) = [one for one in session.registry.audit.records(Span()) if one.kind == "decided"]
    assert record.who == "gus"
    assert '"api"' in record.body


def test_many_who_look_at_once_are_told_of_one_computation(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from weft.query.policies import violated

    monkeypatch.setattr(violated, "KEPT_SECONDS", 60.0)
    with served_as(session, GOVERNANCE) as client:
        client.put(KEYS, json={"text": TEXT})
        assert len(client.get("/api/v1/violations").json()["violations"]) == 1
        monkeypatch.setattr(violated, "_computed", None)
        assert len(client.get("/api/v1/violations").json()["violations"]) == 1

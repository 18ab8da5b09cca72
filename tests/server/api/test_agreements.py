"""Agreements over HTTP: asked for, decided and revoked by those whose they are, and at once in force and over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served

from weft.access import Reader
from weft.access.roles import Grant
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import open_session

GRANTS = {"olga": (Grant("owner", "fleet"),), "stan": (Grant("steward", "fleet"),), "pat": (Grant("platform"),)}
PLANE = "fleet.planes.plane"
WISH = {"name": PLANE, "purpose": "seats by route", "use_case": "capacity"}
Said = Callable[..., httpx.Response]


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Said]:
    """`say("bob", "post", "/agreements", {...})`: whoever the header names is believed."""
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session:
        session.apply(session.plan())

        def who(request: Any) -> Reader:
            name = request.headers["x-as"]
            return Reader(name, GRANTS.get(name, ()))

        with served(application(Serving(session, who))) as client:

            def asked(name: str, verb: str, path: str, body: object = None) -> httpx.Response:
                return client.request(verb.upper(), f"/api/v1{path}", json=body, headers={"x-as": name})

            yield asked


def granted(say: Said) -> str:
    identity: str = say("bob", "post", "/agreements", WISH).json()["agreement"]["id"]
    assert say("olga", "post", f"/agreements/{identity}/approve", {}).status_code == 200
    return identity


def test_a_request_is_made_once_and_waits_for_the_owner(say: Said) -> None:
    first = say("bob", "post", "/agreements", WISH)
    assert (first.status_code, first.json()["agreement"]["state"], first.json()["is_changed"]) == (
        201,
        "requested",
        True,
    )
    assert not say("bob", "post", "/agreements", WISH).json()["is_changed"]
    (mine,) = say("bob", "get", "/agreements").json()["agreements"]
    (theirs,) = say("olga", "get", f"/agreements?product={PLANE.rpartition('.')[0]}").json()["agreements"]
    assert (mine["is_yours_to_decide"], theirs["is_yours_to_decide"]) == (False, True)


def test_what_is_granted_is_in_force_and_what_is_revoked_over_at_once(say: Said) -> None:
    table = f"/tables/{PLANE}"
    identity = granted(say)
    assert "no agreement" not in say("bob", "get", table).text
    assert say("bob", "get", f"/agreements/{identity}").json()["standing"] == "granted"
    ended = say("stan", "post", f"/agreements/{identity}/revoke", {"because": "misused"})
    assert (ended.status_code, ended.json()["agreement"]["state"]) == (200, "revoked")
    assert "was revoked: misused" in say("bob", "get", table).text


@pytest.mark.parametrize("name", ["bob", "carl", "pat", "stan"])
def test_nobody_else_approves(say: Said, name: str) -> None:
    identity = say("bob", "post", "/agreements", WISH).json()["agreement"]["id"]
    assert say(name, "post", f"/agreements/{identity}/approve", {}).status_code in (403, 404)
    assert say("bob", "get", f"/agreements/{identity}").json()["standing"] == "requested"


def test_of_others_agreements_nothing_is_told(say: Said) -> None:
    identity = granted(say)
    for name in ("carl", "pat"):
        assert say(name, "get", f"/agreements/{identity}").status_code == 404
        assert say(name, "get", "/agreements").json() == {"agreements": []}


def test_a_refusal_says_why(say: Said) -> None:
    identity = say("bob", "post", "/agreements", WISH).json()["agreement"]["id"]
    assert say("olga", "post", f"/agreements/{identity}/refuse", {}).status_code == 422
    said = say("olga", "post", f"/agreements/{identity}/refuse", {"because": "not for this"}).json()
    assert said["agreement"]["rulings"][-1]["reason"] == "not for this"


def test_more_time_is_asked_for_and_given(say: Said) -> None:
    identity = granted(say)
    asked = say("bob", "post", f"/agreements/{identity}/renew", {"until": "2027-12-31"}).json()
    assert (asked["agreement"]["state"], asked["agreement"]["asked_until"]) == ("granted", "2027-12-31")
    given = say("olga", "post", f"/agreements/{identity}/approve", {}).json()
    assert given["agreement"]["until"] == "2027-12-31"


def test_what_a_product_keeps_to_itself_is_proposed_and_answered(say: Said) -> None:
    said = say("bob", "post", "/proposals", {"name": f"{PLANE}.engines", "reason": "noise"})
    assert said.status_code == 201
    identity = said.json()["proposal"]["id"]
    assert say("bob", "post", f"/proposals/{identity}/accept", {"because": "mine"}).status_code == 403
    assert say("carl", "get", f"/proposals/{identity}").status_code == 404
    done = say("olga", "post", f"/proposals/{identity}/decline", {"because": "not known"}).json()
    assert (done["proposal"]["state"], done["proposal"]["answer"]) == ("declined", "not known")
    (mine,) = say("bob", "get", "/proposals").json()["proposals"]
    assert mine["state"] == "declined"


def test_a_question_is_answered_while_an_agreement_is_in_force_and_not_a_moment_longer(say: Said) -> None:
    asking = {"sql": f"SELECT count(*) AS planes FROM {PLANE}", "format": "jsonl"}
    assert say("bob", "post", "/query", asking).status_code == 403
    identity = granted(say)
    for _ in range(3):
        assert say("bob", "post", "/query", asking).status_code == 200
    say("olga", "post", f"/agreements/{identity}/revoke", {"because": "misused"})
    refused = say("bob", "post", "/query", asking)
    assert (refused.status_code, "was revoked: misused" in refused.text) == (403, True)

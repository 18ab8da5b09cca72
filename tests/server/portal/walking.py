"""Several people who look at the same mesh, each believed to be whom a header names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served
from tests.session.people.crowd import People

from weft.access import Reader
from weft.access.roles import Grant
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session

GRANTS: dict[str, tuple[Grant, ...]] = {
    "olga": (Grant("owner", "fleet"),),
    "dora": (Grant("developer", "fleet"),),
    "rita": (Grant("reader", "fleet"),),
    "otto": (Grant("owner", "operations"),),
    "gus": (Grant("governance"),),
    "ada": (Grant("auditor"),),
    "pat": (Grant("platform"),),
    "newt": (),
}
CLASSES = """\
classifications:
  - {name: public, classification: [public]}
  - {name: personal, description: Of a person, classification: [personal], mask: redact, clear: {roles: [owner]}}
"""
PLANE = "fleet.planes.plane"
NASTY = '"><img src=x onerror=alert(1)>'
Look = Callable[..., httpx.Response]


class Walk:
    """`look("olga", "/people")` is a page as she sees it; `say("olga", "post", "/waivers", {...})` is what a form of it sends."""

    def __init__(self, session: Session, client: httpx.Client) -> None:
        self.session, self._client = session, client

    def look(self, name: str, path: str, **params: str) -> httpx.Response:
        return self._client.get(path, params=params or None, headers={"x-as": name, "Accept": "text/html"})

    def say(self, name: str, verb: str, path: str, body: object = None) -> httpx.Response:
        return self._client.request(verb.upper(), f"/api/v1{path}", json=body, headers={"x-as": name})


@contextmanager
def walking(root: Path) -> Iterator[Walk]:
    write_mesh(root, *planes_and_departures())
    (root / "policies").mkdir(exist_ok=True)
    (root / "policies" / "classifications.yaml").write_text(CLASSES)
    contract = root / "domains/fleet/planes/contracts/planes.odcs.yaml"
    text = contract.read_text().replace("- name: tail\n", "- name: tail\n        classification: personal\n")
    contract.write_text(text.replace("- name: seats\n", "- name: seats\n        classification: public\n"))
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        people = People(session.registry, session.settings)
        for name, grants in GRANTS.items():
            people.joined(name, *grants)

        def who(request: Any) -> Reader:
            return people.reader(request.headers["x-as"])

        with served(application(Serving(session, who))) as client:
            yield Walk(session, client)

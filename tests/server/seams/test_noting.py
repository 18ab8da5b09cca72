"""What a checkout fetches whole stands in the audit trail before a byte leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Reader
from weft.access.roles import Grant
from weft.names import LineName
from weft.product.audit import Span
from weft.session import Session, open_session

DEVELOPER = Reader("dev", (Grant("developer", "network"),))
OF_FLEET = Reader("flo", (Grant("developer", "fleet"),))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures(), settings="agreements: {products: declared}\n")
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        yield opened


def snapshot(session: Session, line: str) -> str:
    return session.registry.recorded("prod").pointers[LineName(line)].snapshot


def told(session: Session) -> list[dict[str, object]]:
    return [json.loads(record.body) for record in session.registry.audit.records(Span())]


def test_a_whole_file_is_a_read_of_all_its_columns(session: Session) -> None:
    path = f"/api/v1/store/snapshots/{snapshot(session, 'operations.flights.departures@1')}/files/0"
    with served_as(session, DEVELOPER) as client:
        answer = client.get(path, params={"reader": "network.routes"})
        assert answer.status_code == 200
    began, ended = told(session)
    assert (began["who"], began["on_behalf_of"], began["door"]) == ("dev", "network.routes", "checkout")
    assert began["columns"] == {"operations.flights.departures@1": ["id", "tail", "seats", "delay"]}
    assert (ended["outcome"], ended["bytes"], ended["rows"]) == ("done", len(answer.content), 60)


def test_what_is_refused_is_not_sent(session: Session) -> None:
    path = f"/api/v1/store/snapshots/{snapshot(session, 'operations.flights.departures@1')}/files/0"
    with served_as(session, OF_FLEET) as client:
        assert client.get(path).status_code == 403
        assert client.get(path, params={"reader": "network.routes"}).status_code == 403

"""A few rows of a table on its page are data: for whoever may ask for data, and in the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served_as

from weft.access import Grant, Reader
from weft.product.audit import Span
from weft.session import Session, open_session

PATH = "/tables/fleet.planes.plane"
READER = Reader("ann@example.org", (Grant("reader", "fleet"),))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        yield opened


def reads(session: Session) -> list[tuple[str, str, str]]:
    told = [json.loads(record.body) for record in session.registry.audit.records(Span())]
    return [(one["who"], one.get("door", ""), one.get("outcome", "")) for one in told if one["kind"] != "decided"]


def test_it_is_a_read_like_any_other(session: Session) -> None:
    with served_as(session, READER) as client:
        assert "N0" in client.get(PATH).text
    assert reads(session) == [("ann@example.org", "preview", ""), ("ann@example.org", "", "done")]


def test_a_token_that_is_for_the_catalogue_alone_sees_no_rows(session: Session) -> None:
    with served_as(session, replace(READER, scopes=("catalogue",))) as client:
        answer = client.get(PATH)
    assert (answer.status_code, "N0" in answer.text) == (200, False)
    assert reads(session) == []


def test_who_may_not_read_sees_none(session: Session) -> None:
    with served_as(session, Reader("bob@example.org")) as client:
        assert "N0" not in client.get(PATH).text
    assert reads(session) == []

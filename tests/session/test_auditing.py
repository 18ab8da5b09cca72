"""What is asked of a mesh of one folder stands in the audit trail, and costs no thread and no wait for the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Reader
from weft.errors import Refused
from weft.product.audit import Span
from weft.session import Session, open_session

SQL = "SELECT * FROM operations.flights.departures"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as opened:
        opened.apply(opened.plan())
        yield opened


def told(session: Session) -> list[dict[str, Any]]:
    return [json.loads(record.body) for record in session.registry.audit.records(Span())]


def test_a_question_begins_and_ends(session: Session) -> None:
    with session.query(SQL) as answer:
        assert [one["kind"] for one in told(session)] == ["began"]
        rows = answer.arrow().num_rows
    began, ended = told(session)
    assert (began["door"], began["on_behalf_of"], began["tables"]) == ("query", "", ["operations.flights.departures@1"])
    assert (ended["outcome"], ended["rows"]) == ("done", rows)
    assert ended["bytes"] > 0


def test_a_question_that_fails_or_is_stopped_says_so(session: Session) -> None:
    for error, outcome in ((ValueError, "failed"), (KeyboardInterrupt, "cancelled")):
        with pytest.raises(error), session.query(SQL):
            raise error
        assert told(session)[-1]["outcome"] == outcome


def test_each_form_counts_what_it_hands_out(session: Session) -> None:
    with session.query(SQL) as answer:
        rows = len(list(answer.objects()))
        assert answer.seen.rows == rows
        answer.texts(1)
        assert answer.seen.rows == rows


def test_what_somebody_is_not_let_see_is_written_down(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.reader = Reader("ann")

    def refuse(*_: object) -> None:
        raise Refused("no agreement")

    monkeypatch.setattr("weft.query.answer.refuse_unseen", refuse)
    with pytest.raises(Refused):
        session.query(SQL)
    began, ended = told(session)
    assert (began["on_behalf_of"], ended["outcome"], ended["message"]) == ("ann", "refused", "no agreement")
    assert began["tables"] == ["operations.flights.departures"]


def test_where_no_data_is_looked_at_nothing_is_written(session: Session) -> None:
    session.query(SQL, door="").close()
    session.query("SELECT name FROM mesh.products").close()
    assert told(session) == []


def test_what_differs_is_read_too(session: Session) -> None:
    from weft.session.comparing import compare

    with open_session(session.settings.root, "dev") as dev:
        dev.apply(dev.plan())
    compare(session, "operations.flights.departures", "dev")
    began, ended = told(session)
    assert (began["door"], began["tables"], ended["outcome"]) == ("diff", ["operations.flights.departures@1"], "done")

"""Who can read what is guarded: the same as the decision says of each reader and each table, and nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.agreements import grant
from tests.meshes import planes_and_departures, write_mesh
from tests.session.people.crowd import People, of

from weft.access import OWNER, Reader
from weft.names import LineName
from weft.product.reads import Asked
from weft.query.explaining import explained
from weft.query.guarded import guards, openings, used
from weft.query.library import Library
from weft.session import Session, open_session

SET = """\
classifications:
  - {name: public, classification: [public]}
  - {name: internal, classification: [internal], mask: hash, clear: {roles: [owner, developer, steward]}}
  - {name: personal, classification: [personal], tags: [pii], mask: redact, clear: {roles: [owner], purposes: [a test]}}
"""
PLANE, DEPARTURES = LineName("fleet.planes.plane@1"), LineName("operations.flights.departures@1")
WHO = ("own", "dev", "stew", "read", "agreed", "nobody", "gov", "far", "fleet/robot")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("guarded") / "mesh"
    write_mesh(root, *planes_and_departures())
    (root / "policies").mkdir(exist_ok=True)
    (root / "policies" / "classifications.yaml").write_text(SET)
    contract = root / "domains/fleet/planes/contracts/planes.odcs.yaml"
    contract.write_text(
        contract.read_text().replace("- name: tail\n", "- name: tail\n        classification: personal\n")
    )
    with open_session(root) as opened:
        assert opened.apply(opened.plan()).succeeded
        people = People(opened.registry, opened.settings)
        for name, role, domain in (
            ("own", "owner", "fleet"),
            ("dev", "developer", "fleet"),
            ("stew", "steward", "fleet"),
            ("read", "reader", "fleet"),
            ("far", "owner", "operations"),
        ):
            people.joined(name, of(role, domain))  # type: ignore[arg-type]
        people.joined("gov", of("governance"))
        for name in ("agreed", "nobody"):
            people.joined(name)
    grant(root, "agreed", "fleet.planes.plane")
    with open_session(root) as opened:
        yield opened


def library(session: Session, reader: Reader = OWNER) -> Library:
    return Library(session.settings, session.registry, session.store, "prod", reader)


def test_columns_that_something_masks_are_guarded_where_they_flow_too(session: Session) -> None:
    found = guards(library(session))
    assert {(one.line, one.column, one.names, one.mask) for one in found.strictest_first} >= {
        (PLANE, "tail", ("personal",), "redact")
    }


@pytest.mark.parametrize("name", WHO)
def test_it_says_of_everybody_what_the_decision_says_of_one(session: Session, name: str) -> None:
    fence = guards(library(session))
    found = [one for one in openings(library(session), fence) if one.reader == name]
    reader = People(session.registry, session.settings).reader(name)
    for line, columns in fence.columns.items():
        told = explained(replace(library(session), reader=reader), line)
        here = [one for one in found if one.covers(line)]
        assert bool(here) == told.sight.is_allowed, f"{name} on {line}"
        if here:
            clear = {column for column, names in columns.items() if here[0].cleared.issuperset(names)}
            assert clear == {one.column for one in told.columns if one.column in columns and not one.mask}


def test_by_what_and_until_when_is_said(session: Session) -> None:
    found = {one.reader: one for one in openings(library(session), guards(library(session))) if one.covers(PLANE)}
    assert (found["own"].by, found["own"].clear > 0, found["own"].is_whole) == ("owner", True, True)
    assert (found["read"].by, found["read"].clear, found["read"].is_whole) == ("reader", 0, False)
    assert (found["agreed"].by, found["agreed"].until, found["agreed"].clear) == ("agreement", date(2999, 12, 31), 1)
    assert "nobody" not in found and "gov" not in found


def test_who_is_locked_out_reads_nothing(session: Session) -> None:
    from weft.session.people.accounts import lock, unlock

    lock(session.registry, OWNER, "read", "a test")
    try:
        assert "read" not in {one.reader for one in openings(library(session), guards(library(session)))}
    finally:
        unlock(session.registry, OWNER, "read")


def test_who_did_read_is_told_of_guarded_columns_to_whom_it_concerns(session: Session) -> None:
    at = datetime.now(UTC)
    session.registry.journal.reads.keep(Asked(at, "read", "prod", "query", "SELECT 1", {PLANE: ("tail", "seats")}))
    session.registry.journal.reads.keep(Asked(at, "agreed", "prod", "query", "SELECT 2", {PLANE: ("seats",)}))
    people = People(session.registry, session.settings)

    def seen(reader: Reader) -> list[tuple[str, tuple[str, ...], int]]:
        asks = library(session, reader)
        return [(one.who, one.columns, one.times) for one in used(asks, guards(asks), 30)]

    assert seen(OWNER) == seen(people.reader("gov")) == seen(people.reader("own")) == [("read", ("tail",), 1)]
    assert seen(people.reader("far")) == seen(people.reader("nobody")) == []

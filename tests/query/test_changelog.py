"""The change log says what became of a product's promises, release by release, in the words of contract differences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.meshes import claimed
from tests.previews import write_preview

from weft.access import Reader
from weft.names import ProductName
from weft.query.changelog import Release, changelog
from weft.session import Session

PLANES, FLIGHTS = ProductName("fleet.planes"), ProductName("operations.flights")


def applied(session: Session) -> None:
    session.refresh()
    assert session.apply(claimed(session)).succeeded


def contract_of(session: Session) -> Path:
    return session.settings.root / "domains/fleet/planes/contracts/planes.odcs.yaml"


def told(releases: tuple[Release, ...]) -> list[tuple[str, str, str]]:
    return [(one.port, one.before, one.after) for one in releases]


def test_the_first_publish_is_the_first_release(session: Session) -> None:
    applied(session)
    (one,) = changelog(PLANES, session.library)
    assert (one.port, one.line, one.before, one.after, one.changes) == ("plane", "1", "", "1.0.0", ())


def test_a_release_says_what_it_changed_for_readers_and_what_it_means(session: Session) -> None:
    applied(session)
    more = "      - name: large\n        logicalType: boolean\n"
    contract_of(session).write_text(contract_of(session).read_text() + more)
    transform = session.settings.root / "domains/fleet/planes/transforms/plane.sql"
    transform.write_text("SELECT tail, seats + 1 AS seats, seats > 60 AS large FROM plane_file")
    applied(session)
    newest, first = changelog(PLANES, session.library)
    assert told((newest, first)) == [("plane", "1.0.0", "1.1.0"), ("plane", "", "1.0.0")]
    assert [(change.kind, change.where) for change in newest.changes] == [
        ("column added", "plane.large"),
        ("meaning changed", "plane.seats"),
    ]
    assert not newest.breaks


def test_what_is_built_anew_from_the_same_documents_is_no_release(session: Session) -> None:
    applied(session)
    (session.settings.root / "domains/fleet/planes/plane_file.csv").write_text("tail,seats\nN1,70\n")
    applied(session)
    assert told(changelog(PLANES, session.library)) == [("plane", "", "1.0.0")]


def test_a_preview_says_how_it_differs_from_the_stable_line(session: Session) -> None:
    applied(session)
    write_preview(session.settings.root)
    applied(session)
    preview = changelog(FLIGHTS, session.library)[0]
    assert (preview.line, preview.beside) == ("1.1.0-beta.1", "1.0.0")
    assert [(change.kind, change.where) for change in preview.changes] == [("meaning changed", "departures.delay")]


def test_what_is_not_discoverable_stays_so_in_its_change_log(session: Session) -> None:
    contract = contract_of(session)
    text = contract.read_text()
    contract.write_text(text + "customProperties: [{property: discoverable, value: false, vendor: weft}]\n")
    applied(session)
    ada = replace(session.library, reader=Reader("ada@example.org"))
    assert changelog(PLANES, ada) == ()
    assert len(changelog(PLANES, session.library)) == 1
